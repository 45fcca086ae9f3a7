"""The trail: append-only, numbered and chained at commit, its head kept outside."""

import json

import pytest
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.db.transaction import TransactionManagementError

from core.audit import emit, emit_each, record_act, record_bulk_act
from core.audit_head import Head, HeadRefused, copy_head, head_path, read_head
from core.models import AuditChain, AuditEntry, AuditManifest, OutboxEvent, User
from core.outbox import events_after, newest_seq
from tests.clones import Clone


def act(actor: User, name: str = "look", **details: object) -> AuditEntry:
    """One act that commits: an entry and an event."""
    with transaction.atomic():
        entry = record_act(actor=actor, act=name, subject=actor, details=details)
        emit(kind=name, subject=actor)
    return entry


def numbers() -> list[tuple[str, int | None]]:
    """Acts and their numbers, in the order of the numbers."""
    return list(AuditEntry.objects.order_by("seq").values_list("act", "seq"))


@pytest.fixture
def ada_commits(clone_db: Clone) -> User:
    """Ada, in a database where her acts commit."""
    return User.objects.create(username="ada")


def test_entries_are_numbered_in_the_order_of_commits(ada_commits: User) -> None:
    first, second = act(ada_commits, "first"), act(ada_commits, "second")
    assert first.seq is None  # not before the commit
    assert numbers() == [("first", 1), ("second", 2)]
    assert second.pk > first.pk


def test_an_entry_says_all_its_columns(ada_commits: User) -> None:
    entry = act(ada_commits, grund="街", much=1e22)
    entry.refresh_from_db()
    assert json.loads(entry.canonical) == {
        "act": "look",
        "actor": ada_commits.pk,
        "at": entry.at.isoformat(timespec="microseconds"),
        "details": {"grund": "街", "much": 10**22},
        "reason": "",
        "subject": ["core.user", str(ada_commits.pk)],
    }


def test_rolled_back_acts_leave_no_gap(ada_commits: User) -> None:
    act(ada_commits, "first")
    with transaction.atomic():
        record_act(actor=ada_commits, act="undone", subject=ada_commits)
        transaction.set_rollback(True)
    with transaction.atomic():
        record_act(actor=ada_commits, act="second", subject=ada_commits)
        with transaction.atomic():
            record_act(actor=ada_commits, act="undone", subject=ada_commits)
            emit(kind="undone", subject=ada_commits)
            transaction.set_rollback(True)
        emit(kind="second", subject=ada_commits)
        record_act(actor=ada_commits, act="third", subject=ada_commits)
    assert numbers() == [("first", 1), ("second", 2), ("third", 3)]
    assert [(event.kind, event.seq) for event in events_after(0)] == [("first", 1), ("second", 2)]


def test_an_act_is_recorded_only_in_a_transaction(ada_commits: User) -> None:
    with pytest.raises(TransactionManagementError):
        record_act(actor=ada_commits, act="look", subject=ada_commits)
    assert not AuditEntry.objects.exists()


def test_a_bulk_act_is_one_entry_with_its_manifest(ada_commits: User) -> None:
    others = User.objects.bulk_create([User(username="bo"), User(username="cy")])
    with transaction.atomic():
        entry = record_bulk_act(actor=ada_commits, act="invite", subjects=others)
        emit_each(kind="invited", subjects=others)
    manifest = AuditManifest.objects.get()
    assert manifest.items.split() == [str(other.pk) for other in others]
    assert entry.subject_id == manifest.sha256
    assert entry.details == {"subjects": "core.user", "count": 2}
    assert [event.subject_id for event in events_after(0)] == [str(other.pk) for other in others]


def test_events_are_read_after_a_number_and_up_to_a_limit(ada_commits: User) -> None:
    for name in ("a", "b", "c"):
        act(ada_commits, name)
    assert [event.kind for event in events_after(1)] == ["b", "c"]
    assert [event.kind for event in events_after(0, limit=2)] == ["a", "b"]
    assert newest_seq() == 3


def test_a_commit_with_events_notifies_once(ada_commits: User, clone_db: Clone) -> None:
    with connection.cursor() as cursor:
        cursor.execute("LISTEN lamplighter_outbox")
    with transaction.atomic():
        for _ in range(3):
            emit(kind="look", subject=ada_commits)
    assert connection.connection is not None
    heard = list(connection.connection.notifies(timeout=0.2))
    assert [(note.channel, note.payload) for note in heard] == [("lamplighter_outbox", "3")]


@pytest.mark.parametrize("table", ["core_audit_entry", "core_outbox_event"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET subject_id = '0'",
        "UPDATE {} SET seq = 7",
        "UPDATE {} SET seq = NULL",
        "DELETE FROM {}",
        "TRUNCATE {}",
        "TRUNCATE core_user CASCADE",
    ],
)
@pytest.mark.mission("F20")
def test_what_is_recorded_cannot_be_changed(db: None, table: str, statement: str) -> None:
    ada = User.objects.create(username="ada")
    record_act(actor=ada, act="look", subject=ada)
    emit(kind="look", subject=ada)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # number now
        with pytest.raises(DatabaseError, match="refused"):
            cursor.execute(statement.format(table))


@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {}"])
def test_the_chain_keeps_its_identity(db: None, statement: str) -> None:
    with pytest.raises(DatabaseError, match="refused"), connection.cursor() as cursor:
        cursor.execute(statement.format("core_audit_chain"))


@pytest.mark.parametrize(
    ("key", "said"), [("", "has no audit key"), ("another key", "is not the key")]
)
def test_a_session_without_the_key_cannot_write(db: None, key: str, said: str) -> None:
    ada = User.objects.create(username="ada")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lamplighter.audit_key', %s, true)", [key])
    with pytest.raises(ProgrammingError, match=said):
        record_act(actor=ada, act="look", subject=ada)


def test_the_head_is_copied_after_each_commit(ada_commits: User) -> None:
    path = head_path(str(AuditChain.objects.get().pk))
    assert read_head(path) is None
    for number in (1, 2):
        entry = act(ada_commits)
        entry.refresh_from_db()
        assert read_head(path) == Head(path.stem, number, entry.hash)


def test_the_head_never_moves_past_entries_that_vanished(
    ada_commits: User, clone_db: Clone, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(3):
        act(ada_commits)
    path = head_path(str(AuditChain.objects.get().pk))
    kept = read_head(path)
    clone_db.sql("DELETE FROM core_audit_entry WHERE seq > 1")
    for _ in range(5):
        act(ada_commits)  # the act stands, and the fault is shouted about
    assert OutboxEvent.objects.count() == 8
    assert read_head(path) == kept
    assert {record.levelname for record in caplog.records} == {"CRITICAL"}
    with pytest.raises(HeadRefused, match="verify_audit"):
        copy_head()


def test_an_act_stands_though_its_head_cannot_be_copied(
    ada_commits: User, clone_db: Clone, caplog: pytest.LogCaptureFixture
) -> None:
    (clone_db.state / "audit-heads").write_text("a file where the folder should be")
    act(ada_commits)
    assert numbers() == [("look", 1)]
    assert [record.levelname for record in caplog.records] == ["CRITICAL"]
