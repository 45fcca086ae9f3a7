"""The knowledge base: drafted, reviewed by another, found by what somebody asks, answered from at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotPermitted, WrongState
from core.workflow import ReasonRequired
from grid.organizations.models import Role
from inspections.cases.models import CaseState
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState, KnowledgeUse
from inspections.intake.knowledge.queries import answers_to
from inspections.intake.knowledge.use_cases import (
    NotInForce,
    ReplacesNothing,
    answer_from,
    draft_entry,
    edit_entry,
    pin_entry,
    publish_entry,
    withdraw_entry,
)
from inspections.intake.knowledge.words import words_of
from inspections.intake.knowledge.workflow import DaysTurned, QuestionNeeded, ReviewerNeeded
from inspections.intake.use_cases import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases import RequestRow
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, report

pytestmark = pytest.mark.django_db
BASE = "/api/v1/knowledge/"


def known(ward: Ward, question: str, answer: str = "答复", **stated: Any) -> KnowledgeEntry:
    """A published entry that Ada wrote and Lu reviewed."""
    pinned = stated.pop("pinned", False)
    said = {"question": question, "answer": answer, **stated}
    entry = draft_entry(actor=ward.ada, stated=said, pinned=pinned)
    return publish_entry(entry, actor=ward.lu)


def asked(ward: Ward, text: str = "路灯坏了找谁") -> ServiceRequest:
    """An enquiry on the telephone."""
    row = RequestRow(channel="phone", nature="enquiry", text=text, reported_at=timezone.now())
    return receive(row, actor=ward.ada).request


def test_words_are_pairs_of_letters_and_whole_words() -> None:
    assert words_of("路灯不亮，12345热线 LED灯") == [
        "12345", "led", "不亮", "灯", "灯不", "热线", "路灯",
    ]  # fmt: skip
    assert words_of("", "？！") == []


def test_the_nearest_answer_comes_first_and_drafts_do_not(ward: Ward) -> None:
    known(ward, "垃圾几点收运", "每天六点，路灯亮起时")
    best = known(ward, "小区路灯不亮找谁修", "未移交的由开发商修")
    draft_entry(actor=ward.ada, stated={"question": "路灯不亮", "answer": "草稿"})
    found = answers_to(ward.ada, question="我们这里路灯不亮了怎么办", limit=10)
    assert found[0] == best
    assert "路灯不亮" not in {entry.question for entry in found}
    assert answers_to(ward.ada, question="？？", limit=10) == []


def test_a_category_gives_its_answers_and_those_of_wider_ones(ward: Ward) -> None:
    own = known(ward, "路灯归谁管", category=ward.lamps)
    known(ward, "垃圾箱归谁管", category=ward.bins)
    free = known(ward, "服务时间")
    assert answers_to(ward.ada, category=ward.lamps, limit=10) == [own]
    by_words = answers_to(ward.ada, category=ward.lamps, question="归谁管 服务时间", limit=10)
    assert set(by_words) == {own, free}


def test_only_what_holds_today_is_answered(ward: Ward) -> None:
    today = timezone.now().date()
    known(ward, "去年的规定", valid_from=today - timedelta(400), valid_to=today - timedelta(30))
    known(ward, "明年的规定", valid_from=today + timedelta(30))
    assert answers_to(ward.ada, question="规定", limit=10) == []
    late = KnowledgeEntry.objects.first()
    assert late is not None
    with pytest.raises(NotInForce):
        answer_from(late, request=asked(ward), actor=ward.ada)


@pytest.mark.mission("P9")
def test_a_request_is_answered_at_once_and_the_question_becomes_hot(
    ward: Ward, settings: Any
) -> None:
    settings.KNOWLEDGE_HOT_USES = 2
    entry, other = known(ward, "路灯坏了找谁", "拨打路灯所值班电话"), known(ward, "别的问题")
    for _ in range(2):
        request = asked(ward)
        answer_from(entry, request=request, actor=ward.ada)
        assert [row.text for row in request.answers.all()] == ["拨打路灯所值班电话"]
    assert KnowledgeUse.objects.count() == 2
    hottest = answers_to(ward.ada, limit=10)
    assert [(e.pk, e.hot, e.recent) for e in hottest] == [
        (entry.pk, True, 2),
        (other.pk, False, 0),
    ]
    pin_entry(other, actor=ward.lu, pinned=True)
    assert [e.hot for e in answers_to(ward.ada, limit=10)] == [True, True]


def test_a_case_is_answered_at_the_desk_from_it(ward: Ward) -> None:
    entry, case = known(ward, "路灯何时开", "日落后二十分钟"), report(ward)
    answer_from(entry, request=case.requests.get(), actor=ward.ada)
    case.refresh_from_db()
    assert (case.state, case.answer) == (CaseState.ANSWERED, "日落后二十分钟")


def test_a_second_person_publishes_and_an_edit_replaces(ward: Ward) -> None:
    old = known(ward, "停水咨询", "打 96968")
    better = draft_entry(actor=ward.su, stated={"answer": "打 968968"}, replaces=old)
    assert (better.question, better.state) == ("停水咨询", "draft")
    with pytest.raises(NotPermitted):
        publish_entry(better, actor=ward.su)  # a handler reviews nothing
    better = edit_entry(better, actor=ward.ada, stated={"keywords": "自来水"})
    with pytest.raises(ReviewerNeeded):
        publish_entry(better, actor=ward.ada)
    rival = draft_entry(actor=ward.ada, stated={"answer": "不同"}, replaces=old)
    publish_entry(better, actor=ward.lu)
    old.refresh_from_db()
    assert old.state == KnowledgeState.REPLACED
    assert [e.answer for e in answers_to(ward.ada, question="自来水", limit=5)] == ["打 968968"]
    with pytest.raises(ReplacesNothing):
        publish_entry(rival, actor=ward.lu)
    rival.refresh_from_db()
    assert rival.state == KnowledgeState.DRAFT
    with pytest.raises(ReplacesNothing):
        draft_entry(actor=ward.ada, stated={}, replaces=old)


def test_what_says_nothing_is_refused(ward: Ward) -> None:
    with pytest.raises(QuestionNeeded):
        draft_entry(actor=ward.ada, stated={"question": " ", "answer": "答"})
    day = date(2026, 1, 1)
    turned = {"question": "问", "answer": "答", "valid_from": day, "valid_to": day}
    with pytest.raises(DaysTurned):
        draft_entry(actor=ward.ada, stated=turned)
    with pytest.raises(NotPermitted):
        draft_entry(actor=ward.bo, stated={"question": "问", "answer": "答"})
    entry = known(ward, "问")
    with pytest.raises(ReasonRequired):
        withdraw_entry(entry, actor=ward.ada, reason="")
    withdraw_entry(entry, actor=ward.ada, reason="规定已废止")
    with pytest.raises(WrongState):
        edit_entry(entry, actor=ward.ada, stated={"answer": "再"})


def test_over_http_drafted_reviewed_found_and_answered(ward: Ward) -> None:
    ada, lu = client_of(ward.ada), client_of(ward.lu)
    stated = {"question": "路灯不亮", "answer": "已报修", "category": "0118", "pinned": True}
    drafted = ada.post(BASE, stated, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert drafted.status_code == 201
    again = ada.post(BASE, stated, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (again.status_code, again.json()) == (200, drafted.json())
    told = drafted.json()
    assert [act["act"] for act in told["available_acts"]] == ["edit", "withdraw"]
    address = f"{BASE}{told['id']}/"
    published = lu.post(f"{address}publish/", {"base_version": told["version"]}, format="json")
    assert (published.status_code, published.json()["reviewer"]) == (201, "lu")
    found = ada.get(BASE, {"q": "灯不亮", "category": "0118"}).json()["results"]
    assert [(e["id"], e["hot"], e["category"], e["valid_to"]) for e in found] == [
        (told["id"], True, "0118", None)
    ]
    request = asked(ward)
    answered = ada.post(f"{address}answer/", {"request": request.code}, format="json")
    assert answered.status_code == 201, answered.json()
    assert [one["text"] for one in answered.json()["properties"]["answers"]] == ["已报修"]
    drafts = ada.get(BASE, {"state": "draft"}).json()["results"]
    assert drafts == []
    assert ada.post(f"{address}replace/", {}, format="json").status_code == 404


def test_a_list_asks_as_often_for_three_as_for_one(ward: Ward) -> None:
    client = client_of(factories.member("dora", Role.DISPATCHER, ward.bodies["centre"]))
    counts = []
    for _ in range(2):
        known(ward, "路灯一问", category=ward.lamps)
        for address in (f"{BASE}?q=路灯", f"{BASE}?state=published"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        known(ward, "路灯二问", category=ward.lamps)
    assert counts[:2] == counts[2:]


def test_searching_twenty_thousand_goes_by_the_index(ward: Ward) -> None:
    known(ward, "电梯困人怎么办", "拨打 96333")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO inspections_knowledge (version, question, answer, basis, keywords, pinned, "
            "valid_from, state, author_id, reviewer_id, created_at, published_at, words, "
            "question_words) SELECT 1, '问题', '答', '', '', false, valid_from, state, author_id, "
            "reviewer_id, created_at, published_at, ARRAY['词' || n % 977, '语' || n % 613, '什么'], "
            "ARRAY['词' || n % 977] FROM inspections_knowledge, generate_series(1, 20000) AS n"
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE inspections_knowledge")
        with CaptureQueriesContext(connection) as queries:
            found = answers_to(ward.ada, question="电梯里困住了人怎么办", limit=20)
        (search,) = [q["sql"] for q in queries if "INTERSECT" in q["sql"]]
        cursor.execute(f"EXPLAIN {search}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "knowledge_words" in plan
    assert found[0].question == "电梯困人怎么办"
    assert len(answers_to(ward.ada, question="什么", limit=20)) == 20  # a word in every entry
