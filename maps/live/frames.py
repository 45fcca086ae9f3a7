"""Server-sent events as text: what a stream says, and where a client says it stopped.

https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

import json
from dataclasses import dataclass
from enum import StrEnum

RETRY_MS = 2000  # after a cut a browser waits so long before it comes back
BEAT = b": beat\n\n"
OPENING = f"retry: {RETRY_MS}\n\n".encode()


class Reset(StrEnum):
    """Why a client must load anew what it shows."""

    TOO_OLD = "too_old"
    UNKNOWN_ID = "unknown_id"
    TOO_SLOW = "too_slow"
    RIGHTS_CHANGED = "rights_changed"


class Closing(StrEnum):
    """Why the hub ends a stream."""

    SIGNED_OUT = "signed_out"
    STOPPING = "stopping"


@dataclass(frozen=True)
class Subject:
    """What an event is about."""

    type: str
    id: str


@dataclass(frozen=True)
class Happening:
    """A numbered event of the outbox; what it carries is all that is ever told."""

    seq: int
    kind: str
    subject: Subject


def told(event: Happening) -> bytes:
    """The event, for somebody who may see its subject (an unnamed event: `onmessage`)."""
    return _frame(event.seq, "", _about(event, event.kind))


def gone(event: Happening) -> bytes:
    """Its subject, which the reader could see before, can no longer be seen."""
    return _frame(event.seq, "gone", _about(event, "gone"))


def ready(seq: int) -> bytes:
    """Everything up to `seq` has been said; from here on it comes as it happens."""
    return _frame(seq, "ready", {"seq": seq})


def reset(seq: int, reason: Reset) -> bytes:
    """Load anew what is shown: what happened up to `seq` will not be said."""
    return _frame(seq, "reset", {"seq": seq, "reason": reason})


def recheck(seq: int) -> bytes:
    """While the reader was away something may have been lost from sight: compare what is shown."""
    return _frame(seq, "recheck", {"seq": seq})


def closed(reason: Closing) -> bytes:
    """The last word of a stream that the hub ends."""
    return _frame(None, "closed", {"reason": reason})


def passed(seq: int) -> bytes:
    """Moves a reader's last id over events that are not for it; no event is fired by this."""
    return f"id: {seq}\n\n".encode()


def last_id(given: str) -> int | None:
    """The number a client says it read last; None if that is none of ours."""
    plain = given.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else None


def _about(event: Happening, kind: str) -> dict[str, object]:
    return {
        "seq": event.seq,
        "kind": kind,
        "subject_type": event.subject.type,
        "subject_id": event.subject.id,
    }


def _frame(seq: int | None, name: str, data: dict[str, object]) -> bytes:
    lines = [f"id: {seq}"] if seq is not None else []
    lines += [f"event: {name}"] if name else []
    lines += [f"data: {json.dumps(data, ensure_ascii=False)}", "", ""]
    return "\n".join(lines).encode()
