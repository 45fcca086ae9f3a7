"""What a load did, in numbers and words; rejected rows, one line each, and to a file."""

import csv
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that was not taken: its number in the file, why, and what stood in it."""

    row: int
    code: str
    message: str
    original: dict[str, Any]

    def line(self) -> str:
        """One line for a person."""
        values = json.dumps(self.original, ensure_ascii=False, default=str)
        return f"row {self.row}: {self.code}: {self.message} | {values}"


@dataclass(slots=True)
class Notice:
    """A warning, with how often it arose and a few places where."""

    code: str
    count: int
    message: str


@dataclass(slots=True)
class Report:
    """The outcome of one load."""

    layer: str
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    loaded: bool = True
    version: int | None = None
    notices: dict[str, Notice] = field(default_factory=dict)

    def warn(self, code: str, message: str, count: int = 1) -> None:
        """Add to a warning; the first few messages are kept."""
        notice = self.notices.get(code)
        if notice is None:
            self.notices[code] = Notice(code, count, message)
            return
        if notice.message.count("; ") < EXAMPLES - 1:
            notice.message += f"; {message}"
        elif not notice.message.endswith("…"):
            notice.message += " …"
        notice.count += count

    def as_json(self) -> dict[str, Any]:
        """The contract's shape."""
        return {
            "layer": self.layer,
            "read": self.read,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": self.rejected,
            "warnings": [
                {"code": n.code, "count": n.count, "message": n.message}
                for n in self.notices.values()
            ],
        }


def write_rejects(rows: Iterable[Rejected], tell: Callable[[str], Any], path: Path | None) -> None:
    """Every rejected row as a line, and, if asked, as a row of a CSV with the original columns."""
    if path is None:
        for row in rows:
            tell(row.line())
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in rows:
            tell(row.line())
            if writer is None:
                names = ["row", "reason", "message", *row.original]
                writer = csv.DictWriter(file, names, extrasaction="ignore")
                writer.writeheader()
            values = {k: v if v is not None else "" for k, v in row.original.items()}
            writer.writerow({**values, "row": row.row, "reason": row.code, "message": row.message})
        if writer is None:
            file.write("row,reason,message\n")
