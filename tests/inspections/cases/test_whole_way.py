"""Verification, callback, urging, self-fixed finds, moved pins: what lies between report and archive."""

from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.utils import timezone
from shapely import box

from core.errors import DomainError, NotPermitted, WrongState
from core.models import AuditEntry
from grid.catalogue.models import Duty
from inspections.cases.commands import acts_open_to, carry_out
from inspections.cases.models import Assignment, Callback, Case, Rating
from inspections.cases.use_cases import (
    FirstReceiverCannotRefuse,
    accept_case,
    answer_case,
    archive_case,
    call_back,
    call_back_missed,
    check_case,
    close_case,
    dispatch_case,
    file_case,
    fix_on_spot,
    handle_case,
    join_case,
    move_pin,
    refuse_case,
    rework_case,
    skip_verification,
    urge_case,
    verify_case,
)
from inspections.cases.use_cases.closing import Said
from inspections.cases.workflow import (
    CallbackOwed,
    ProofMissing,
    VerificationOwed,
    state_of_proof,
)
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, prove, report
from tests.photos import encoded, exif_of, picture


def test_what_nobody_has_spoken_with_is_verified_on_the_spot_first(ward: Ward) -> None:
    case = report(ward, channel="web")
    with pytest.raises(VerificationOwed):
        file_case(case, actor=ward.ada)
    case = verify_case(case, actor=ward.bo)
    assert case.verified_at is not None
    assert file_case(case, actor=ward.ada).state == "filed"


def test_looking_first_has_its_own_time(ward: Ward) -> None:
    case = report(ward, channel="web")
    assert case.file_by == case.reported_at + timedelta(hours=2 + 3)
    case = verify_case(case, actor=ward.bo)
    assert case.verified_at is not None
    filed = file_case(case, actor=ward.ada)
    assert filed.file_by == case.verified_at + timedelta(hours=3)


def test_verification_is_skipped_only_with_a_reason(ward: Ward) -> None:
    with pytest.raises(DomainError) as refused:
        skip_verification(report(ward, channel="web"), actor=ward.ada, reason=" ")
    assert refused.value.code == "reason_required"
    skipped = skip_verification(report(ward, channel="web"), actor=ward.ada, reason="有监控画面")
    assert (skipped.state, skipped.verified_at) == ("verified", None)
    straight = file_case(report(ward, channel="web"), actor=ward.ada, reason="有监控画面")
    assert straight.state == "filed"
    phoned = {line.act for line in acts_open_to(report(ward, channel="phone"), ward.ada)}
    assert "skip_verification" not in phoned


@pytest.mark.mission("N2")
def test_the_desk_answers_and_the_words_are_kept(ward: Ward) -> None:
    case = answer_case(report(ward), actor=ward.ada, reason="22 点后为半夜灯，隔一亮一，属正常。")
    assert (case.state, case.answer) == ("answered", "22 点后为半夜灯，隔一亮一，属正常。")
    assert (case.due_at, case.warn_at) == (None, None)


@pytest.mark.mission("F14")
def test_the_first_receiver_cannot_refuse(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    with pytest.raises(FirstReceiverCannotRefuse) as refused:
        refuse_case(case, actor=ward.di)
    assert refused.value.status == 409
    assert "propose_transfer" in refused.value.message_zh
    with pytest.raises(NotPermitted):
        refuse_case(case, actor=ward.cy)
    case.refresh_from_db()
    assert case.state == "dispatched"


def test_a_co_receiver_joins_and_its_own_clock_stops(ward: Ward) -> None:
    case = case_in(ward, "filed")
    case = dispatch_case(case, actor=ward.ada, assists=[ward.bodies["housing"]])
    case = join_case(case, actor=ward.fu)
    part = Assignment.objects.get(case=case, organization=ward.bodies["housing"])
    assert (part.accepted_by, case.state) == (ward.fu, "dispatched")
    with pytest.raises(NotPermitted):
        join_case(case, actor=ward.fu)
    lead = Assignment.objects.get(case=case, kind="lead")
    assert lead.accepted_at is None


@pytest.mark.mission("F20")
def test_acceptance_handling_urging_and_callback_each_leave_their_mark(ward: Ward) -> None:
    case = urge_case(case_in(ward, "dispatched"), actor=ward.ada, reason="请尽快")
    case = accept_case(case, actor=ward.di)
    case = handle_case(case, actor=ward.di, reason="更换熔断器")
    case = check_case(case, actor=ward.bo)
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, solved=True))
    case.refresh_from_db()
    assert None not in (case.handled_at, case.checked_at, case.called_back_at)


@pytest.mark.mission("N12", "B16")
def test_a_callback_keeps_the_rating_and_the_four_answers(ward: Ward) -> None:
    case = case_in(ward, "checked")
    said = {"rating": "basically_satisfied", "solved": True, "attitude_ok": False}
    case = carry_out("callback", case, actor=ward.ada, given=said | {"reason": "来得慢"})
    word = Callback.objects.get(case=case)
    assert (word.rating, word.contacted, word.solved, word.attitude_ok, word.note) == (
        "basically_satisfied",
        None,
        True,
        False,
        "来得慢",
    )
    prove(ward, case)
    closed = close_case(case, actor=ward.bo)
    assert (closed.closing_basis, closed.solved) == ("callback", True)


def test_a_dissatisfied_requester_goes_back_or_is_answered_with_a_reason(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case)
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.DISSATISFIED, solved=False))
    with pytest.raises(DomainError) as refused:
        close_case(case, actor=ward.bo)
    assert refused.value.code == "dissatisfied_needs_reason"
    again = rework_case(case, actor=ward.ada, reason="诉求人反映仍不亮")
    assert (again.state, again.checked_at, again.called_back_at) == ("accepted", None, None)


def test_the_desk_sends_back_only_after_the_callback(ward: Ward) -> None:
    with pytest.raises(NotPermitted):
        rework_case(case_in(ward, "checked"), actor=ward.ada, reason="x")


def test_a_closed_case_is_archived_by_the_desk(ward: Ward) -> None:
    case = archive_case(case_in(ward, "closed"), actor=ward.ada)
    assert (case.state, case.archived_at is not None) == ("archived", True)
    assert case.closing_basis == "anonymous"


@pytest.mark.mission("B25")
def test_who_fixes_it_on_the_spot_closes_it_with_photos_older_than_the_report(ward: Ward) -> None:
    case = report(ward, channel="patrol", reported_at=timezone.now())
    with pytest.raises(ProofMissing):
        fix_on_spot(case, actor=ward.bo)
    taken = (timezone.now() - timedelta(minutes=20)).isoformat()
    lon, lat = ward.lonlat(255, 250)
    fix = {"lon": lon, "lat": lat, "accuracy_m": 5, "at": taken}
    photo = prove(ward, case, at=None, seed=7, captured_at=taken, fixes=[fix], purpose="after")
    assert [finding["code"] for finding in photo.findings] == ["older_than_report"]
    closed = fix_on_spot(case, actor=ward.bo)
    assert (closed.state, closed.closing_basis, closed.solved) == ("closed", "on_spot", True)
    assert closed.verdict is not None


def test_a_photo_of_how_it_was_before_closes_nothing(ward: Ward) -> None:
    case = report(ward, channel="patrol", reported_at=timezone.now())
    prove(ward, case, seed=81, purpose="before")
    with pytest.raises(ProofMissing) as refused:
        fix_on_spot(case, actor=ward.bo)
    assert "处置前" in refused.value.message_zh
    prove(ward, case, seed=82, purpose="after")
    assert fix_on_spot(case, actor=ward.bo).state == "closed"


def test_a_citizens_report_is_not_closed_on_the_spot(ward: Ward) -> None:
    with pytest.raises(NotPermitted):
        fix_on_spot(report(ward, channel="web"), actor=ward.bo)


def test_a_moved_pin_is_judged_anew_and_moves_no_case(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    first = case.verdict
    lon, lat = ward.lonlat(700, 250)
    moved = carry_out("move_pin", case, actor=ward.bo, given={"lon": lon, "lat": lat})
    assert (moved.state, moved.cell_code) == ("dispatched", "500236001001002")
    assert moved.verdict != first
    assert [row.verdict_id for row in moved.verdicts.order_by("id")] == [
        first.pk if first else None,
        moved.verdict.pk if moved.verdict else None,
    ]
    assert Assignment.objects.filter(case=case, ended_at__isnull=True).count() == 1


def test_a_moved_pin_before_filing_only_moves(ward: Ward) -> None:
    lon, lat = ward.lonlat(700, 250)
    moved = carry_out("move_pin", report(ward), actor=ward.bo, given={"lon": lon, "lat": lat})
    assert (moved.verdict, moved.cell_code) == (None, "500236001001002")


def test_the_clock_that_runs_out_first_stands_on_the_case(ward: Ward) -> None:
    case = report(ward)
    assert case.due_at == case.file_by
    case = dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada)
    lead = Assignment.objects.get(case=case)
    assert case.due_at == lead.arrive_by
    now = timezone.now()
    assert not Case.objects.overdue(now).filter(pk=case.pk).exists()
    assert Case.objects.overdue(now + timedelta(minutes=31)).filter(pk=case.pk).exists()
    assert Case.objects.warned(now + timedelta(minutes=25)).filter(pk=case.pk).exists()


def test_photos_of_the_handling_body_prove_nothing_after_closing_either(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case, by="di", seed=50)
    with pytest.raises(ProofMissing):
        close_case(case, actor=ward.bo)
    prove(ward, case, by="bo", seed=51)
    closed = close_case(case, actor=ward.bo)
    assert state_of_proof(closed)["proven"] == 1


def phoned_in(ward: Ward) -> Case:
    """A checked and proven case of somebody who left a number."""
    lon, lat = ward.lonlat(250, 250)
    told = client_of(ward.ada).post(
        "/api/v1/requests/",
        {
            "channel": "phone",
            "category": "0118",
            "text": "路灯不亮",
            "lon": lon,
            "lat": lat,
            "requester": {"name": "张三", "phone": "13800000001"},
        },
        format="json",
    )
    case = Case.objects.get(number=told.json()["properties"]["case"])
    case = dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada)
    case = handle_case(accept_case(case, actor=ward.di), actor=ward.di)
    prove(ward, case, seed=case.pk)
    return check_case(case, actor=ward.bo)


@pytest.mark.mission("F19", "N1")
def test_who_can_be_reached_is_called_back_before_the_case_closes(ward: Ward) -> None:
    case = phoned_in(ward)
    with pytest.raises(CallbackOwed) as refused:
        close_case(case, actor=ward.bo)
    assert refused.value.status == 409
    with pytest.raises(WrongState):
        archive_case(case, actor=ward.ada)
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, solved=True))
    closed = close_case(case, actor=ward.bo)
    assert archive_case(closed, actor=ward.ada).closing_basis == "callback"


@pytest.mark.mission("N1")
def test_three_attempts_in_vain_let_it_close_and_it_is_counted_apart(ward: Ward) -> None:
    case = phoned_in(ward)
    for _ in range(2):
        case = call_back_missed(case, actor=ward.ada, reason="无人接听")
    with pytest.raises(CallbackOwed):
        close_case(case, actor=ward.bo)
    case = call_back_missed(case, actor=ward.ada, reason="无人接听")
    assert close_case(case, actor=ward.bo).closing_basis == "unreachable"


def test_attempts_before_a_rework_do_not_count(ward: Ward) -> None:
    case = phoned_in(ward)
    for _ in range(3):
        case = call_back_missed(case, actor=ward.ada, reason="无人接听")
    case = rework_case(case, actor=ward.bo, reason="仍不亮")
    case = check_case(handle_case(case, actor=ward.di), actor=ward.bo)
    with pytest.raises(CallbackOwed):
        close_case(case, actor=ward.bo)


@pytest.mark.mission("D7")
def test_a_photo_from_before_the_repair_proves_nothing(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    prove(ward, case, seed=61, purpose="verify", taken_ago=timedelta(minutes=5))
    assert state_of_proof(case)["proven"] == 0
    case = check_case(handle_case(case, actor=ward.di), actor=ward.bo)
    with pytest.raises(ProofMissing) as refused:
        close_case(case, actor=ward.bo)
    assert "处置完成之前" in refused.value.message_zh
    prove(ward, case, seed=62, purpose="check")
    assert close_case(case, actor=ward.bo).state == "closed"


def test_after_a_rework_the_former_photos_prove_nothing(ward: Ward) -> None:
    case = case_in(ward, "checked")
    prove(ward, case, seed=63, taken_ago=timedelta(seconds=0))
    Case.objects.filter(pk=case.pk).update(handled_at=timezone.now() - timedelta(minutes=10))
    case = rework_case(case, actor=ward.bo, reason="又灭了")
    case = handle_case(case, actor=ward.di)
    later = timezone.now() + timedelta(minutes=5)
    Case.objects.filter(pk=case.pk).update(handled_at=later)
    case.refresh_from_db()
    assert state_of_proof(case)["proven"] == 0


def test_the_same_picture_saved_anew_is_one_photo(ward: Ward) -> None:
    case = case_in(ward, "checked")
    Duty.objects.filter(category=ward.lamps).update(photos=2)
    case.refresh_from_db()
    lon, lat = ward.lonlat(255, 250)
    exif, drawn = exif_of(lon, lat, taken_at=timezone.now()), picture(70)
    prove(ward, case, data=encoded(drawn, exif=exif, quality=92))
    prove(ward, case, data=encoded(drawn, exif=exif, quality=60))
    with pytest.raises(ProofMissing) as refused:
        close_case(case, actor=ward.bo)
    assert (refused.value.details["proven"], refused.value.details["needed"]) == (1, 2)
    prove(ward, case, seed=71)
    assert close_case(case, actor=ward.bo).state == "closed"


def test_closing_tells_what_the_requester_said_even_to_who_saw_the_case_before(ward: Ward) -> None:
    seen = case_in(ward, "checked")
    prove(ward, seen)
    said = Said(rating=Rating.BASICALLY_SATISFIED, solved=False)
    call_back(Case.objects.get(pk=seen.pk), actor=ward.ada, said=said)
    closed = close_case(seen, actor=ward.bo)
    assert (closed.solved, closed.closing_basis) == (False, "callback")


def test_a_pin_moved_meanwhile_is_what_is_filed_and_sent(ward: Ward) -> None:
    ground.precedent("R1", "HOUSING", box(500, 0, 1000, 1000), ward.version)
    there = Point(*ward.lonlat(700, 250), srid=4326)
    seen = report(ward)
    move_pin(Case.objects.get(pk=seen.pk), actor=ward.bo, place=there)
    filed = file_case(seen, actor=ward.ada)
    assert filed.verdict is not None
    assert filed.verdict.responsible == ward.bodies["housing"]

    seen = case_in(ward, "filed")
    move_pin(Case.objects.get(pk=seen.pk), actor=ward.bo, place=there)
    sent = dispatch_case(seen, actor=ward.ada)
    lead = Assignment.objects.get(case=sent, kind="lead", ended_at__isnull=True)
    assert lead.organization == ward.bodies["housing"]


def test_a_number_typed_with_a_missed_call_stays_out_of_the_trail(ward: Ward) -> None:
    case = case_in(ward, "checked")
    call_back_missed(case, actor=ward.ada, reason="138 1234 5678 无人接听")
    entry = AuditEntry.objects.get(act="callback_missed")
    assert (entry.reason, Callback.objects.get().note) == ("*** 无人接听", "*** 无人接听")


def test_a_number_in_an_answer_stays_out_of_the_trail(ward: Ward) -> None:
    said = "已致电 138 1234 5678 告知"
    case = answer_case(report(ward), actor=ward.ada, reason=said)
    assert (case.answer, AuditEntry.objects.get(act="answer").reason) == (said, "已致电 *** 告知")
