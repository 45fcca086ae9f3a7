"""宁乡 民声受理: a closed loop with four grades, a meeting on every day with a six, and figures that add up."""

from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from docx import Document

from benchmarks.synthetic_cases import multiply
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.joint.meetings.models import AgendaItem, Meeting
from inspections.requests.models import ServiceRequest
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.messages.conftest import queue_all
from tests.stories.conftest import MIDDLE, PLAIN, Road, on

# Copies of one request, those with a case joined to it; the second adds the desk's answer to each.
SAID_AGAIN = """
    INSERT INTO inspections_request (code, tracking_code, channel, channel_name, category_id, category_name,
        nature, nature_name, text, reported_at, status, place, place_stated, facility_code, cell_code,
        area_code, recorded_at, recorded_by_id)
    SELECT code || '-' || n, md5(code || n), channel, channel_name, category_id, category_name,
        nature, nature_name, text, reported_at, status, place, place_stated, facility_code, cell_code,
        area_code, recorded_at, recorded_by_id
    FROM inspections_request, generate_series(2, %(times)s) AS n WHERE id = %(first)s
"""
JOINED = """
    INSERT INTO inspections_case_request (case_id, request_id, joined_at)
    SELECT link.case_id, copy.id, link.joined_at
    FROM inspections_case_request AS link, inspections_request AS first, inspections_request AS copy
    WHERE link.request_id = %(first)s AND first.id = %(first)s AND copy.code LIKE first.code || '-%%'
"""
ANSWERED = """
    INSERT INTO inspections_request_answer (request_id, text, answered_at, answered_by_id)
    SELECT copy.id, answer.text, answer.answered_at, answer.answered_by_id
    FROM inspections_request_answer AS answer, inspections_request AS first, inspections_request AS copy
    WHERE answer.request_id = %(first)s AND first.id = %(first)s
      AND copy.code LIKE first.code || '-%%'
"""


def say_again(first: ServiceRequest, times: int) -> None:
    """The same said so many times in all, with the same end."""
    with connection.cursor() as cursor:
        # tracking codes are as long as the column: these are not followed by anybody
        sql = SAID_AGAIN.replace("md5(code || n)", "left(md5(code || n), 12)")
        for statement in (sql, JOINED, ANSWERED):
            cursor.execute(statement, {"first": first.pk, "times": times})
        cursor.execute("ANALYZE inspections_request, inspections_case_request")
        cursor.execute("ANALYZE inspections_request_answer")


@pytest.mark.mission("N1")
def test_nobody_slips_past_the_callback_unless_it_cannot_be_made(road: Road) -> None:
    reached = road.checked()
    road.shoot("bo", reached, MIDDLE, seed=1)
    assert road.act("bo", reached, "close", expecting=409)["code"] == "callback_owed"
    for _ in range(3):
        road.act("ada", reached, "callback_missed", reason="无人接听")
    assert road.act("bo", reached, "close")["closing_basis"] == "unreachable"
    unknown = road.checked(requester=None)
    road.shoot("bo", unknown, MIDDLE, seed=2)
    assert road.act("bo", unknown, "close")["closing_basis"] == "anonymous"


@pytest.mark.mission("N2")
def test_answered_and_passed_on_add_up_to_what_was_valid(road: Road) -> None:
    passed_on, done = road.plain(), road.repaired(requester=None)
    road.shoot("bo", done, PLAIN, seed=1)
    road.act("bo", done, "close")
    answered = road.post("ada", "requests/", channel="phone", nature="enquiry", text="几点亮灯")
    road.post("ada", f"requests/{answered['id']}/answer/", text="日落后十五分钟")
    declined = road.report()
    road.act("ada", declined, "decline", reason="非诉求")
    ends = {passed_on: 4168, done: 17966 - 4168, declined: 82853 - 59624}
    for number, times in ends.items():
        say_again(ServiceRequest.objects.get(cases__number=number), times)
    say_again(ServiceRequest.objects.get(code=answered["id"]), 41658)
    told = road.get("lu", "desk/figures/")["reconciliation"]
    assert (told["received"], told["ended"], told["valid"]) == (82853, 78685, 59624)
    assert (told["answered"], told["passed_on"]) == (41658, 17966)
    assert told["valid"] == told["answered"] + told["passed_on"]
    assert (told["on_spot"], told["waiting"]) == (0, 0)


@pytest.mark.mission("N3")
@pytest.mark.usefixtures("year")
def test_on_the_26th_they_meet_about_ten_classes_and_on_a_saturday_the_next_work_day(
    road: Road,
) -> None:
    for n in range(11):
        ground.category(f"08{n:02}")
    with time_machine.travel(on(2026, 9, 20, 9), tick=False):
        for n in range(11):
            road.report(category=f"08{n:02}")
        road.report(category="0810")  # twice: the most reported
    with time_machine.travel(on(2026, 9, 24, 9), tick=False):
        meeting = road.post("ada", "meetings/", kind="dispatch")
    assert datetime.fromisoformat(meeting["meets_at"]) == on(2026, 9, 28, 9)  # the 26th is Saturday
    classes = [line["category"] for line in meeting["items"] if line["category"]]
    assert classes == ["0810", *(f"08{n:02}" for n in range(9))]  # ten of eleven


@pytest.mark.mission("N4")
def test_one_leads_any_number_assist(road: Road) -> None:
    number = road.report(lon=road.ward.lonlat(700, 250)[0])
    road.act("ada", number, "file")
    case = road.act("ada", number, "dispatch", assists=["HOUSING", "URBAN"])
    kinds = sorted((one["organization"]["code"], one["kind"]) for one in case["assignments"])
    assert kinds == [("HOUSING", "assist"), ("LAMP", "lead"), ("URBAN", "assist")]


@pytest.mark.mission("N5")
def test_thirty_batches_745_handed_out_697_done_48_left_and_who_presided(road: Road) -> None:
    left, done = road.plain(), road.repaired(requester=None)
    road.shoot("bo", done, PLAIN, seed=1)
    road.act("bo", done, "close")
    for number, times in ((left, 48), (done, 697)):
        multiply(Case.objects.get(number=number), times - 1)
    first = on(2026, 1, 6, 9)
    held = [
        Meeting(
            kind="dispatch", state="held", batch=n, title=f"第 {n} 批次", chair=f"第{n}位副县长",
            minutes="照办", meets_at=first + timedelta(days=10 * n), made_at=first,
            made_by=road.ward.ada,
        )
        for n in range(1, 31)
    ]  # fmt: skip
    meetings = Meeting.objects.bulk_create(held)
    cases = Case.objects.order_by("number").values_list("pk", flat=True)
    AgendaItem.objects.bulk_create(
        AgendaItem(meeting=meetings[n % 30], position=n // 30 + 1, case_id=case)
        for n, case in enumerate(cases)
    )
    told = road.get("lu", "meetings/batches/")
    assert told["totals"] == {"batches": 30, "handed": 745, "closed": 697, "backlog": 48}
    assert [row["chair"] for row in told["results"]] == [f"第{n}位副县长" for n in range(30, 0, -1)]
    assert sum(row["backlog"] for row in told["results"]) == 48


@pytest.mark.mission("N6")
def test_the_chief_says_so_before_all_signed_with_its_date(road: Road) -> None:
    meeting = road.post("ada", "meetings/", kind="dispatch")
    promise: dict[str, Any] = {
        "kind": "commitment", "organization": "LAMP", "text": "月底前全部修复",
        "meeting": meeting["id"], "signed_by": "李局长",
    }  # fmt: skip
    refused = road.post("ada", "undertakings/", expecting=400, **promise)
    assert refused["code"] == "signature_needed"
    made = road.post("ada", "undertakings/", signed_on="2026-11-16", **promise)
    assert (made["signed_by"], made["signed_on"]) == ("李局长", "2026-11-16")
    (owed,) = road.get("di", "undertakings/?mine=true")["results"]
    assert owed["id"] == made["id"]


@pytest.mark.mission("N7")
def test_a_departments_matter_is_not_handed_to_the_township_and_forgotten(road: Road) -> None:
    street, urban = (road.ward.bodies[body] for body in ("street", "urban"))
    ground.duty(road.ward.bins, road.ward.version, organization=street, supervisor=urban)
    lon, lat = road.ward.lonlat(*PLAIN)
    number = road.report(category="0305", lon=lon, lat=lat)
    road.act("ada", number, "file")
    warned = road.get("ada", f"cases/{number}/receivers/?to=STREET")["warnings"]
    assert warned[0]["code"] == "pushed_down"
    refused = road.act("ada", number, "dispatch", to="STREET", expecting=400)
    assert refused["code"] == "pushed_down_needs_reason"
    road.act("ada", number, "dispatch", to="STREET", reason="属地先行围挡")
    (mark,) = road.page(number)["marks"]
    assert (mark["kind"], "一交了之" in mark["words"]["zh-Hans"]) == ("pushed_down", True)
    road.act("ada", number, "add_assist", to="URBAN", reason="主管部门参加")
    assert road.page(number)["marks"] == []


@pytest.mark.mission("N8")
def test_how_long_people_waited_for_an_answer_is_shown_as_it_is_spread(road: Road) -> None:
    began = on(2026, 11, 3, 9)
    with time_machine.travel(began, tick=False) as clock:
        said: dict[str, Any] = {"reported_at": began.isoformat()}
        codes = [
            road.post("ada", "requests/", channel="phone", nature="enquiry", text="问", **said)[
                "id"
            ]
            for _ in range(2)
        ]
        waits = road.plain(**said)
        replied = road.plain(**said)
        clock.shift(timedelta(minutes=15))
        road.post("ada", f"requests/{codes[0]}/answer/", text="日落后十五分钟")
        clock.shift(timedelta(minutes=15))
        road.act("di", replied, "accept")
        road.act("di", replied, "reply", way="phone", reached=True, reason="已到现场")
        clock.shift(timedelta(days=8))
        road.post("ada", f"requests/{codes[1]}/answer/", text="见公告")
    told = road.get("lu", "desk/figures/?from=2026-11-03&to=2026-11-04")["feedback"]
    assert (told["numerator"], told["denominator"], told["median_s"]) == (3, 4, 1800)
    assert road.page(waits)["replies"] == []
    spread = {one["within_s"]: one["count"] for one in told["bins"] if one["count"]}
    assert spread == {900: 1, 3600: 1, None: 1}


@pytest.mark.mission("N9")
def test_a_unit_nobody_can_call_at_night_is_flagged(road: Road) -> None:
    Organization.objects.filter(code="WATCH").update(phone="")
    flagged = [row["code"] for row in road.get("ada", "duty-gaps/?lacks=contact")["results"]]
    assert flagged == ["WATCH"]
    now = timezone.now()
    road.post(
        "ada", "duty-turns/", organization="WATCH", name="赵值班", phone="0731-1",
        starts_at=now.isoformat(), ends_at=(now + timedelta(hours=12)).isoformat(),
    )  # fmt: skip
    assert road.get("ada", "duty-gaps/?lacks=contact")["results"] == []


@pytest.mark.mission("N12")
@pytest.mark.parametrize(
    ("rating", "name"),
    [
        ("satisfied", "满意"),
        ("basically_satisfied", "基本满意"),
        ("no_comment", "不予评价"),
        ("dissatisfied", "不满意"),
    ],
)
def test_four_grades(road: Road, rating: str, name: str) -> None:
    number = road.checked()
    told = road.act("ada", number, "callback", rating=rating)
    assert (told["callbacks"][0]["rating"], told["callbacks"][0]["rating_name"]) == (rating, name)


@pytest.mark.mission("N13")
def test_dissatisfied_it_goes_back_with_its_cause_and_nobody_strikes_a_rating_alone(
    road: Road,
) -> None:
    number = road.repaired()
    road.act("ada", number, "callback", rating="dissatisfied")
    refused = road.act("ada", number, "rework", reason="不满意", expecting=400)
    assert refused["code"] == "cause_needed"
    back = road.act("ada", number, "rework", reason="不满意", cause="poor_result")
    assert (back["state"], back["reworks"][0]["cause"]) == ("accepted", "poor_result")
    road.act("di", number, "handle", reason="已重新安装")
    road.act("bo", number, "check")
    road.act("ada", number, "callback", rating="dissatisfied", solved=True)
    road.act("ada", number, "ask_exclusion", cause="unreasonable", reason="要求免费装修")
    road.act("ada", number, "approve_exclusion", expecting=403)
    (asked,) = road.act("lu", number, "approve_exclusion")["exclusions"]
    assert (asked["state"], asked["decided_by"]) == ("approved", "lu")


@pytest.mark.mission("N14")
def test_it_is_struck_off_only_when_it_is_put_right(road: Road) -> None:
    number = road.plain(requester=None)
    for who, act in (("di", "accept"), ("di", "handle")):
        assert road.act("bo", number, "close", expecting=409)["code"] == "wrong_state"
        road.act(who, number, act)
    assert road.act("bo", number, "close", expecting=409)["code"] == "wrong_state"  # nobody looked
    road.act("bo", number, "check")
    assert road.act("bo", number, "close", expecting=409)["code"] == "proof_missing"
    road.shoot("bo", number, PLAIN, seed=1)
    assert road.act("di", number, "close", expecting=403)["code"] == "not_permitted"
    assert road.act("bo", number, "close")["state"] == "closed"


@pytest.mark.mission("N16")
def test_a_hard_case_goes_to_the_leader_by_name(road: Road) -> None:
    number = road.plain()
    road.act("ada", number, "list_hard", reason="多部门都管")
    road.act("ada", number, "refer", leader="lu", reason="请分管领导领办")
    queue_all()
    assert [one["case"] for one in road.get("lu", "marked-cases/?mine=true")["results"]] == [number]
    road.act("lu", number, "take_lead")
    (row,) = road.get("ada", "marked-cases/?mark=listed&taken=true")["results"]
    assert (row["case"], row["leader"]) == (number, "lu")


@pytest.mark.mission("N17", "N18")
def test_looked_back_at_and_the_resident_met_there_it_opens_again(road: Road) -> None:
    number = road.repaired(requester=None)
    road.shoot("bo", number, PLAIN, seed=1)
    road.act("bo", number, "close")
    road.act("ada", number, "look_back")
    tasks = road.get("bo", f"tasks/?case={number}&status=open")["features"]
    (task,) = [one for one in tasks if one["properties"]["kind"] == "look_back"]
    lon, lat = road.ward.lonlat(*PLAIN)
    where: dict[str, Any] = {"lon": lon, "lat": lat, "accuracy_m": 5}
    visit = road.post(
        "bo", f"tasks/{task['id']}/visit/", outcome="relapsed", met_requester=True, note="又灭了",
        **where,
    )  # fmt: skip
    assert (visit["near"], visit["met_requester"]) == (True, True)
    again = road.page(number)
    assert (again["state"], again["solved"]) == ("dispatched", None)


@pytest.mark.mission("N20")
def test_what_was_advanced_is_owed_by_another_and_comes_back(road: Road) -> None:
    number = road.plain()
    cost: dict[str, Any] = {
        "case": number, "payer": "STREET", "amount": "2500.00", "households": 5,
        "purpose": "每户 500 元垫付", "paid_on": "2026-11-01",
    }  # fmt: skip
    refused = road.post("ada", "advance-costs/", expecting=400, owed_by="STREET", **cost)
    assert refused["code"] == "owed_by_payer"
    made = road.post("ada", "advance-costs/", owed_by="HOUSING", **cost)
    back = road.post("ada", f"advance-costs/{made['id']}/recover/", amount="2500.00")
    assert (back["state"], back["recovered"]) == ("recovered", "2500.00")


@pytest.mark.mission("N21")
def test_what_nobody_can_judge_is_mediated_and_that_is_not_solved(road: Road) -> None:
    number = road.repaired(requester=None)
    road.shoot("bo", number, PLAIN, seed=1)
    closed = road.act("bo", number, "close", outcome="mediated", reason="无法判定责任，双方已和解")
    assert (closed["state"], closed["closing_outcome"], closed["solved"]) == (
        "closed",
        "mediated",
        False,
    )


@pytest.mark.mission("N22")
def test_one_order_four_systems_on_its_sheet(road: Road) -> None:
    number = road.plain()
    answer = client_of(road.ward.ada).get(f"/sheets/cases/{number}.docx")
    paper = Document(BytesIO(answer.content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    said = "\n".join([*(one.text for one in paper.paragraphs), *cells])
    assert "首接负责制" in said
    assert said.count("制") >= 4
