"""Meetings: dispatch meetings on fixed days with agenda and batches, decisions on site, minutes, promises."""

from datetime import date, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.errors import NotPermitted, WrongState
from core.workflow import available_acts
from inspections.calendar.arithmetic import WorkCalendar
from inspections.joint.meetings.days import meeting_days, parse_days
from inspections.joint.meetings.models import Meeting, MeetingKind, MeetingState
from inspections.joint.meetings.use_cases import (
    CaseNeeded,
    MinutesNeeded,
    call_meeting,
    cancel_meeting,
    hold_meeting,
    plan_next_meeting,
    report_back,
)
from inspections.joint.meetings.views import ACTS
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.mission("N3")
def test_meetings_fall_on_6_16_26_or_the_next_work_day() -> None:
    holiday = {date(2026, 10, day): day > 7 for day in range(1, 9)}
    calendar = WorkCalendar(zone=ZONE, days=holiday | {date(2026, 9, 26): False})
    days = meeting_days(date(2026, 9, 16), parse_days("6,16,26"), calendar)
    assert list(islice(days, 4)) == [
        date(2026, 9, 28),  # the 26th is a Saturday
        date(2026, 10, 8),  # the 6th is a holiday until the 7th
        date(2026, 10, 16),
        date(2026, 10, 26),
    ]


def test_days_that_a_month_has_not_are_left_out() -> None:
    days = meeting_days(date(2026, 1, 30), parse_days("30"), WorkCalendar(zone=ZONE))
    assert next(days) == date(2026, 3, 30)


def test_a_meeting_moved_past_the_day_asked_for_is_not_lost() -> None:
    calendar = WorkCalendar(zone=ZONE, days={date(2026, 10, day): False for day in range(1, 8)})
    assert next(meeting_days(date(2026, 10, 7), (6,), calendar)) == date(2026, 10, 8)


def minutes(**more: Any) -> dict[str, Any]:
    return {"chair": "王主任", "minutes": "由路灯管理处三日内修复。"} | more


@pytest.mark.mission("N3")
@pytest.mark.mission("N5")
def test_the_agenda_is_the_top_classes_and_their_pressing_cases_and_the_batch_is_counted(
    ward: Ward,
) -> None:
    cases = [case_in(ward, "accepted") for _ in range(2)]
    case_in(ward, "filed", category=ward.bins, at=(750, 750))
    meeting = plan_next_meeting(actor=ward.ada, now=timezone.now())
    assert meeting is not None
    assert plan_next_meeting(actor=ward.ada, now=timezone.now()) is None
    classes = [
        (line.category.code, line.told["reported"], line.told["open"])
        for line in meeting.items.filter(category__isnull=False).order_by("position")
        if line.category
    ]
    assert classes == [("0118", 2, 2), ("0305", 1, 1)]
    handed = meeting.items.filter(case__isnull=False).order_by("position")
    assert [line.case for line in handed][:2] == cases
    hold_meeting(meeting, actor=ward.ada, **minutes(conclusions={1: "专项整治"}))
    type(cases[0]).objects.filter(pk=cases[0].pk).update(
        state="closed", closing_basis="patrol", closed_at=timezone.now()
    )
    told = client_of(ward.lu).get("/api/v1/meetings/batches/").json()
    row = told["results"][0]
    count = handed.count()
    assert told["totals"] == {"batches": 1, "handed": count, "closed": 1, "backlog": count - 1}
    assert (row["batch"], row["chair"], row["backlog"]) == (1, "王主任", count - 1)
    assert meeting.items.get(position=1).conclusion == "专项整治"


@pytest.mark.mission("N6")
def test_a_chief_promises_in_the_meeting_signed_with_date(ward: Ward) -> None:
    meeting = call_meeting(actor=ward.ada, kind=MeetingKind.DISPATCH)
    told = {
        "kind": "commitment",
        "organization": "LAMP",
        "text": "月底前全部修复",
        "meeting": meeting.pk,
        "signed_by": "李局长",
    }
    ada = client_of(ward.ada)
    refused = ada.post("/api/v1/undertakings/", told, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, "signature_needed")
    made = ada.post("/api/v1/undertakings/", told | {"signed_on": "2026-11-16"}, format="json")
    assert made.json()["signed_on"] == "2026-11-16"
    listed = ada.get(f"/api/v1/undertakings/?meeting={meeting.pk}").json()["results"]
    assert [(one["signed_by"], one["organization"]["code"]) for one in listed] == [
        ("李局长", "LAMP")
    ]
    seen = client_of(ward.di).get("/api/v1/undertakings/?mine=true").json()["results"]
    assert [one["id"] for one in seen] == [made.json()["id"]]


@pytest.mark.mission("F11")
@pytest.mark.mission("B13")
def test_a_decision_on_site_keeps_who_where_until_when_and_what_became_of_it(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    ada = client_of(ward.ada)
    told = {"kind": "on_site", "case": case.number, "place": "桐峰路口"}
    made = ada.post("/api/v1/meetings/", told, format="json").json()
    corners = [ward.lonlat(*at) for at in ((0, 0), (300, 0), (300, 300), (0, 0))]
    ground = {"type": "Polygon", "coordinates": [[list(corner) for corner in corners]]}
    path = f"/api/v1/meetings/{made['id']}"
    due = (timezone.now() + timedelta(days=5)).isoformat()
    body = minutes(
        boundary=ground,
        report_by=due,
        attendees=[{"organization": "住建委", "name": "张三"}],
    )
    held = ada.post(f"{path}/hold/", body, format="json")
    assert held.status_code == 201, held.content
    assert held.json()["boundary"]["type"] == "Polygon"
    assert held.json()["attendees"] == [{"organization": "住建委", "name": "张三"}]
    page = ada.get(f"/api/v1/cases/{case.number}/").json()["properties"]
    assert [(one["kind"], one["chair"]) for one in page["meetings"]] == [("on_site", "王主任")]
    done = ada.post(f"{path}/report_back/", {"reason": "已修复，权责已划清"}, format="json").json()
    assert (done["state"], done["report"]) == ("reported", "已修复，权责已划清")
    crossed = [[*corners[0]], [*corners[2]], [*corners[1]], [*ward.lonlat(0, 300)], [*corners[0]]]
    again = ada.post("/api/v1/meetings/", told, format="json").json()
    bad = ada.post(
        f"/api/v1/meetings/{again['id']}/hold/",
        body | {"boundary": {"type": "Polygon", "coordinates": [crossed]}},
        format="json",
    )
    assert bad.status_code == 400


WAYS = {
    "set_agenda": {"planned": "planned"},
    "hold": {"planned": "held"},
    "report_back": {"held": "reported"},
    "cancel": {"planned": "cancelled"},
}


@pytest.mark.parametrize("state", MeetingState.values)
def test_a_state_allows_its_acts_and_no_other(ward: Ward, state: str) -> None:
    case = case_in(ward, "accepted")
    for act, ways in WAYS.items():
        meeting = call_meeting(actor=ward.ada, kind=MeetingKind.CONSULT, case=case)
        if state == "cancelled":
            meeting = cancel_meeting(meeting, actor=ward.ada, reason="改期")
        if state in {"held", "reported"}:
            meeting = hold_meeting(meeting, actor=ward.di, **minutes())
        if state == "reported":
            meeting = report_back(meeting, actor=ward.ada, reason="已落实")
        given = {"reason": "说明"} | (minutes() if act == "hold" else {})
        offered = {line.act for line in available_acts(meeting, ward.ada)}
        assert (act in offered) == (state in ways)
        if state in ways:
            assert ACTS[act][0](meeting, actor=ward.ada, **given).state == ways[state]
        else:
            with pytest.raises(WrongState):
                ACTS[act][0](meeting, actor=ward.ada, **given)
        for name in set(ward.people) - {"ada", "lu", "di"}:
            assert not available_acts(meeting, ward.people[name])


def test_what_does_not_hold_together_is_refused(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    for kind, about in ((MeetingKind.DISPATCH, case), (MeetingKind.CONSULT, None)):
        with pytest.raises(CaseNeeded):
            call_meeting(actor=ward.ada, kind=kind, case=about)
    with pytest.raises(NotPermitted):
        call_meeting(actor=ward.fu, kind=MeetingKind.CONSULT, case=case)
    meeting = call_meeting(actor=ward.di, kind=MeetingKind.JOINT, case=case)
    with pytest.raises(MinutesNeeded):
        hold_meeting(meeting, actor=ward.di, chair=" ", minutes="说了")
    call_meeting(actor=ward.ada, kind=MeetingKind.DISPATCH)
    day = client_of(ward.ada).post("/api/v1/meetings/", {"kind": "dispatch"}, format="json")
    assert (day.status_code, day.json()["code"]) == (409, "meeting_there")
    assert Meeting.objects.filter(kind="dispatch").count() == 1
