"""The link to a platform above: orders in, reports out, each once, whatever fails between."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inspections.cases.clocks import clocks_of
from inspections.cases.models import Callback, Case
from inspections.cases.use_cases import (
    accept_case,
    check_case,
    close_case,
    decline_case,
    dispatch_case,
    file_case,
    handle_case,
)
from inspections.intake.upstream.models import UpstreamOrder, UpstreamReport, UpstreamWord
from inspections.intake.upstream.use_cases import send_due
from inspections.requests.models import ServiceRequest
from tests.conftest import client_of
from tests.inspections.conftest import Ward, prove
from tests.inspections.intake.channels.conftest import SECRET, bring
from tests.inspections.intake.channels.conftest import signed as expected
from tests.inspections.intake.upstream.conftest import Platform

SOON = timedelta(hours=3)


def case_of(told: dict[str, Any]) -> Case:
    case: Case = Case.objects.get(number=told["case"])
    return case


def send_all() -> int:
    return send_due(timezone.now() + timedelta(hours=2))


def test_an_order_becomes_a_case_with_the_platforms_number_category_and_deadline(
    ward: Ward, platform: Platform
) -> None:
    due = timezone.now().replace(microsecond=0) + SOON
    told = platform.order(ward, due_at=due.isoformat())
    case, order = case_of(told), UpstreamOrder.objects.get()
    assert (order.number, order.due_at, case.category) == ("12345-1", due, ward.lamps)
    assert (case.channel, case.upstream_by) == ("upstream", due)
    (clock,) = [one for one in clocks_of(case, []) if one.clock == "upstream"]
    assert (clock.due_at, clock.runs) == (due, True)
    assert case.due_at is not None
    assert case.due_at <= due  # warned of with the others
    case = file_case(case, actor=ward.ada)
    page = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/").json()["properties"]
    assert page["upstream_orders"][0]["stricter"] is True
    assert "upstream" in {clock["clock"] for clock in page["clocks"]}
    assert {"upstream_return", "upstream_extension"} <= {
        one["act"] for one in page["available_acts"]
    }


def test_an_order_given_twice_is_one_order_and_may_state_another_deadline(
    ward: Ward, platform: Platform
) -> None:
    due = timezone.now().replace(microsecond=0) + SOON
    first = platform.order(ward, due_at=due.isoformat())
    again = platform.order(ward, due_at=(due - timedelta(hours=1)).isoformat())
    assert (again["case"], again["repeated"]) == (first["case"], True)
    assert ServiceRequest.objects.count() == UpstreamOrder.objects.count() == 1
    assert case_of(first).upstream_by == due - timedelta(hours=1)
    assert UpstreamReport.objects.filter(kind="receipt").count() == 1
    other = platform.say(number="12345-1", content="别的事")
    assert (other.status_code, other.json()["code"]) == (409, "different_content")


def through(ward: Ward, case: Case) -> Case:
    case = dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada)
    case = handle_case(accept_case(case, actor=ward.di), actor=ward.di)
    return check_case(case, actor=ward.bo)


def test_every_step_is_reported_once_in_order_signed_and_without_anybodys_data(
    ward: Ward, platform: Platform
) -> None:
    case = through(ward, case_of(platform.order(ward)))
    prove(ward, case)
    platform.say(number="12345-1", event_id="cb-1", kind="callback", rating="满意", solved=True)
    close_case(Case.objects.get(pk=case.pk), actor=ward.bo)
    assert platform.told == []
    assert send_all() == len(platform.told) == UpstreamReport.objects.count()
    assert send_all() == 0
    states = [report.get("state") for report in platform.told if report["kind"] == "progress"]
    assert states == [
        "filed", "dispatched", "accepted", "handled", "checked", "called_back",
    ]  # fmt: skip
    assert (platform.kinds[0], platform.kinds[-1]) == ("receipt", "result")
    last = platform.told[-1]
    assert (last["number"], last["solved"], last["organization"]) == ("12345-1", True, None)
    assert len({report["key"] for report in platform.told}) == len(platform.told)
    for body, headers in zip(platform.bodies, platform.headers, strict=True):
        known = expected(body, at=float(headers["X-Lamplighter-Timestamp"]))
        assert headers["X-Lamplighter-Signature"] == known["X-Lamplighter-Signature"]
        assert headers["Idempotency-Key"] == json.loads(body)["key"]
        assert "王秀英" not in body.decode()
        assert "13800000001" not in body.decode()
        assert SECRET not in body.decode()


def test_what_fails_is_tried_again_later_and_overtaken_by_nothing(
    ward: Ward, platform: Platform
) -> None:
    file_case(case_of(platform.order(ward)), actor=ward.ada)
    platform.answers = [503, 429]
    now = timezone.now()
    assert send_due(now) == 0
    assert len(platform.bodies) == 1  # the later reports of the order wait for the first
    first = UpstreamReport.objects.order_by("id")[0]
    assert (first.attempts, first.sent_at, first.answer[:3]) == (1, None, "503")
    assert first.next_at > now
    assert send_due(first.next_at) == 0
    assert send_all() == 2
    keys = [json.loads(body)["key"] for body in platform.bodies]
    assert keys[0] == keys[1] == keys[2] == str(first.key)
    assert len(set(keys)) == 2
    assert platform.kinds == ["receipt", "progress"]


def test_what_the_platform_had_before_is_taken_and_what_it_refuses_goes_to_the_desk(
    ward: Ward, platform: Platform
) -> None:
    file_case(case_of(platform.order(ward)), actor=ward.ada)
    platform.answers = [409, 422]
    assert send_all() == 1
    order, refused = (
        UpstreamOrder.objects.get(),
        UpstreamReport.objects.get(refused_at__isnull=False),
    )
    listed = client_of(ward.ada).get("/api/v1/upstream-orders/?refused=true").json()["results"]
    assert [row["number"] for row in listed] == ["12345-1"]
    assert [report["state"] for report in listed[0]["reports"]] == ["sent", "refused"]
    address = f"/api/v1/upstream-orders/{order.pk}/reports/{refused.pk}/send_again/"
    assert client_of(ward.cy).post(address).status_code == 404
    assert client_of(ward.bo).post(address).status_code == 403
    assert client_of(ward.ada).post(address).json()["state"] == "waiting"
    assert send_all() == 1
    assert platform.told[-1]["key"] == str(refused.key)


def test_a_platform_out_of_reach_or_switched_off_loses_nothing(
    ward: Ward, platform: Platform
) -> None:
    platform.order(ward)
    link = platform.link
    link.active = False
    link.save()
    assert (send_all(), len(platform.bodies)) == (0, 0)
    link.active, link.url = True, "http://127.0.0.1:9/"
    link.save()
    assert send_due(timezone.now()) == 0
    assert UpstreamReport.objects.order_by("id")[0].answer.startswith("0 ")
    link.url = platform.url
    link.save()
    platform.answers = [302]  # a signed report follows nobody elsewhere
    assert send_all() == 0
    assert UpstreamReport.objects.get().answer.startswith("302")
    assert UpstreamReport.objects.get().refused_at is not None


def test_the_platforms_callback_counts_and_waits_for_the_check(
    ward: Ward, platform: Platform
) -> None:
    case = case_of(platform.order(ward))
    said = {"number": "12345-1", "event_id": "e1", "kind": "callback", "rating": "基本满意",
            "solved": True, "attitude_ok": True, "note": "电话13800000001"}  # fmt: skip
    assert platform.say(**said).json() == {
        "number": "12345-1", "kind": "callback", "applied": False, "repeated": False,
    }  # fmt: skip
    assert platform.say(**said).json()["repeated"] is True
    case = through(ward, case)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.solved) == ("called_back", True)
    kept = Callback.objects.get()
    assert (kept.rating, kept.made_by.username) == ("basically_satisfied", "intake-upstream")
    assert "13800000001" not in kept.note
    assert UpstreamWord.objects.get().applied_at is not None


def test_urged_given_more_time_and_taken_back(ward: Ward, platform: Platform) -> None:
    due = timezone.now().replace(microsecond=0) + SOON
    case = case_of(platform.order(ward, due_at=due.isoformat()))
    case = dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada)
    number = f"cases/{case.number}"
    urged = platform.say(number="12345-1", event_id="u1", kind="urge", text="群众再次来电")
    assert urged.json()["applied"] is True
    trail = client_of(ward.ada).get(f"/api/v1/{number}/trail/").content.decode()
    assert "群众再次来电" in trail
    asked = client_of(ward.ada).post(
        f"/api/v1/{number}/upstream_extension/",
        {"reason": "待备件", "until": (due + SOON).isoformat()},
        format="json",
    )
    assert asked.status_code == 201, asked.content
    report = UpstreamReport.objects.get(kind="extension")
    assert report.body["reason"] == "待备件"
    later = (due + SOON).isoformat()
    platform.say(number="12345-1", event_id="x1", kind="extension", granted=True, due_at=later)
    assert Case.objects.get(pk=case.pk).upstream_by == due + SOON
    no_reason = client_of(ward.ada).post(f"/api/v1/{number}/upstream_return/", {}, format="json")
    assert no_reason.status_code == 400
    for who, status in (("di", 403), ("ada", 201)):
        answer = client_of(ward.people[who]).post(
            f"/api/v1/{number}/upstream_return/", {"reason": "不属本区"}, format="json"
        )
        assert answer.status_code == status, answer.content
    platform.say(number="12345-1", event_id="r1", kind="return", granted=True)
    case = Case.objects.get(pk=case.pk)
    assert (case.state, case.upstream_by) == (
        "dispatched",
        None,
    )  # the desk decides what becomes of it
    assert UpstreamOrder.objects.get().withdrawn_at is not None
    again = client_of(ward.ada).post(
        f"/api/v1/{number}/upstream_return/", {"reason": "x"}, format="json"
    )
    assert (again.status_code, again.json()["code"]) == (409, "no_order")


def test_a_case_declined_goes_back_with_its_reason_and_an_enquiry_with_its_answer(
    ward: Ward, platform: Platform
) -> None:
    decline_case(case_of(platform.order(ward)), actor=ward.ada, reason="不属受理范围")
    asked = platform.order(ward, "12345-2", nature="enquiry")
    assert asked["case"] is None
    answer = client_of(ward.ada).post(
        f"/api/v1/requests/{asked['code']}/answer/", {"text": "18点亮灯"}, format="json"
    )
    assert answer.status_code == 201, answer.content
    send_all()
    by_number = {(report["number"], report["kind"]): report for report in platform.told}
    assert by_number["12345-1", "return"]["reason"] == "不属受理范围"
    assert by_number["12345-2", "result"]["answer"] == "18点亮灯"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"number": "9", "kind": "urge", "event_id": "1"}, "unknown_order"),
        ({"number": "12345-1", "kind": "urge"}, "message_incomplete"),
        ({"number": "12345-1", "kind": "sing", "event_id": "1"}, "unknown_word_kind"),
        ({"number": "12345-1", "kind": "callback", "event_id": "1"}, "unknown_rating"),
        ({"number": "2", "content": "x", "due_at": "soon"}, "bad_deadline"),
        ({"content": "x"}, "message_incomplete"),
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(
    ward: Ward, platform: Platform, said: dict[str, Any], code: str
) -> None:
    platform.order(ward)
    answer = platform.say(**said)
    assert (answer.status_code in {400, 404}, answer.json()["code"]) == (True, code)


def test_a_channel_without_its_link_says_so(ward: Ward, platform: Platform) -> None:
    UpstreamOrder.objects.all().delete()
    platform.link.delete()
    answer = bring("UP-12345", {"number": "1", "content": "x"})
    assert (answer.status_code, answer.json()["code"]) == (404, "no_link")


def test_three_orders_cost_as_many_queries_as_one(ward: Ward, platform: Platform) -> None:
    client, counts = client_of(ward.ada), []
    for batch in (["1"], ["2", "3"]):
        for number in batch:
            platform.order(ward, number)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            listed = client.get("/api/v1/upstream-orders/").json()["results"]
        counts.append((len(listed), len(queries)))
    assert [count for count, _ in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]
