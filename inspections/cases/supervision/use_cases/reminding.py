"""Reminder letters (提醒函): written for everything near its end or past it, once per period (P11)."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from core.audit import record_bulk_act
from core.models import User
from grid.ground.queries import city_zone
from inspections.cases.supervision.models import Reminder
from inspections.cases.supervision.queries import write_reminders

AT_A_TIME = (
    50_000  # letters in one transaction: what a killed worker loses is written by the next run
)

Follower = Callable[[Sequence[int]], None]
_FOLLOWERS: list[Follower] = []


def follow_reminders(follower: Follower) -> None:
    """What another room does with letters just written (their keys), in the same transaction; wired in apps.py."""
    _FOLLOWERS.append(follower)


def issue_reminders(now: datetime, *, actor: User, at_a_time: int = AT_A_TIME) -> int:
    """Write every letter owed at this time; how many. Run again, it writes none.

    Each batch is one transaction with one audit entry; two runs at once wait for each other.
    """
    year, every = now.astimezone(city_zone()).year, timedelta(days=settings.REMIND_EVERY_DAYS)
    issued = 0
    while True:
        with transaction.atomic():
            keys = write_reminders(now, year=year, every=every, most=at_a_time)
            if keys:
                record_bulk_act(
                    actor=actor,
                    act="issue_reminders",
                    subjects=[Reminder(pk=key) for key in keys],
                )
                for follower in _FOLLOWERS:
                    follower(keys)
        issued += len(keys)
        if len(keys) < at_a_time:
            return issued
