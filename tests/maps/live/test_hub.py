"""Who hears what, in which order, whatever breaks: real processes, real commits."""

import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module

import pytest
from django.conf import settings
from django.contrib.gis.geos import Point
from django.db import connection, transaction
from django.utils import timezone

from core.audit import emit, emit_each
from core.models import OutboxEvent, User
from grid.organizations.models import Organization, Role
from grid.organizations.use_cases import close_account, grant_role, revoke_tokens
from inspections.cases.models import Case
from tests.clones import Clone, at_once
from tests.maps.live.conftest import RunningHub, free_port, open_session, running
from tests.maps.live.listener import Listener

HERE, THERE = "330106001", "330106002"


def case_in(area: str, number: str) -> Case:
    """A case in one area, committed with its event."""
    with transaction.atomic():
        case: Case = Case.objects.create(
            number=number,
            state="reported",
            place=Point(120.1, 30.2, srid=4326),
            area_codes=[area],
            reported_at=timezone.now(),
            opened_at=timezone.now(),
        )
        emit(kind="case_reported", subject=case)
    return case


def move(case: Case, area: str) -> None:
    """The case turns out to lie elsewhere."""
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(area_codes=[area])
        emit(kind="case_moved", subject=case)


def look(*subjects: Organization | User) -> None:
    """One commit with an event about each subject."""
    with transaction.atomic():
        for subject in subjects:
            emit(kind="look", subject=subject)


def committed() -> list[tuple[int, str]]:
    """Every event, as a reader who sees all of them hears it."""
    rows = OutboxEvent.objects.order_by("seq").values_list("seq", "kind")
    return [(seq or 0, kind) for seq, kind in rows]


def is_ready(listener: Listener) -> bool:
    return bool(listener.named("ready"))


def has_told(seq: int) -> Callable[[Listener], bool]:
    return lambda listener: bool(listener.told) and listener.told[-1][0] >= seq


@pytest.mark.mission("D9")
def test_case_is_told_within_a_second_by_kind_and_id_and_nothing_else(
    hub: RunningHub, ada_live: User
) -> None:
    listener = hub.listen(ada_live)
    listener.wait_for(is_ready)
    case = case_in(HERE, "one")
    started = time.monotonic()
    listener.wait_for(has_told(1))
    assert time.monotonic() - started < 1.0
    (event,) = listener.named("message")
    assert event.id == "1"
    assert event.data == {
        "seq": 1,
        "kind": "case_reported",
        "subject_type": "inspections.case",
        "subject_id": str(case.pk),
    }
    listener.wait_for(lambda stream: stream.beats >= 2)
    listener.cut()


def test_only_members_are_let_in_by_session_or_token(
    hub: RunningHub, ada_live: User, clone_db: Clone
) -> None:
    stranger = User.objects.create(username="stranger")
    nobody = hub.listen(None)
    assert (nobody.status, nobody.problem["code"]) == (401, "not_authenticated")
    forged = Listener(hub.port, {"Authorization": "Bearer 0123456789abcdef"}).open()
    assert forged.status == 401
    without_role = hub.listen(stranger)
    assert (without_role.status, without_role.problem["code"]) == (403, "members_only")
    for listener in (hub.listen(ada_live), hub.listen(ada_live, session=True)):
        assert listener.status == 200
        listener.wait_for(is_ready)
        listener.cut()


def test_every_stream_gets_all_it_may_see_in_order_and_once_across_cuts(
    hub: RunningHub, ada_live: User, bo_live: User, cy_live: User, centre_live: Organization
) -> None:
    ada, bo, cy = hub.listen(ada_live), hub.listen(bo_live), hub.listen(cy_live)
    unsteady = hub.listen(ada_live, session=True)
    heard: list[tuple[int, str]] = []
    for listener in (ada, bo, cy, unsteady):
        listener.wait_for(is_ready)

    def write(writer: int) -> None:
        for turn in range(25):
            case_in(HERE if turn % 2 else THERE, f"{writer}-{turn}")
            if turn % 5 == 0:
                look(centre_live)
            time.sleep(0.04)

    writers = [partial(write, writer) for writer in range(4)]
    thread = threading.Thread(target=at_once, args=[writers])
    thread.start()
    for _ in range(4):
        unsteady.wait_for(lambda stream: len(stream.told) >= 15)
        unsteady.cut()
        heard += unsteady.told
        unsteady = hub.listen(ada_live, session=True, last_id=unsteady.last_id)
    thread.join()
    everything = committed()
    assert len(everything) == 4 * 30
    assert [seq for seq, _ in everything] == list(range(1, 121))
    here = {str(pk) for pk in Case.objects.filter(area_codes=[HERE]).values_list("pk", flat=True)}
    for_bo = [
        (event.seq or 0, event.kind)
        for event in OutboxEvent.objects.order_by("seq")
        if event.kind == "look" or event.subject_id in here
    ]
    for_cy = [(seq, kind) for seq, kind in everything if kind == "look"]
    ada.wait_for(has_told(120))
    unsteady.wait_for(lambda stream: stream.last_id == "120")
    bo.wait_for(has_told(for_bo[-1][0]))
    cy.wait_for(has_told(for_cy[-1][0]))
    assert ada.told == everything
    assert heard + unsteady.told == everything
    assert bo.told == for_bo
    assert cy.told == for_cy
    for listener in (ada, bo, cy, unsteady):
        assert not listener.named("reset")
        listener.cut()


def test_lost_right_sends_gone_and_others_hear_nothing(
    hub: RunningHub, ada_live: User, bo_live: User, cy_live: User, centre_live: Organization
) -> None:
    before = case_in(HERE, "before")  # never told in any stream of Bo's
    ada, bo, cy = hub.listen(ada_live), hub.listen(bo_live), hub.listen(cy_live)
    for listener in (ada, bo, cy):
        listener.wait_for(is_ready)
    move(before, THERE)
    bo.wait_for(has_told(2))
    (gone,) = bo.named("gone")
    assert gone.data == {
        "seq": 2,
        "kind": "gone",
        "subject_type": "inspections.case",
        "subject_id": str(before.pk),
    }
    move(before, THERE)  # what is gone already is not told again
    away = case_in(HERE, "away")
    bo.wait_for(has_told(4))
    bo.cut()
    move(away, THERE)  # while Bo is cut off
    ada.wait_for(has_told(5))
    back = hub.listen(bo_live, last_id=bo.last_id)
    back.wait_for(is_ready)
    assert back.told == [(5, "gone")]
    assert not back.named("recheck")
    move(away, HERE)  # and it comes into sight again
    back.wait_for(has_told(6))
    assert bo.told + back.told == [
        (2, "gone"),
        (4, "case_reported"),
        (5, "gone"),
        (6, "case_moved"),
    ]
    look(centre_live)
    cy.wait_for(has_told(7))
    assert cy.told == [(7, "look")]
    for listener in (ada, back, cy):
        listener.cut()


def test_resuming_elsewhere_says_recheck_and_nonsense_or_old_ids_reset(
    clone_db: Clone, ada_live: User, centre_live: Organization
) -> None:
    for _ in range(3):
        look(centre_live)
    with running(clone_db, free_port()) as hub:  # a hub that never knew Ada
        resumed = hub.listen(ada_live, query="?last_event_id=1")
        resumed.wait_for(is_ready)
        assert resumed.told == [(2, "look"), (3, "look")]
        assert [event.name for event in resumed.events[2:]] == ["recheck", "ready"]
        for nonsense in ("abc", "-1", "4", "99999999999999999999", "1.5"):
            lost = hub.listen(ada_live, last_id=nonsense)
            lost.wait_for(lambda stream: bool(stream.events))
            assert lost.events[0].name == "reset"
            assert lost.events[0].data == {"seq": 3, "reason": "unknown_id"}
            lost.cut()
        with transaction.atomic():
            emit_each(kind="look", subjects=[centre_live] * 5000)
        resumed.wait_for(lambda stream: bool(stream.named("reset")) or has_told(5003)(stream))
        old = hub.listen(ada_live, last_id="2")
        old.wait_for(lambda stream: bool(stream.events))
        assert old.events[0].data == {"seq": 5003, "reason": "too_old"}
        look(centre_live)
        old.wait_for(has_told(5004))
        assert old.told == [(5004, "look")]


def test_closed_session_revoked_token_and_closed_account_end_the_stream(
    hub: RunningHub, ada_live: User, bo_live: User, cy_live: User
) -> None:
    key = open_session(ada_live)
    session = Listener(hub.port, {"Cookie": f"sessionid={key}"}).open()
    token, account = hub.listen(bo_live), hub.listen(cy_live, session=True)
    stays = hub.listen(ada_live)
    for listener in (session, token, account, stays):
        listener.wait_for(is_ready)
    import_module(settings.SESSION_ENGINE).SessionStore(key).delete()
    revoke_tokens(bo_live, actor=bo_live)
    close_account(cy_live, actor=User.objects.create(username="operator", is_service=True))
    for listener in (session, token, account):
        assert listener.ended.wait(10)
        assert listener.events[-1].data == {"reason": "signed_out"}
    assert not stays.ended.is_set()
    stays.cut()


def test_other_rights_reset_what_is_shown(
    hub: RunningHub, bo_live: User, cy_live: User, centre_live: Organization
) -> None:
    operator = User.objects.create(username="operator", is_service=True)
    bo, cy = hub.listen(bo_live), hub.listen(cy_live)
    bo.wait_for(is_ready)
    cy.wait_for(is_ready)
    membership = bo_live.memberships.get()
    grant_role(
        bo_live,
        actor=operator,
        role=Role(membership.role),
        organization=centre_live,
        area_code=THERE,
    )
    bo.wait_for(lambda stream: bool(stream.named("reset")))
    assert bo.named("reset")[0].data["reason"] == "rights_changed"
    case_in(THERE, "there")
    bo.wait_for(lambda stream: bool(stream.told))
    assert not cy.named("reset")
    bo.cut()
    cy.cut()


def test_hub_hears_again_after_its_sessions_were_ended(
    hub: RunningHub, ada_live: User, centre_live: Organization
) -> None:
    ada = hub.listen(ada_live)
    ada.wait_for(is_ready)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    for _ in range(5):
        look(centre_live)
    ada.wait_for(has_told(5), seconds=20)
    assert ada.told == committed()
    look(centre_live)
    ada.wait_for(has_told(6), seconds=20)
    ada.wait_for(lambda _: hub.health()["listening"], seconds=20)
    assert ada.told == committed()
    ada.cut()


def test_streams_hold_no_database_connections(
    hub: RunningHub, ada_live: User, bo_live: User, cy_live: User, centre_live: Organization
) -> None:
    people = [ada_live, bo_live, cy_live]
    listeners = [hub.listen(people[n % 3]) for n in range(30)]
    for listener in listeners:
        listener.wait_for(is_ready)
    look(centre_live)
    for listener in listeners:
        listener.wait_for(has_told(1))
    assert hub.health()["streams"] == 30
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT query FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        others = [query for (query,) in cursor.fetchall()]
    assert len(others) <= 5
    assert sum(query.startswith("LISTEN") for query in others) == 1
    crowd = [hub.listen(ada_live) for _ in range(7)]
    assert [listener.status for listener in crowd] == [200] * 6 + [429]
    for listener in [*listeners, *crowd[:6]]:
        listener.cut()
    until = time.monotonic() + 5
    while hub.health()["streams"] and time.monotonic() < until:
        time.sleep(0.05)
    assert hub.health()["streams"] == 0


def test_fallen_hub_ends_its_streams_and_itself(hub: RunningHub, ada_live: User) -> None:
    ada = hub.listen(ada_live)
    ada.wait_for(is_ready)
    hub.clone.sql("ALTER TABLE core_outbox_event RENAME TO core_outbox_away")
    assert ada.ended.wait(15)
    assert ada.events[-1].data == {"reason": "stopping"}
    assert hub.process.wait(15) != 0
