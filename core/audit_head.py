"""The signed head of the audit chain, kept outside the database, so that a cut tail is found.

One file for each chain, `STATE_DIR/audit-heads/<chain id>.json`. It only ever moves forward, and
only from an entry that the chain still holds: what was cut off cannot be papered over by later acts.
"""

import fcntl
import hashlib
import hmac
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction

logger = logging.getLogger("lamplighter.audit")

_NEWEST = """
    SELECT seq, hash, (SELECT hash FROM core_audit_entry WHERE seq = %s)
    FROM core_audit_entry WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1
"""


class HeadRefused(Exception):
    """The head that is kept and the chain in the database contradict each other."""


class HeadUnreadable(HeadRefused):
    """The file is not a signed head."""


@dataclass(frozen=True)
class Head:
    """The newest entry of a chain: what stands in the file, besides the signature."""

    chain: str
    seq: int
    hash: str

    def signature(self) -> str:
        """HMAC-SHA256 with the audit key over chain, number and hash."""
        return signed(f"head|{self.chain}|{self.seq}|{self.hash}")


def signed(text: str) -> str:
    """HMAC-SHA256 of a text with the audit key, in hex."""
    return hmac.new(settings.AUDIT_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def head_path(chain: str) -> Path:
    """Where the head of a chain is kept."""
    return Path(settings.STATE_DIR) / "audit-heads" / f"{chain}.json"


def read_head(path: Path) -> Head | None:
    """The head in a file, None if there is no file; raises HeadUnreadable unless it is signed."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        head = Head(chain=str(kept["chain"]), seq=int(kept["seq"]), hash=str(kept["hash"]))
        signature = str(kept["signature"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError) as error:
        raise HeadUnreadable(f"{path} is not the signed head of an audit chain") from error
    if not hmac.compare_digest(signature, head.signature()):
        raise HeadUnreadable(f"{path} is not signed with the audit key of this installation")
    return head


def copy_head() -> Head | None:
    """Bring the kept head up to the newest entry; returns it, None while there is no entry.

    Holds a file lock meanwhile. Raises HeadRefused, and leaves the file as it is, if the chain no
    longer holds the entry that the file names.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM core_audit_chain")
        (chain,) = cursor.fetchone()
        path = head_path(chain)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = read_head(path)
            cursor.execute(_NEWEST, [kept.seq if kept else 0])
            seq, hash_, hash_of_kept = cursor.fetchone() or (0, "", None)
            if kept and kept.hash != hash_of_kept:
                raise HeadRefused(
                    f"audit entry {kept.seq}, the head kept in {path}, is not in the database any "
                    "more; run 'manage.py verify_audit'"
                )
            if (kept and kept.seq == seq) or not seq:
                return kept
            newest = Head(chain, seq, hash_)
            _write(path, newest)
            return newest


def _write(path: Path, head: Head) -> None:
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump({**asdict(head), "signature": head.signature()}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def copy_head_after_commit() -> None:
    """Ask for the copy once this transaction has committed, once however often it is asked for."""
    waiting = transaction.get_connection().run_on_commit
    if not any(after is _after_commit for _, after, _ in waiting):
        transaction.on_commit(_after_commit, robust=True)


def _after_commit() -> None:
    """The act stands whatever happens here: a copy that fails is shouted about, and made later."""
    try:
        copy_head()
    except (OSError, DatabaseError, HeadRefused):
        logger.critical("the head of the audit chain was not copied", exc_info=True)
