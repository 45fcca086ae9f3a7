"""When somebody is on the spot: the hour of an emergency, and the country's target short of its limit."""

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from grid.areas.models import Area, Zone
from grid.catalogue.models import DutyLimit
from inspections.cases.clocks import clocks_of
from inspections.cases.emergencies.use_cases import declare_emergency
from inspections.cases.limits import targets
from inspections.cases.models import Assignment, Case
from inspections.cases.supervision.models import Reminder
from inspections.cases.supervision.use_cases import issue_reminders
from inspections.cases.timing.use_cases import approve_parking, request_parking, unpark
from inspections.cases.use_cases import accept_case, dispatch_case, file_case
from inspections.intake.use_cases import receive
from inspections.requests.use_cases import RequestRow
from tests.conftest import client_of
from tests.inspections.cases.timing.test_extensions import local, year
from tests.inspections.conftest import Ward, report

__all__ = ["year"]  # a fixture

pytestmark = pytest.mark.usefixtures("year")
HOLIDAY = local(2026, 10, 1, 23, 30)


def sent(ward: Ward, urgency: str = "urgent") -> Assignment:
    case = file_case(report(ward), actor=ward.ada, urgency=urgency)
    return dispatch_case(case, actor=ward.ada).assignments.get()


def in_the_country(ward: Ward) -> None:
    """The ward lies in the country, where the catalogue gives two hours to be there."""
    Area.objects.filter(code="500236001").update(zone=Zone.COUNTRY)
    duty = DutyLimit.objects.filter(urgency="urgent").get().duty
    DutyLimit.objects.create(
        duty=duty, urgency="urgent", zone="country", respond_by="30min", arrive_by="120min"
    )


@pytest.mark.mission("C11")
def test_what_is_filed_as_urgent_has_its_hour_by_itself_holidays_too(ward: Ward) -> None:
    with time_machine.travel(HOLIDAY, tick=False):
        assert sent(ward).arrive_by == local(2026, 10, 2, 0, 30)  # its duty states no arrival
        assert sent(ward, "normal").arrive_by == local(2026, 10, 2, 0, 0)  # as its duty says


@pytest.mark.mission("C11")
def test_an_urgent_report_is_looked_at_within_the_hour(ward: Ward) -> None:
    with time_machine.travel(HOLIDAY, tick=False):
        plain = report(ward, channel="web", reported_at=HOLIDAY)
        lon, lat = ward.lonlat(250, 250)
        row = RequestRow(
            channel="web",
            category=ward.lamps,
            text="灯杆倒下",
            reported_at=HOLIDAY,
            lon=lon,
            lat=lat,
        )
        urgent = receive(row, actor=ward.ada, urgency="urgent").case
    assert urgent is not None
    assert plain.file_by == HOLIDAY + timedelta(
        hours=2 + 3
    )  # looked at, then filed as the duty says
    assert urgent.file_by == HOLIDAY + timedelta(minutes=60 + 3)


@pytest.mark.mission("C11", "B24")
def test_while_an_emergency_lasts_the_hour_goes_before_what_the_catalogue_says(ward: Ward) -> None:
    in_the_country(ward)
    with time_machine.travel(HOLIDAY, tick=False):
        assert sent(ward).arrive_by == HOLIDAY + timedelta(hours=2)
        declare_emergency(actor=ward.lu, title="暴雨", reason="红色预警")
        part = sent(ward)
        assert part.arrive_by == HOLIDAY + timedelta(hours=1)
        assert part.arrive_target_at is None  # the limit is no later
        assert sent(ward, "normal").arrive_by == HOLIDAY + timedelta(minutes=30)


@pytest.mark.mission("N10")
def test_the_country_has_a_target_short_of_its_limit(ward: Ward) -> None:
    in_the_country(ward)
    with time_machine.travel(HOLIDAY, tick=False) as clock:
        part = sent(ward)
        assert part.arrive_target_at == HOLIDAY + timedelta(minutes=60)
        assert part.arrive_by == HOLIDAY + timedelta(minutes=120)
        accept_case(part.case, actor=ward.di)
        case = Case.objects.get(pk=part.case_id)
        (arrive,) = (one for one in clocks_of(case, [part]) if one.clock == "arrive")
        stands = [arrive.state(HOLIDAY + timedelta(minutes=m)) for m in (59, 60, 119, 120)]
        assert stands == ["running", "warning", "warning", "overdue"]
        (shown,) = (
            one
            for one in client_of(ward.di)
            .get(f"/api/v1/cases/{case.number}/")
            .json()["properties"]["clocks"]
            if one["clock"] == "arrive"
        )
        assert (shown["target_at"], shown["due_at"]) == (
            "2026-10-01T16:30:00Z",
            "2026-10-01T17:30:00Z",
        )
        (task,) = client_of(ward.di).get("/api/v1/tasks/?status=open").json()["features"]
        told = task["properties"]
        assert (told["arrive_target_at"], told["arrive_by"]) == (
            shown["target_at"],
            shown["due_at"],
        )
        for minutes, letters in ((59, []), (61, ["warning"]), (121, ["warning", "overdue"])):
            clock.move_to(HOLIDAY + timedelta(minutes=minutes))
            issue_reminders(HOLIDAY + timedelta(minutes=minutes), actor=ward.ada)
            written = Reminder.objects.filter(clock="arrive").order_by("id")
            assert list(written.values_list("kind", flat=True)) == letters
        assert sent(ward, "normal").arrive_target_at is None


def test_a_target_rests_with_its_case(ward: Ward) -> None:
    in_the_country(ward)
    with time_machine.travel(HOLIDAY, tick=False) as clock:
        part = sent(ward)
        case = accept_case(part.case, actor=ward.di)
        until = (HOLIDAY + timedelta(days=9)).date()
        approve_parking(
            request_parking(case, actor=ward.di, until=until, reason="封路"), actor=ward.ada
        )
        clock.shift(timedelta(days=2))
        unpark(case, actor=ward.ada, reason="已开通")
    part.refresh_from_db()
    assert part.arrive_target_at == HOLIDAY + timedelta(days=2, minutes=60)
    assert part.arrive_by == HOLIDAY + timedelta(days=2, minutes=120)


def test_a_target_is_natural_time(settings: Settings) -> None:
    settings.ARRIVE_TARGETS = "country=1h, town=20min"
    assert targets() == {"country": timedelta(hours=1), "town": timedelta(minutes=20)}
    settings.ARRIVE_TARGETS = ""
    assert targets() == {}


@pytest.mark.parametrize("stated", ["country=4wh", "country=soon", "village=1h", "60min"])
def test_nothing_starts_with_a_target_that_cannot_be_kept(settings: Settings, stated: str) -> None:
    settings.ARRIVE_TARGETS = stated
    with pytest.raises(SystemCheckError, match="LAMPLIGHTER_ARRIVE_TARGETS"):
        call_command("check")
