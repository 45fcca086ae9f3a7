"""One matter, two cases: merged, nothing lost; unmerged, both as before; split; every reporter reads the truth."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from core.errors import WrongState
from core.models import AuditEntry
from grid.catalogue.models import Urgency
from inspections.cases.clocks import clocks_of
from inspections.cases.models import Assignment, Case
from inspections.cases.queries import requests_of, trail_of
from inspections.cases.use_cases import accept_case, dispatch_case, file_case, join_case
from inspections.fieldwork.models import FieldTask, TaskStatus, Visit, VisitOutcome
from inspections.intake.duplicates.models import CaseMerge
from inspections.intake.duplicates.use_cases import merge_case, split_case, unmerge_case
from inspections.intake.duplicates.use_cases.merging import (
    FurtherAlong,
    InDispute,
    IntoItself,
    MergedAlready,
    NotMergeable,
)
from inspections.intake.duplicates.use_cases.splitting import NothingLeft, NotItsRequests
from inspections.intake.duplicates.use_cases.unmerging import NothingToGiveBack
from inspections.intake.use_cases import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases import RequestRow
from maps.public.tracking import status_of
from tests.conftest import client_of
from tests.inspections.conftest import Ward, argue, case_in, prove, report, visit


def merged(ward: Ward, case: Case, into: Case) -> Case:
    return merge_case(case, into=into, actor=ward.ada, reason="同一盏灯")


def unmerged(ward: Ward, case: Case) -> Case:
    return unmerge_case(case, actor=ward.ada, reason="其实是两盏")


def said(case: Case) -> list[str]:
    return [request.code for request in requests_of(case)]


def facts(case: Case) -> dict[str, Any]:
    """What must be as before after a merge and its undoing."""
    case = Case.objects.get(pk=case.pk)
    names = ("state", "urgency", "reported_at", "file_by", "resolve_by", "due_at", "filed_at")
    bodies = case.assignments.filter(ended_at__isnull=True).order_by("pk")
    tasks = case.tasks.filter(status=TaskStatus.OPEN).order_by("pk")
    return {name: getattr(case, name) for name in names} | {
        "requests": said(case),
        "bodies": [
            (one.organization.code, one.kind, one.co_receiver, one.accepted_by_id) for one in bodies
        ],
        "tasks": [(task.kind, task.organization_id) for task in tasks],
        "merged_into": case.merged_into_id,
    }


def ago(hours: float) -> Any:
    return timezone.now() - timedelta(hours=hours)


def test_a_merged_case_goes_on_in_the_other(ward: Ward) -> None:
    into = case_in(ward, "dispatched", reported_at=ago(5))
    case = case_in(ward, "dispatched", at=(255, 250), reported_at=ago(2))
    both = said(into) + said(case)
    case = merged(ward, case, into)
    into.refresh_from_db()
    assert (case.state, case.merged_into, case.state_before) == ("merged", into, "dispatched")
    assert (said(into), said(case)) == (both, [])
    part = case.assignments.get()
    assert (part.ended_at, part.end_reason) == (case.merged_at, "merge")
    assert not case.tasks.filter(status=TaskStatus.OPEN).exists()
    assert into.tasks.filter(status=TaskStatus.OPEN).exists()
    assert (case.due_at, case.warn_at) == (None, None)
    now = timezone.now()
    states = {clock.clock: clock.state(now) for clock in clocks_of(case, case.assignments.all())}
    assert {states[name] for name in ("respond", "resolve", "citizen")} == {"stopped"}
    assert states["file"] == "met"


def test_the_citizens_clock_is_that_of_the_earliest_report(ward: Ward) -> None:
    into = case_in(ward, "dispatched", reported_at=ago(2))
    case = case_in(ward, "filed", at=(255, 250), reported_at=ago(24 * 14))
    earliest = case.resolve_by
    assert earliest is not None
    assert into.resolve_by is not None
    assert earliest < into.resolve_by
    before, dispatched_by = facts(into), into.assignments.get().resolve_by
    case = merged(ward, case, into)
    into.refresh_from_db()
    assert (into.reported_at, into.resolve_by) == (case.reported_at, earliest)
    assert into.assignments.get().resolve_by == dispatched_by  # the body inherits no older clock
    unmerged(ward, case)
    assert facts(into) == before


def test_a_later_report_leaves_the_clock_alone(ward: Ward) -> None:
    into = case_in(ward, "dispatched", reported_at=ago(20))
    Case.objects.filter(pk=into.pk).update(resolve_by=timezone.now() + timedelta(days=60))
    into.refresh_from_db()
    extended = into.resolve_by
    merged(ward, report(ward, at=(255, 250)), into)
    into.refresh_from_db()
    assert into.resolve_by == extended


def test_urgent_stays_urgent(ward: Ward) -> None:
    into = case_in(ward, "filed", reported_at=ago(3))
    urgent = file_case(
        report(ward, at=(255, 250), reported_at=ago(1)), actor=ward.ada, urgency=Urgency.URGENT
    )
    before = facts(into)
    merged(ward, urgent, into)
    into.refresh_from_db()
    assert into.urgency == "urgent"
    assert into.resolve_by == into.reported_at + timedelta(hours=4)
    unmerged(ward, urgent)
    assert facts(into) == before


@pytest.mark.mission("P4")
@pytest.mark.parametrize("state", ["reported", "verified", "filed", "dispatched", "accepted"])
def test_unmerging_restores_both(ward: Ward, state: str) -> None:
    into = case_in(ward, "accepted", reported_at=ago(4))
    channel = "web" if state in {"reported", "verified"} else "phone"
    case = case_in(ward, state, at=(255, 250), channel=channel, reported_at=ago(9))
    before = facts(case), facts(into)
    case = unmerged(ward, merged(ward, case, into))
    after = facts(case), facts(into)
    if state in {"dispatched", "accepted"}:  # its body's clocks begin anew
        assert after[0].pop("due_at") >= before[0].pop("due_at")
    assert after == before
    case.refresh_from_db()
    assert (case.merged_at, case.state_before) == (None, "")


def test_co_receivers_and_assists_have_it_again_as_they_had_it(ward: Ward) -> None:
    case = case_in(ward, "accepted", at=(255, 250))
    Assignment.objects.create(
        case=case,
        organization=ward.bodies["housing"],
        kind="assist",
        co_receiver=True,
        dispatched_at=timezone.now(),
        dispatched_by=ward.ada,
    )
    case = join_case(case, actor=ward.fu)
    before = facts(case)
    case = unmerged(ward, merged(ward, case, case_in(ward, "accepted")))
    after = facts(case)
    assert after["bodies"] == before["bodies"]
    assert after["tasks"] == before["tasks"]


def test_merges_upon_merges_come_apart_in_any_order(ward: Ward) -> None:
    into = case_in(ward, "filed", reported_at=ago(2))
    first, second = (
        case_in(ward, "filed", at=(255, 250), reported_at=ago(hours))
        for hours in (24 * 10, 24 * 20)
    )
    before = facts(into)
    merged(ward, first, into)
    merged(ward, second, into)
    unmerged(ward, first)
    into.refresh_from_db()
    assert into.reported_at == second.reported_at
    unmerged(ward, second)
    assert facts(into) == before


def test_a_case_that_took_another_in_may_itself_be_merged(ward: Ward) -> None:
    top, middle, low = (
        case_in(ward, "filed", at=(250 + n, 250), reported_at=ago(10 - n)) for n in range(3)
    )
    before = [facts(case) for case in (top, middle, low)]
    merged(ward, low, middle)
    merged(ward, middle, top)
    assert len(said(top)) == 3
    unmerged(ward, low)  # its report feeds the topmost by now
    assert (len(said(top)), len(said(low))) == (2, 1)
    unmerged(ward, middle)
    assert [facts(case) for case in (top, middle, low)] == before


def test_what_cannot_be_merged_says_why(ward: Ward) -> None:
    into = case_in(ward, "filed")
    with pytest.raises(IntoItself):
        merged(ward, into, into)
    with pytest.raises(FurtherAlong, match="instead"):
        merged(ward, case_in(ward, "dispatched"), into)
    with pytest.raises(NotMergeable):
        merged(ward, report(ward), case_in(ward, "closed"))
    gone = merged(ward, report(ward), into)
    with pytest.raises(MergedAlready, match=into.number):
        merged(ward, report(ward), gone)
    argued = argue(ward, case_in(ward, "accepted"))
    with pytest.raises(InDispute):
        merged(ward, argued, case_in(ward, "accepted"))
    with pytest.raises(WrongState):
        unmerged(ward, into)


def test_what_waited_for_a_decision_waits_again(ward: Ward) -> None:
    case = case_in(ward, "accepted", at=(255, 250))
    found = visit(ward, case, outcome=VisitOutcome.NO_ACCESS, note="门锁着")
    assert found.to_decide
    case = merged(ward, case, case_in(ward, "accepted"))
    assert not Visit.objects.get(pk=found.pk).to_decide
    unmerged(ward, case)
    assert Visit.objects.get(pk=found.pk).to_decide


def test_evidence_stays_and_is_seen_by_the_body_that_goes_on(ward: Ward) -> None:
    case = report(ward, at=(255, 250))
    photo = prove(ward, case)
    into = case_in(ward, "dispatched")
    merged(ward, case, into)
    shown = client_of(ward.di).get(f"/api/v1/cases/{case.number}/").json()["properties"]
    assert shown["evidence"][0]["sha256"] == photo.file_id
    assert shown["merged_into"] == into.number
    late = prove(ward, case, seed=7)  # a phone sends what it held
    assert late.subject_id == str(case.pk)


def test_both_trails_tell_it(ward: Ward) -> None:
    into, case = case_in(ward, "filed"), report(ward)
    case = merged(ward, case, into)
    unmerged(ward, case)
    assert [entry.act for entry in trail_of(case)][-2:] == ["merge", "unmerge"]
    assert [entry.act for entry in trail_of(into)][-2:] == ["absorb", "give_back"]
    absorbed = AuditEntry.objects.get(act="absorb")
    assert absorbed.details["merged"] == case.number


def test_every_reporter_reads_the_truth(ward: Ward) -> None:
    into, case = case_in(ward, "accepted"), report(ward, at=(255, 250))
    request = requests_of(case).get()
    now = timezone.now()
    assert status_of(request, now).head == "已收到"
    case = merged(ward, case, into)
    told = status_of(request, now)
    assert (told.head, told.handler, told.due_at) == ("正在处理", "路灯管理处", into.resolve_by)
    assert told.joined
    unmerged(ward, case)
    told = status_of(request, now)
    assert (told.head, told.joined) == ("已收到", False)


def joined(ward: Ward, case: Case, **stated: Any) -> ServiceRequest:
    lon, lat = ward.lonlat(252, 250)
    row: dict[str, Any] = {
        "channel": "phone",
        "text": "还是不亮",
        "reported_at": timezone.now(),
        "lon": lon,
        "lat": lat,
    }
    return receive(RequestRow(**row | stated), actor=ward.ada, joins=case).request


def test_a_merged_case_still_shows_what_was_said_in_it(ward: Ward) -> None:
    into, case = report(ward), report(ward, at=(255, 250))
    own = said(case)
    for _ in range(2):  # there and back and there again: each once
        case = unmerged(ward, merged(ward, case, into))
        assert said(case) == own
    merged(ward, case, into)
    url = f"/api/v1/cases/{case.number}/"
    shown = client_of(ward.ada).get(url).json()["properties"]["requests"]
    assert [(one["code"], one["text"]) for one in shown] == [(own[0], "路灯不亮")]
    assert len(said(into)) == 2


@pytest.mark.mission("P4")
def test_a_split_makes_a_case_of_its_own_and_merging_takes_it_back(ward: Ward) -> None:
    case = case_in(ward, "dispatched", reported_at=ago(3))
    kept, leaving = said(case)[0], joined(ward, case, category=ward.lamps)
    case = split_case(case, requests=[leaving.code], actor=ward.ada, reason="是另一盏灯")
    made = Case.objects.get(links__request=leaving, links__left_at__isnull=True)
    assert (said(case), said(made), made.state) == ([kept], [leaving.code], "reported")
    assert made.split_from.source == case
    assert status_of(leaving, timezone.now()).head == "已收到"
    merged(ward, made, case)
    assert said(case) == [kept, leaving.code]


def test_a_request_without_a_place_splits_off_to_the_place_of_its_case(ward: Ward) -> None:
    case = report(ward)
    leaving = joined(ward, case, lon=None, lat=None)
    split_case(case, requests=[leaving.code], actor=ward.ada, reason="另一件事")
    made = Case.objects.exclude(pk=case.pk).get()
    assert (made.place.coords, made.category) == (case.place.coords, case.category)


def test_the_clock_follows_the_first_report_that_is_left(ward: Ward) -> None:
    case = case_in(ward, "filed", reported_at=ago(1))
    own = case.resolve_by
    early = joined(ward, case, reported_at=ago(24 * 14))
    case.refresh_from_db()
    assert case.reported_at == early.reported_at
    assert case.resolve_by is not None
    assert own is not None
    assert case.resolve_by < own
    case = split_case(case, requests=[early.code], actor=ward.ada, reason="另一件事")
    case.refresh_from_db()
    assert (case.reported_at, case.resolve_by) == (requests_of(case).get().reported_at, own)


def test_what_cannot_be_split_says_why(ward: Ward) -> None:
    case = report(ward)
    first, second = said(case)[0], joined(ward, case).code
    with pytest.raises(NothingLeft):
        split_case(case, requests=[first, second], actor=ward.ada, reason="x")
    with pytest.raises(NotItsRequests, match="nowhere"):
        split_case(case, requests=[first, "nowhere"], actor=ward.ada, reason="x")
    assert said(case) == [first, second]


def test_what_was_split_off_stays_where_it_is(ward: Ward) -> None:
    into, case = report(ward), report(ward)
    (code,) = said(case)
    case = merged(ward, case, into)
    split_case(into, requests=[code], actor=ward.ada, reason="另一件事")
    with pytest.raises(NothingToGiveBack):
        unmerged(ward, case)


def test_joining_follows_a_merge_and_refuses_an_ended_case(ward: Ward) -> None:
    into, case = report(ward), report(ward)
    merged(ward, case, into)
    late = joined(ward, Case.objects.get(pk=case.pk))
    assert late.code in said(into)
    closed = case_in(ward, "closed")
    lon, lat = ward.lonlat(250, 250)
    told = client_of(ward.ada).post(
        "/api/v1/requests/",
        {"text": "又坏了", "lon": lon, "lat": lat, "joins": closed.number},
        format="json",
    )
    assert (told.status_code, told.json()["code"]) == (409, "case_not_open")
    assert not ServiceRequest.objects.filter(text="又坏了").exists()


def test_it_all_goes_over_http(ward: Ward) -> None:
    client = client_of(ward.ada)
    into, case = case_in(ward, "filed"), report(ward, at=(255, 250))
    url = f"/api/v1/cases/{case.number}"
    done = client.post(f"{url}/merge/", {"into": into.number, "reason": "同一盏灯"}, format="json")
    assert done.status_code == 201, done.json()
    told = done.json()["properties"]
    assert (told["state"], told["merged_into"]) == ("merged", into.number)
    assert [act["act"] for act in told["available_acts"]] == ["unmerge", "add_evidence"]
    lineage = client.get(f"/api/v1/cases/{into.number}/").json()["properties"]["lineage"]
    assert (lineage["merges"][0]["merged"], lineage["merged_into"]) == (case.number, None)
    done = client.post(f"{url}/unmerge/", {"reason": "是两盏"}, format="json")
    assert done.json()["properties"]["state"] == "reported"
    lon, lat = ward.lonlat(252, 250)
    request = client.post(
        "/api/v1/requests/",
        {"text": "我也看到了", "lon": lon, "lat": lat, "joins": case.number},
        format="json",
    ).json()["properties"]
    assert (request["case"], request["joined"]) == (case.number, True)
    done = client.post(
        f"{url}/split/", {"requests": [request["code"]], "reason": "不是一回事"}, format="json"
    )
    assert done.json()["properties"]["lineage"]["splits"][0]["requests"] == 1
    missing = client.post(f"{url}/merge/", {"into": "no-such", "reason": "x"}, format="json")
    assert (missing.status_code, missing.json()["code"]) == (404, "missing")
    assert CaseMerge.objects.count() == 1


def test_a_body_hears_nothing_more_of_a_case_it_lost_by_a_merge(ward: Ward) -> None:
    into = dispatch_case(
        file_case(report(ward), actor=ward.ada),
        actor=ward.ada,
        to=ward.bodies["housing"],
        reason="住建委在修",
    )
    case = case_in(ward, "dispatched", at=(255, 250))
    merged(ward, case, into)
    assert not Case.objects.visible_to(ward.di).exists()
    assert FieldTask.objects.filter(status=TaskStatus.OPEN).count() == 1
    case = unmerged(ward, case)
    assert accept_case(case, actor=ward.di).state == "accepted"
