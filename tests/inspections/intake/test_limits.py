"""How often the public may come in: exactly so often, however many come at once, from whatever process."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from inspections.intake.limits import (
    Limit,
    TooOften,
    count_use,
    forget_uses,
    limits,
    mark_of,
    refuse_used_up,
)
from inspections.intake.models import PublicUse
from tests.clones import Clone, at_once

AT = datetime(2026, 11, 21, 10, 50, tzinfo=UTC)


@pytest.mark.django_db
def test_after_the_last_one_it_is_said_when_to_try_again(settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "report=2/1h"
    with time_machine.travel(AT, tick=False):
        count_use("report", "1.2.3.4")
        count_use("report", "1.2.3.4")
        with pytest.raises(TooOften) as refusal:
            count_use("report", "1.2.3.4")
        assert refusal.value.details == {"minutes": 10, "seconds": 600}
        assert "10" in refusal.value.message_zh
        count_use("report", "1.2.3.5")  # another address
    with time_machine.travel(AT + timedelta(minutes=10), tick=False):
        count_use("report", "1.2.3.4")


@pytest.mark.django_db
def test_all_together_have_a_limit_too(settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "report=5/1h,report_all=3/1h"
    for number in range(3):
        count_use("report", f"1.2.3.{number}")
    with pytest.raises(TooOften):
        count_use("report", "1.2.3.9")


@pytest.mark.django_db
def test_addresses_are_not_kept_and_old_counters_go() -> None:
    count_use("guess", "192.0.2.7")
    used = PublicUse.objects.get()
    assert (len(used.mark), "192.0.2" in used.mark) == (64, False)
    assert forget_uses(used.since + timedelta(days=1)) == 0
    assert forget_uses(used.since + timedelta(days=3)) == 1


def test_a_home_with_ipv6_is_one_address() -> None:
    assert mark_of("2001:db8::1") == mark_of("2001:db8::ffff:2")
    assert mark_of("2001:db8::1") != mark_of("2001:db8:0:1::1")
    assert mark_of("::ffff:192.0.2.7") == mark_of("192.0.2.7")
    assert mark_of("") == mark_of("")


@pytest.mark.django_db
def test_used_up_is_known_without_counting(settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "guess=1/10min"
    refuse_used_up("guess", "1.2.3.4")
    count_use("guess", "1.2.3.4")
    with pytest.raises(TooOften):
        refuse_used_up("guess", "1.2.3.4")
    refuse_used_up("search", "1.2.3.4")  # no limit, no refusal


@pytest.mark.parametrize("text", ["report", "report=x/1h", "report=1/0h", "report=1/1w"])
def test_the_setting_is_read_with_care(settings: Settings, text: str) -> None:
    settings.PUBLIC_LIMITS = text
    with pytest.raises(ImproperlyConfigured):
        limits()


def test_stretches_begin_at_whole_hours() -> None:
    assert Limit(1, timedelta(hours=1)).since(AT) == AT.replace(minute=0)


def test_of_many_at_once_exactly_so_many_come_in(clone_db: Clone, settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "report=5/1d"

    def come() -> bool:
        try:
            count_use("report", "1.2.3.4")
        except TooOften:
            return False
        return True

    works: list[Callable[[], bool]] = [come] * 16
    assert sum(at_once(works)) == 5
    assert PublicUse.objects.get().count == 5
