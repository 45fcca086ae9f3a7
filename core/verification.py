"""Verifying the audit chain, entry by entry, against the key and against the head kept outside."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.audit_head import Head, HeadUnreadable, head_path, read_head, signed
from core.models import AuditChain

# Says an entry from its columns exactly as core_canonical (core/sql) did when it was inserted. It is
# written out here because a function in the database could have been replaced.
_ENTRIES = """
    SELECT entry.seq, entry.id, entry.canonical, entry.hash,
        jsonb_build_object(
            'act', entry.act,
            'actor', entry.actor_id,
            'at', to_char(entry.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'),
            'details', entry.details,
            'reason', entry.reason,
            'subject', jsonb_build_array(entry.subject_type, entry.subject_id)
        )::text AS told,
        entry.subject_type <> 'core.auditmanifest' OR EXISTS (
            SELECT FROM core_audit_manifest AS manifest
            WHERE manifest.sha256 = entry.subject_id AND manifest.sha256 = encode(
                sha256(convert_to(manifest.subject_type || E'\\n' || manifest.items, 'UTF8')), 'hex'
            )
        ) AS manifest_holds
    FROM core_audit_entry AS entry
    ORDER BY entry.seq NULLS LAST, entry.id
"""


@dataclass(frozen=True)
class Broken:
    """The first thing that does not hold: which entry, what kind of fault, and in words."""

    seq: int | None
    id: int | None
    problem: str
    message: str


@dataclass(frozen=True)
class Report:
    """What verification found; `entries` were read, up to the fault if there is one."""

    entries: int
    head_seq: int | None
    broken: Broken | None

    def as_json(self) -> dict[str, Any]:
        """The report as the command prints it."""
        return {"ok": self.broken is None, **asdict(self)}


def verify_chain(head_file: Path | None = None) -> Report:
    """Read the whole chain, in one snapshot and in constant memory, and say whether it holds.

    Compared with the head in `head_file`, by default the one this installation keeps. The head is
    read first, so that acts of this very moment do no harm.
    """
    chains = list(AuditChain.objects.all()[:2])
    if len(chains) != 1 or chains[0].signature != signed(f"chain|{chains[0].id}"):
        return Report(0, None, _chain_unknown(len(chains)))
    chain = str(chains[0].id)
    path = head_file or head_path(chain)
    head: Head | None = None
    head_fault: Broken | None = None
    try:
        head = read_head(path)
    except HeadUnreadable as error:
        head_fault = Broken(None, None, "head_unreadable", str(error))
    if head and head.chain != chain:
        fault = f"{path} is the head of the chain {head.chain}, this database holds {chain}"
        return Report(0, head.seq, Broken(None, None, "head_of_another_chain", fault))
    entries, broken = _walk(chain, head)
    if not broken and not head and (entries or head_file):
        head_fault = head_fault or _head_missing(path, entries)
    return Report(entries, head.seq if head else None, broken or head_fault)


def _walk(chain: str, head: Head | None) -> tuple[int, Broken | None]:
    """How many entries hold, and the first that does not."""
    last_seq, last_hash = 0, chain
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        with connection.chunked_cursor() as entries:
            entries.execute(_ENTRIES)
            for seq, id_, canonical, hash_, told, manifest_holds in _by_thousands(entries):
                expected = signed(f"{last_hash}|{seq}|{id_}|{canonical}")
                broken = (
                    _out_of_order(seq, id_, last_seq)
                    or _changed(seq, id_, told == canonical, hash_ == expected, manifest_holds)
                    or _not_the_head(seq, id_, hash_, head)
                )
                if broken:
                    return last_seq, broken
                last_seq, last_hash = seq, hash_
    if head and head.seq > last_seq:
        return last_seq, _cut(last_seq, head)
    return last_seq, None


def _by_thousands(cursor: CursorWrapper) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(1000):
        yield from rows


def _out_of_order(seq: int | None, id_: int, last_seq: int) -> Broken | None:
    if seq is None:
        message = f"row {id_} was never numbered: it was inserted past the triggers"
        return Broken(None, id_, "unnumbered", message)
    if seq <= last_seq:
        return Broken(seq, id_, "inserted", f"row {id_} bears the number {seq} a second time")
    if seq > last_seq + 1:
        gone = (
            f"entry {last_seq + 1} is" if seq == last_seq + 2 else f"{last_seq + 1}–{seq - 1} are"
        )
        return Broken(last_seq + 1, None, "removed", f"{gone} missing before entry {seq}")
    return None


def _changed(
    seq: int, id_: int, as_told: bool, as_hashed: bool, manifest_holds: bool
) -> Broken | None:
    if not as_told:
        message = f"the columns of entry {seq} do not say what was hashed: it was changed"
        return Broken(seq, id_, "changed", message)
    if not as_hashed:
        message = f"entry {seq} does not follow from the one before: changed, moved or inserted"
        return Broken(seq, id_, "hash", message)
    if not manifest_holds:
        message = f"the list of records of the bulk act {seq} was changed or removed"
        return Broken(seq, id_, "manifest", message)
    return None


def _not_the_head(seq: int, id_: int, hash_: str, head: Head | None) -> Broken | None:
    if head and head.seq == seq and head.hash != hash_:
        message = f"entry {seq} is not the one whose hash was kept outside: the chain was rewritten"
        return Broken(seq, id_, "rewritten", message)
    return None


def _cut(last_seq: int, head: Head) -> Broken:
    if last_seq == 0:
        message = f"all entries are gone; the head kept outside is entry {head.seq}"
        return Broken(1, None, "emptied", message)
    message = f"the chain ends at entry {last_seq}; the head kept outside is entry {head.seq}"
    return Broken(last_seq + 1, None, "cut", message)


def _chain_unknown(chains: int) -> Broken:
    message = (
        "the chain of this database is not signed with this audit key: LAMPLIGHTER_AUDIT_KEY "
        "(or secrets.json) belongs to another installation, or the chain was replaced"
        if chains == 1
        else f"this database holds {chains} chain identities instead of one"
    )
    return Broken(None, None, "chain_unknown", message)


def _head_missing(path: Path, entries: int) -> Broken:
    message = (
        f"{entries} entries hold together, but there is no head at {path}, so nobody can tell whether "
        "later entries were cut off. Restore the file from a backup, or pass one with --head; if it "
        "is lost for good, the next act starts a new one"
    )
    return Broken(None, None, "head_missing", message)
