"""Eight writers at once: no deadlock, no gap, no event missed by a reader of `seq > last`."""

import random
import threading
import time
from functools import partial

from django.db import connection, transaction

from core.audit import emit, record_act
from core.models import AuditEntry, OutboxEvent, User
from core.outbox import events_after
from core.verification import verify_chain
from tests.clones import Clone, at_once

WRITERS = 8
ACTS = 150


def write(writer: int, people: list[int]) -> int:
    """Acts with mixed locks: own rows, rows shared with all, foreign keys to both; some undone.

    Returns how many were committed.
    """
    dice = random.Random(writer)  # noqa: S311
    committed = 0
    for _ in range(ACTS):
        with transaction.atomic():
            one, other = sorted(dice.sample(people, 2))
            match dice.randrange(4):
                case 0:  # the entry first, its row locked afterwards
                    actor = User(pk=one)
                    record_act(actor=actor, act="look", subject=actor)
                    User.objects.select_for_update(no_key=True).get(pk=other)
                case 1:  # the strongest lock, against which foreign key checks must wait
                    actor = User.objects.select_for_update().get(pk=one)
                    record_act(actor=actor, act="change", subject=actor)
                    actor.save()
                case 2:  # events before the entry, several of them
                    actor = User(pk=one)
                    emit(kind="look", subject=actor)
                    record_act(actor=User(pk=other), act="look", subject=actor)
                case _:  # the lock while waiting, then the entry
                    actor = User.objects.select_for_update(no_key=True).get(pk=one)
                    time.sleep(dice.random() / 1000)
                    record_act(actor=actor, act="wait", subject=actor)
            emit(kind="done", subject=actor)
            undone = dice.random() < 0.1
            transaction.set_rollback(undone)
        committed += not undone
    return committed


def test_eight_writers_number_without_deadlock_and_no_reader_misses_an_event(
    clone_db: Clone,
) -> None:
    people = [User.objects.create(username=f"user {n}").pk for n in range(12)]
    over = threading.Event()

    def read() -> list[int]:
        seen: list[int] = []
        while True:
            last_look = over.is_set()
            while events := events_after(seen[-1] if seen else 0, limit=50):
                seen += [event.seq for event in events if event.seq is not None]
            if last_look:
                return seen
            time.sleep(0.002)

    def write_all() -> list[int]:
        try:
            return at_once([partial(write, n, people) for n in range(WRITERS)])
        finally:
            over.set()

    began = time.monotonic()
    committed, *readings = at_once([write_all, read, read])
    seconds = time.monotonic() - began
    entries, events = AuditEntry.objects.count(), OutboxEvent.objects.count()
    assert entries == sum(committed)
    numbers = AuditEntry.objects.order_by("seq").values_list("seq", flat=True)
    assert list(numbers) == [*range(1, entries + 1)]
    assert readings == [[*range(1, events + 1)]] * 2
    report = verify_chain()
    assert (report.broken, report.entries, report.head_seq) == (None, entries, entries)
    print(f"{entries} acts by {WRITERS} writers in {seconds:.1f} s: {entries / seconds:.0f} acts/s")


def test_numbering_waits_for_no_row_of_others(clone_db: Clone) -> None:
    """While one transaction holds a row that the other's deferred check needs, both can commit."""
    ada, bo = User.objects.bulk_create([User(username="ada"), User(username="bo")])
    ready = threading.Barrier(2)

    def lock_then_act() -> None:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=bo.pk)  # against which a key check waits
            ready.wait()
            time.sleep(0.2)  # the other is at its commit now, and waits for bo
            record_act(actor=ada, act="look", subject=ada)

    def act() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            ready.wait()
            record_act(actor=bo, act="look", subject=bo)

    at_once([lock_then_act, act])
    assert list(AuditEntry.objects.order_by("seq").values_list("actor__username", "seq")) == [
        ("ada", 1),
        ("bo", 2),
    ]
