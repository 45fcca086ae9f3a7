"""A case from the report to the proven close: verdict, bodies, clocks, tasks, proof."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import LineString
from django.utils import timezone
from shapely import Point, box

from core.errors import NotPermitted
from grid.ground.datums import from_wgs84, parse_datum
from grid.jurisdiction.use_cases import replay
from grid.organizations.models import Role
from inspections.cases.models import Assignment, Case
from inspections.cases.queries import trail_of
from inspections.cases.use_cases import (
    CategoryNeeded,
    NoReceiver,
    OverrideNeedsReason,
    accept_case,
    check_case,
    close_case,
    dispatch_case,
    file_case,
    handle_case,
    reassign_case,
    rework_case,
    set_proof_distance,
)
from inspections.cases.workflow import ProofMissing
from inspections.fieldwork.models import FieldTask
from tests import factories
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, prove, report
from tests.photos import encoded, photo, picture


def assigned(case: Case) -> list[tuple[str, str, bool]]:
    rows = Assignment.objects.filter(case=case, ended_at__isnull=True).order_by("kind", "id")
    return [(a.organization.code, a.kind, a.co_receiver) for a in rows]


def tasks(case: Case) -> list[tuple[str, str, str | None]]:
    rows = FieldTask.objects.filter(case=case).select_related("organization").order_by("id")
    return [(t.kind, t.status, t.organization.code if t.organization else None) for t in rows]


@pytest.mark.mission("D4", "D7")
def test_a_report_becomes_a_case_in_its_cell(ward: Ward) -> None:
    case = report(ward, at=(700, 250))
    assert case.state == "reported"
    assert case.cell_code == "500236001001002"
    assert case.area_codes == ["500236", "500236001", "500236001001"]
    request = case.requests.get()
    assert request.cell_code == "500236001001002"
    assert len(request.tracking_code) == 13


def test_filing_keeps_the_verdict_the_duty_and_the_clocks(ward: Ward) -> None:
    case = file_case(report(ward), actor=ward.ada)
    assert case.verdict is not None
    assert case.verdict.outcome == "presumed"
    assert case.verdict.responsible == ward.bodies["lamp"]
    assert case.verdict.answer["dispatch_to"]["code"] == "LAMP"
    assert (case.supervisor, case.zone) == (ward.bodies["urban"], "town")
    assert case.duty is not None
    assert case.file_by == case.reported_at + timedelta(hours=3)
    zone = ZoneInfo("Asia/Shanghai")
    assert case.resolve_by is not None
    assert case.resolve_by.astimezone(zone).strftime("%H:%M:%S") == "18:00:00"
    assert case.deadlines_provisional  # no calendar was loaded


def test_a_case_without_category_cannot_be_filed(ward: Ward) -> None:
    with pytest.raises(CategoryNeeded):
        file_case(report(ward, category=None), actor=ward.ada)


def test_urgent_cases_take_the_urgent_limits(ward: Ward) -> None:
    case = dispatch_case(file_case(report(ward), actor=ward.ada, urgency="urgent"), actor=ward.ada)
    lead = Assignment.objects.get(case=case)
    assert lead.respond_by == lead.dispatched_at + timedelta(minutes=30)
    assert lead.resolve_by == lead.dispatched_at + timedelta(hours=4)


def test_dispatch_goes_to_the_body_the_verdict_names_and_sends_its_crew(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    assert assigned(case) == [("LAMP", "lead", False)]
    assert tasks(case) == [("handle", "open", "LAMP")]


@pytest.mark.mission("F5")
def test_a_contested_case_has_two_co_receivers_and_the_custodian_leads(ward: Ward) -> None:
    lamp = ground.facility("L1", "0118", Point(250, 250), ward.version)
    ground.party(lamp, "maintainer", "URBAN", ward.version, document="台账")
    ground.upkeep(lamp, "HOUSING", ward.version, document="维修单")
    case = file_case(report(ward), actor=ward.ada, facility=lamp)
    assert case.verdict is not None
    assert case.verdict.outcome == "contested"
    case = dispatch_case(case, actor=ward.ada)
    assert assigned(case) == [
        ("HOUSING", "assist", True),
        ("URBAN", "assist", True),
        ("STREET", "lead", False),
    ]


def test_without_a_receiver_it_stays_at_the_desk_until_a_body_is_named(ward: Ward) -> None:
    ward.bodies["street"].phone = ""
    ward.bodies["street"].save()
    factories.known_always()
    case = file_case(report(ward, category=ward.bins), actor=ward.ada)
    with pytest.raises(NoReceiver) as refused:
        dispatch_case(case, actor=ward.ada)
    assert refused.value.status == 409
    assert "unowned" in refused.value.message
    assert "to" in refused.value.message
    assert "请在 to 中指定单位" in refused.value.message_zh
    case.refresh_from_db()
    assert case.state == "filed"
    sent = dispatch_case(case, actor=ward.ada, to=ward.bodies["housing"], reason="便民兜底")
    assert assigned(sent) == [("HOUSING", "lead", False)]


def test_another_body_than_the_verdicts_needs_a_reason(ward: Ward) -> None:
    case = case_in(ward, "filed")
    with pytest.raises(OverrideNeedsReason):
        dispatch_case(case, actor=ward.ada, to=ward.bodies["housing"])
    case = dispatch_case(case, actor=ward.ada, to=ward.bodies["housing"], reason="在建工地")
    assert assigned(case) == [("HOUSING", "lead", False)]
    entry = trail_of(case)[-1]
    assert (entry.act, entry.reason) == ("dispatch", "在建工地")
    assert entry.details["verdict_named"] == "LAMP"


@pytest.mark.mission("N4")
def test_one_leads_and_others_assist(ward: Ward) -> None:
    case = dispatch_case(
        case_in(ward, "filed"),
        actor=ward.ada,
        assists=[ward.bodies["housing"], ward.bodies["lamp"]],
    )
    assert assigned(case) == [("HOUSING", "assist", False), ("LAMP", "lead", False)]


def test_reassigning_ends_the_old_assignments_and_keeps_them(ward: Ward) -> None:
    case = reassign_case(
        case_in(ward, "accepted"), actor=ward.ada, to=ward.bodies["housing"], reason="错派"
    )
    assert assigned(case) == [("HOUSING", "lead", False)]
    old = Assignment.objects.get(case=case, organization=ward.bodies["lamp"])
    assert (old.end_reason, old.accepted_by) == ("reassign", ward.di)
    assert tasks(case) == [("handle", "cancelled", "LAMP"), ("handle", "open", "HOUSING")]
    with pytest.raises(NotPermitted):
        accept_case(case, actor=ward.di)


@pytest.mark.mission("F23")
def test_who_checks_belongs_neither_to_the_handling_body_nor_under_it(ward: Ward) -> None:
    case = case_in(ward, "handled")
    assert tasks(case)[-1] == ("check", "open", None)
    with pytest.raises(NotPermitted):
        check_case(case, actor=ward.ed)  # an inspector of the crew under the lamp company
    with pytest.raises(NotPermitted):
        check_case(case, actor=ward.xi)  # of another district
    prove(ward, case, by="vi")
    assert check_case(case, actor=ward.vi).state == "checked"
    assert tasks(case)[-1] == ("check", "done", None)


def test_rework_goes_back_to_the_body_that_leads(ward: Ward) -> None:
    case = rework_case(case_in(ward, "handled"), actor=ward.bo, reason="仍不亮")
    assert (case.state, case.handled_at) == ("accepted", None)
    assert tasks(case)[-2:] == [("check", "done", None), ("handle", "open", "LAMP")]
    assert handle_case(case, actor=ward.di).state == "handled"


@pytest.mark.mission("D7", "B20")
def test_a_photo_from_the_spot_closes_the_case(ward: Ward) -> None:
    case = case_in(ward, "checked")
    assert prove(ward, case).findings == []
    closed = close_case(case, actor=ward.bo, solved=False)
    assert (closed.state, closed.solved) == ("closed", False)
    assert assigned(closed) == []
    acts = [entry.act for entry in trail_of(closed)]
    assert acts == [
        "record_request",
        "open",
        "file",
        "dispatch",
        "accept",
        "handle",
        "check",
        "add_evidence",
        "close",
    ]


def refusal(ward: Ward, case: Case) -> tuple[list[str], ProofMissing]:
    """What keeps the case from closing: the findings that block, and the refusal itself."""
    with pytest.raises(ProofMissing) as refused:
        close_case(case, actor=ward.bo)
    case.refresh_from_db()
    assert case.state == "checked"
    photos = refused.value.details["photos"]
    return [f["code"] for p in photos for f in p["findings"] if f["blocks"]], refused.value


@pytest.mark.mission("D7")
def test_no_photo_no_close(ward: Ward) -> None:
    codes, refused = refusal(ward, case_in(ward, "checked"))
    assert codes == []
    assert "0 of 1 photos" in refused.message
    assert "请在现场拍摄" in refused.message_zh


@pytest.mark.mission("D7")
def test_a_photo_taken_elsewhere_does_not_close(ward: Ward) -> None:
    case = case_in(ward, "checked")
    assert [f["code"] for f in prove(ward, case, (255, 700)).findings] == ["too_far"]
    codes, refused = refusal(ward, case)
    assert codes == ["too_far"]
    assert "450 m from the place of the case; the limit is 100 m" in refused.message
    assert "450 米" in refused.message_zh
    prove(ward, case, (255, 250), seed=2)
    assert close_case(case, actor=ward.bo).state == "closed"


def test_a_photo_from_the_other_side_of_the_earth_is_measured_too(ward: Ward) -> None:
    case = case_in(ward, "checked")
    found = prove(ward, case, data=photo(-70.6, -33.4, taken_at=timezone.now()))
    assert found.findings[0]["distance_m"] > 15_000_000


@pytest.mark.mission("D7")
def test_a_photo_without_position_does_not_close(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case, None)
    assert refusal(ward, case)[0] == ["no_position"]


@pytest.mark.mission("D7")
def test_a_photo_older_than_the_report_does_not_close(ward: Ward) -> None:
    case = case_in(ward, "checked")
    yesterday = timezone.now() - timedelta(days=1)
    lon, lat = ward.lonlat(250, 250)
    prove(ward, case, data=photo(lon, lat, taken_at=yesterday))
    assert refusal(ward, case)[0] == ["older_than_report"]


@pytest.mark.mission("D7")
def test_a_photo_used_for_another_case_does_not_close_even_recompressed(ward: Ward) -> None:
    first, second, third = (case_in(ward, "checked") for _ in range(3))
    data = photo(*ward.lonlat(250, 250), taken_at=timezone.now(), seed=5)
    assert prove(ward, first, data=data).findings == []
    assert [f["how"] for f in prove(ward, second, data=data).findings] == ["same_file"]
    lon, lat = ward.lonlat(252, 250)
    again = encoded(picture(5, (500, 375)), quality=50)
    fix = {"lon": lon, "lat": lat, "accuracy_m": 5, "at": timezone.now().isoformat()}
    assert [f["how"] for f in prove(ward, third, data=again, fixes=[fix]).findings] == [
        "same_picture"
    ]
    assert refusal(ward, second)[0] == ["already_used"]
    assert refusal(ward, third)[0] == ["already_used"]
    assert close_case(first, actor=ward.bo).state == "closed"


def test_a_document_does_not_count_as_a_photo(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case, data=b"%PDF-1.7\ntrailer\n%%EOF\n")
    assert refusal(ward, case)[0] == ["not_a_photo"]


@pytest.mark.mission("F23")
def test_the_handling_bodys_own_photo_does_not_close(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case, by="di")
    assert refusal(ward, case)[0] == ["by_handler"]


def test_the_duty_says_how_many_photos(ward: Ward) -> None:
    case = case_in(ward, "checked")
    assert case.duty is not None
    type(case.duty).objects.filter(pk=case.duty.pk).update(photos=2)
    prove(ward, case)
    assert "1 of 2 photos" in refusal(ward, case)[1].message
    prove(ward, case, seed=2)
    assert close_case(case, actor=ward.bo).state == "closed"


def test_a_category_may_have_its_own_distance(ward: Ward) -> None:
    root = factories.member("root", Role.ADMINISTRATOR, ward.bodies["centre"])
    with pytest.raises(NotPermitted):
        set_proof_distance(ward.lamps, actor=ward.ada, limit_m=30)
    set_proof_distance(ward.lamps, actor=root, limit_m=30)
    case = case_in(ward, "checked")
    prove(ward, case, (290, 250))
    assert refusal(ward, case)[0] == ["too_far"]


def test_a_datum_is_converted_and_a_forgotten_one_is_suspected(ward: Ward) -> None:
    lon, lat = ward.lonlat(250, 250)
    shifted = [float(v[0]) for v in from_wgs84([lon], [lat], parse_datum("gcj02"))]
    fix = {"lon": shifted[0], "lat": shifted[1], "accuracy_m": 8, "at": timezone.now().isoformat()}
    case = case_in(ward, "checked")
    plain = encoded(picture(8))
    said = prove(ward, case, data=plain, fixes=[fix | {"datum": "gcj02"}])
    assert said.findings == []
    other = case_in(ward, "checked")
    unsaid = prove(ward, other, data=encoded(picture(9)), fixes=[fix])
    assert [f["code"] for f in unsaid.findings] == ["too_far", "datum_suspected"]


def test_the_same_file_twice_is_one_evidence(ward: Ward) -> None:
    case = case_in(ward, "handled")
    data = photo(*ward.lonlat(250, 250), taken_at=timezone.now())
    assert prove(ward, case, data=data).pk == prove(ward, case, data=data).pk


@pytest.mark.mission("F4", "F5")
def test_a_dark_street_is_judged_in_parts_and_sent_to_the_body_of_each(ward: Ward) -> None:
    """Its larger part leads, the bodies of the others receive it beside."""
    ground.ownership("west", "HOUSING", box(0, 0, 300, 1000), ward.version, role="maintainer")
    ground.ownership("east", "URBAN", box(300, 0, 1000, 1000), ward.version, role="maintainer")
    line = LineString(ward.lonlat(100, 250), ward.lonlat(400, 250), srid=4326)
    case = file_case(report(ward, place=line, lon=None, lat=None), actor=ward.ada)
    assert case.verdict is not None
    told = case.verdict.answer
    assert [(p["responsible"]["code"], round(p["length_m"])) for p in told["parts"]] == [
        ("HOUSING", 200),
        ("URBAN", 100),
    ]
    assert replay(case.verdict) == told
    case = dispatch_case(case, actor=ward.ada)
    assert assigned(case) == [("URBAN", "assist", True), ("HOUSING", "lead", False)]


def test_a_street_of_one_body_has_no_co_receivers(ward: Ward) -> None:
    line = LineString(ward.lonlat(100, 250), ward.lonlat(400, 250), srid=4326)
    case = file_case(report(ward, place=line, lon=None, lat=None), actor=ward.ada)
    case = dispatch_case(case, actor=ward.ada)
    assert [(kind, co) for _, kind, co in assigned(case) if kind == "lead"] == [("lead", False)]
    assert not any(co for _, _, co in assigned(case))


def test_lines_are_proven_along_them(ward: Ward) -> None:
    line = LineString(ward.lonlat(100, 250), ward.lonlat(400, 250), srid=4326)
    case = report(ward, place=line, lon=None, lat=None)
    case = file_case(case, actor=ward.ada)
    assert prove(ward, case, (105, 300)).findings == []


def test_evidence_is_accepted_in_any_state(ward: Ward) -> None:
    for number, state in enumerate(("reported", "filed", "closed", "declined"), 10):
        assert prove(ward, case_in(ward, state), seed=number).pk


def test_only_those_who_work_on_it_add_evidence(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    with pytest.raises(NotPermitted):
        prove(ward, case, by="cy")
    with pytest.raises(NotPermitted):
        prove(ward, case, by="fu")
