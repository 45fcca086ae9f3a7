"""verify_audit finds every way of tampering, done by SQL with triggers off."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from core.audit import record_act, record_bulk_act
from core.audit_head import copy_head, head_path
from core.models import AuditChain, AuditEntry, User
from tests.clones import Clone, at_once

pytestmark = pytest.mark.mission("F20")

SLIPPED_IN = """
    INSERT INTO core_audit_entry
        (at, actor_id, act, subject_type, subject_id, reason, details, canonical, seq, hash)
    SELECT at, actor_id, act, subject_type, subject_id, reason, details, canonical, {seq}, {hash}
    FROM core_audit_entry WHERE seq = 4
"""
MOVED_UP = """
    UPDATE core_audit_entry SET seq = seq + 101 WHERE seq >= 2;
    UPDATE core_audit_entry SET seq = seq - 100 WHERE seq > 100
"""
RECOMPUTED = """
    DO $$
    DECLARE entry core_audit_entry; last text := (SELECT id::text FROM core_audit_chain);
    BEGIN
        FOR entry IN SELECT * FROM core_audit_entry ORDER BY seq LOOP
            last := encode(hmac(
                last || '|' || entry.seq || '|' || entry.id || '|' || core_canonical(entry),
                '{key}', 'sha256'), 'hex');
            UPDATE core_audit_entry SET canonical = core_canonical(entry), hash = last
            WHERE id = entry.id;
        END LOOP;
    END $$
"""


@pytest.fixture
def trail(clone_db: Clone) -> Clone:
    """Six entries, of Ada and of Bo; the fifth is a bulk act."""
    ada, bo = User.objects.bulk_create([User(username="ada"), User(username="bo")])
    for number in (1, 2, 3, 4, 6):
        if number == 6:
            with transaction.atomic():
                record_bulk_act(actor=ada, act="invite", subjects=[ada, bo])
        with transaction.atomic():
            record_act(
                actor=ada, act=f"act {number}", subject=bo, reason="r", details={"a": [True, 1]}
            )
    return clone_db


def verify(capsys: pytest.CaptureFixture[str], *options: str) -> dict[str, Any]:
    """The report of verify_audit; asserts that the exit code agrees."""
    try:
        call_command("verify_audit", "--json", *options)
        code = 0
    except SystemExit as end:
        code = int(str(end.code))
    report: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert code == (0 if report["ok"] else 1)
    return report


def found(report: dict[str, Any]) -> tuple[int | None, str]:
    """Which entry is broken, and how."""
    return report["broken"]["seq"], report["broken"]["problem"]


def test_an_untouched_chain_holds(trail: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(capsys) == {"ok": True, "entries": 6, "head_seq": 6, "broken": None}


def test_an_empty_chain_holds(clone_db: Clone, capsys: pytest.CaptureFixture[str]) -> None:
    assert verify(capsys) == {"ok": True, "entries": 0, "head_seq": None, "broken": None}


@pytest.mark.parametrize(
    "change",
    [
        "id = 1000",
        "at = at + interval '1 microsecond'",
        "at = 'infinity'",
        "actor_id = (SELECT id FROM core_user WHERE username = 'bo')",
        "act = 'other'",
        "subject_type = 'core.other'",
        "subject_id = '0'",
        "reason = ''",
        "details = '{}'",
        """details = '{"a": [1, 1]}'""",
        """details = '{"a": [true, 1.0]}'""",
        "canonical = replace(canonical, 'act 3', 'act 4')",
        "act = 'other', canonical = replace(canonical, 'act 3', 'other')",
        "hash = repeat('0', 64)",
    ],
)
def test_a_changed_column_is_found(
    trail: Clone, capsys: pytest.CaptureFixture[str], change: str
) -> None:
    trail.sql(f"UPDATE core_audit_entry SET {change} WHERE seq = 3")  # noqa: S608
    report = verify(capsys)
    assert report["entries"] == 2
    assert report["broken"]["seq"] == 3
    assert report["broken"]["problem"] in {"changed", "hash"}


@pytest.mark.parametrize(
    ("tampering", "seq", "problem"),
    [
        pytest.param("DELETE FROM core_audit_entry WHERE seq = 3", 3, "removed", id="removed"),
        pytest.param("DELETE FROM core_audit_entry WHERE seq = 1", 1, "removed", id="first"),
        pytest.param("DELETE FROM core_audit_entry WHERE seq = 6", 6, "cut", id="last"),
        pytest.param("DELETE FROM core_audit_entry WHERE seq > 3", 4, "cut", id="tail"),
        pytest.param("TRUNCATE core_audit_entry", 1, "emptied", id="emptied"),
        pytest.param("UPDATE core_audit_entry SET seq = 9 WHERE seq = 6", 6, "removed", id="moved"),
        pytest.param(
            "DELETE FROM core_audit_entry WHERE seq = 3;"
            "UPDATE core_audit_entry SET seq = seq - 1 WHERE seq > 3",
            3,
            "hash",
            id="removed and closed up",
        ),
        pytest.param(
            "UPDATE core_audit_entry SET seq = -seq WHERE seq IN (2, 3);"
            "UPDATE core_audit_entry SET seq = 5 + seq WHERE seq < 0",
            2,
            "hash",
            id="reordered",
        ),
        pytest.param(
            f"{MOVED_UP}; {SLIPPED_IN.format(seq=2, hash='hash')}",
            2,
            "hash",
            id="inserted",
        ),
        pytest.param(SLIPPED_IN.format(seq=7, hash="hash"), 7, "hash", id="appended"),
        pytest.param(SLIPPED_IN.format(seq="NULL", hash="''"), None, "unnumbered", id="unnumbered"),
        pytest.param(
            "ALTER TABLE core_audit_entry DROP CONSTRAINT core_audit_entry_seq_key;"
            + SLIPPED_IN.format(seq=2, hash="hash"),
            2,
            "inserted",
            id="a number twice",
        ),
        pytest.param(RECOMPUTED.format(key="a guess"), 1, "hash", id="recomputed without the key"),
        pytest.param("UPDATE core_audit_manifest SET items = '1'", 5, "manifest", id="manifest"),
        pytest.param("DELETE FROM core_audit_manifest", 5, "manifest", id="manifest removed"),
        pytest.param("DELETE FROM core_audit_chain", None, "chain_unknown", id="no identity"),
        pytest.param(
            "UPDATE core_audit_chain SET id = gen_random_uuid()",
            None,
            "chain_unknown",
            id="another identity",
        ),
        pytest.param(
            "CREATE OR REPLACE FUNCTION core_canonical(entry core_audit_entry) RETURNS text"
            " LANGUAGE sql AS 'SELECT entry.canonical';"
            "UPDATE core_audit_entry SET act = 'other' WHERE seq = 2",
            2,
            "changed",
            id="with the function replaced",
        ),
    ],
)
def test_tampering_is_found_and_named(
    trail: Clone, capsys: pytest.CaptureFixture[str], tampering: str, seq: int | None, problem: str
) -> None:
    trail.sql(tampering)
    assert found(verify(capsys)) == (seq, problem)


def test_a_chain_recomputed_with_the_key_contradicts_the_head(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    trail.sql("UPDATE core_audit_entry SET act = 'other' WHERE seq = 2")
    trail.sql(RECOMPUTED.format(key=settings.AUDIT_KEY))
    assert found(verify(capsys)) == (6, "rewritten")


def test_later_acts_do_not_cover_a_cut_tail(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    trail.sql("DELETE FROM core_audit_entry WHERE seq > 4")
    ada = User.objects.get(username="ada")
    for _ in range(4):
        with transaction.atomic():
            record_act(actor=ada, act="look", subject=ada)
    assert AuditEntry.objects.count() == 8
    assert found(verify(capsys)) == (6, "rewritten")


def test_a_row_slipped_in_is_never_adopted(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = User.objects.get(username="ada")
    with transaction.atomic():
        record_act(actor=ada, act="look", subject=ada)
        trail.sql(SLIPPED_IN.format(seq="NULL", hash="''"))
        record_act(actor=ada, act="look", subject=ada)
    with transaction.atomic():
        record_act(actor=ada, act="look", subject=ada)
    report = verify(capsys)
    assert report["entries"] == 9
    assert found(report) == (None, "unnumbered")


def test_a_lost_head_is_told_from_tampering(
    trail: Clone, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    kept = head_path(str(AuditChain.objects.get().pk))
    backup = kept.rename(tmp_path / "backup.json")
    report = verify(capsys)
    assert (report["entries"], found(report)) == (6, (None, "head_missing"))
    assert verify(capsys, "--head", str(backup))["ok"]
    assert found(verify(capsys, "--head", str(kept))) == (None, "head_missing")
    copy_head()
    assert verify(capsys)["ok"]


@pytest.mark.parametrize(
    ("alter", "problem"),
    [
        (lambda text: text.replace('"seq": 6', '"seq": 5'), "head_unreadable"),
        (lambda text: re.sub(r'"hash": "."', '"hash": "', text)[:-9], "head_unreadable"),
        (lambda text: "", "head_unreadable"),
        (lambda text: "[1]", "head_unreadable"),
    ],
)
def test_a_forged_or_spoilt_head_is_found(
    trail: Clone,
    capsys: pytest.CaptureFixture[str],
    alter: Callable[[str], str],
    problem: str,
) -> None:
    kept = head_path(str(AuditChain.objects.get().pk))
    kept.write_text(alter(kept.read_text()))
    report = verify(capsys)
    assert (report["entries"], found(report)) == (6, (None, problem))


def test_the_first_broken_entry_comes_before_a_spoilt_head(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    head_path(str(AuditChain.objects.get().pk)).write_text("")
    trail.sql("UPDATE core_audit_entry SET reason = '' WHERE seq = 2")
    assert found(verify(capsys)) == (2, "changed")


def test_the_report_in_words_names_the_entry(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("verify_audit")
    assert capsys.readouterr().out == "ok: 6 entries hold\n"
    trail.sql("UPDATE core_audit_entry SET reason = '' WHERE seq = 2")
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    words = capsys.readouterr().out
    assert words.startswith("broken at entry 2 (changed): the columns of entry 2 do not say")
    assert words.endswith("1 entries before it hold\n")


def test_verification_holds_while_others_act(
    trail: Clone, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = User.objects.get(username="ada")

    def write() -> None:
        for _ in range(20):
            with transaction.atomic():
                record_act(actor=ada, act="look", subject=ada)

    def check() -> None:
        for _ in range(10):
            call_command("verify_audit")

    at_once([write, write, check])
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(seq) FROM core_audit_entry")
        assert cursor.fetchone() == (46,)
