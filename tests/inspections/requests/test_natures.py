"""Each kind of speech has its own flow and its own time (B4)."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from inspections.intake.use_cases import receive
from inspections.requests.models import ServiceRequest
from inspections.requests.natures import answer_due, answer_limits
from inspections.requests.use_cases import RequestRow
from tests.conftest import client_of
from tests.inspections.conftest import Ward, report

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 2, 10, tzinfo=ZoneInfo("Asia/Shanghai"))


def said(ward: Ward, nature: str) -> ServiceRequest:
    """Something said on a Monday, without a place."""
    row = RequestRow(channel="phone", nature=nature, text="几点开门", reported_at=MONDAY)
    return receive(row, actor=ward.ada).request


@pytest.mark.mission("B4")
def test_each_nature_is_answered_in_its_own_time(ward: Ward) -> None:
    due = {nature: answer_due(said(ward, nature)) for nature in ("enquiry", "praise", "suggestion")}
    days = {nature: one.at.astimezone(MONDAY.tzinfo).day for nature, one in due.items() if one}
    assert days == {"enquiry": 5, "praise": 9, "suggestion": 16}
    shown = client_of(ward.ada).get(f"/api/v1/requests/{said(ward, 'enquiry').code}/").json()
    assert shown["properties"]["answer_by"].startswith("2026-11-05T")


@pytest.mark.mission("B4")
def test_what_became_a_case_goes_by_its_clocks(ward: Ward) -> None:
    assert answer_due(report(ward, nature="complaint").requests.get()) is None


def test_a_setting_that_cannot_be_read_says_so(settings: Settings) -> None:
    for wrong in ("enquiry=soon", "gossip=3wd"):
        settings.NATURE_LIMITS = wrong
        with pytest.raises(ImproperlyConfigured):
            answer_limits()
