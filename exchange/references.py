"""What the names in a file mean: organizations, categories, areas, by code or exact name.

Spelling is compared in one form (NFKC, single blanks, no case). A near miss is never merged: it is
refused with the names it might have meant, or created as a body of its own, with a warning.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exchange.report import Report
from exchange.stage import Stage, key_of, look_up, rows_of, run

NEAR = 0.84
MOST_COMPARED = 1_000  # names against names: the time grows with the square
MOST_HINTS = 50  # nobody reads the fifty-first hint, and each compares with all names
_NUMERALS = re.compile(r"[\d一二三四五六七八九十百千IVX第]+", re.IGNORECASE)


@dataclass(slots=True)
class Directory:
    """Records of one sort by code and by name; `what` is their name in reason codes."""

    what: str
    codes: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    shown: dict[str, str] = field(default_factory=dict)
    hints: dict[str, list[str]] = field(default_factory=dict)

    def add(self, identity: Any, code: str, name: str) -> None:
        """Make a record known."""
        for text, index in ((code, self.codes), (name, self.names)):
            if text:
                if identity not in index[key_of(text)]:
                    index[key_of(text)].append(identity)
                self.shown.setdefault(key_of(text), text)

    def find(self, value: str) -> list[Any]:
        """The records that a value names: by code, else by name."""
        key = key_of(value)
        return self.codes.get(key) or self.names.get(key) or []

    def near(self, value: str) -> list[str]:
        """Known names that look like this one; looked up for the first few unknown values only."""
        key = key_of(value)
        if key not in self.hints and len(self.hints) < MOST_HINTS:
            close = difflib.get_close_matches(key, self.shown, n=3, cutoff=0.7)
            self.hints[key] = [self.shown[match] for match in close]
        return self.hints.get(key, [])

    def fault(self, value: str, found: Sequence[Any]) -> tuple[str, str]:
        """Why a value names nothing, or too much."""
        if len(found) > 1:
            codes = [text for key, text in self.shown.items() if set(self.codes[key]) & set(found)]
            return (
                f"ambiguous_{self.what}",
                f"{self.what} {value!r} names several: {', '.join(sorted(codes))}; use the code",
            )
        near = self.near(value)
        hint = f"; did you mean {' or '.join(repr(name) for name in near)}?" if near else ""
        return f"unknown_{self.what}", f"{self.what} {value!r} is not known{hint}"


def organizations() -> Directory:
    """All organizations."""
    directory = Directory("organization")
    for identity, code, name in rows_of("SELECT id, code, name FROM grid_organization ORDER BY id"):
        directory.add(identity, code, name)
    return directory


def categories(kind: str = "") -> Directory:
    """The categories of a kind, or all; of a code with both kinds, the facility's comes first."""
    directory = Directory("category")
    for identity, code, name in rows_of(
        "SELECT id, code, name FROM grid_category WHERE %(kind)s IN ('', kind) ORDER BY kind, id",
        kind=kind,
    ):
        directory.add(identity, code, name)
    return directory


def areas() -> Directory:
    """The current areas; their identity is their code."""
    directory = Directory("area")
    for code, name in rows_of(
        "SELECT DISTINCT code, name FROM grid_area WHERE upper_inf(recorded_during) ORDER BY code"
    ):
        directory.add(code, code, name)
    return directory


def resolve(
    stage: Stage,
    directory: Directory,
    columns: Iterable[str],
    table: str,
    *,
    lists: bool = False,
    sql_type: str = "bigint",
) -> None:
    """Make the temporary table of what the values of these columns mean; refuse rows by the others."""
    meanings: dict[str, Any] = {}
    for column in columns:
        faults: dict[str, tuple[str, str]] = {}
        for value in stage.distinct_items(column) if lists else stage.distinct(column):
            found = directory.find(value)
            if len(found) == 1:
                meanings[value] = found[0]
            else:
                code, message = directory.fault(value, found)
                faults[value] = (code, f"{column}: {message}")
        stage.reject_values(column, faults, lists=lists)
    look_up(table, list(meanings.items()), sql_type)


def create_organizations(
    stage: Stage, directory: Directory, columns: Iterable[str], report: Report
) -> None:
    """Found a body for every unknown name in these columns: its code is its name."""
    new = _unknown(stage, directory, columns)
    for value in new:
        run(
            "INSERT INTO grid_organization (code, name, kind, chief, phone, area_code) "
            "VALUES (%(code)s, %(name)s, 'department', '', '', '')",
            code=value[:64],
            name=value[:200],
        )
    _make_known(directory, new, "grid_organization", report, "organization_created")


def create_categories(
    stage: Stage,
    directory: Directory,
    columns: Iterable[str],
    report: Report,
    *,
    lists: bool = False,
    kind: str = "facility",
) -> None:
    """Make a category for every unknown name in these columns: its code is its name."""
    new = _unknown(stage, directory, columns, lists=lists)
    for value in new:
        run(
            "INSERT INTO grid_category (code, kind, name) VALUES (%(code)s, %(kind)s, %(name)s)",
            kind=kind,
            code=value[:64],
            name=value[:200],
        )
    _make_known(directory, new, "grid_category", report, "category_created")


def _unknown(
    stage: Stage, directory: Directory, columns: Iterable[str], *, lists: bool = False
) -> list[str]:
    new: dict[str, str] = {}
    for column in columns:
        for value in stage.distinct_items(column) if lists else stage.distinct(column):
            if not directory.find(value):
                new.setdefault(key_of(value), value)
    return sorted(new.values())


def _make_known(
    directory: Directory, new: list[str], table: str, report: Report, code: str
) -> None:
    if not new:
        return
    warn_of_similar_names(directory, new, report)
    for identity, own_code, name in rows_of(
        f"SELECT id, code, name FROM {table} WHERE code = ANY(%(codes)s)",
        codes=[value[:64] for value in new],
    ):
        directory.add(identity, own_code, name)
    shown = ", ".join(new[:5]) + (" …" if len(new) > 5 else "")
    report.warn(code, f"created: {shown}", count=len(new))


def warn_of_similar_names(directory: Directory, new: Sequence[str], report: Report) -> None:
    """Warn of each new name that looks like another: perhaps one body spelt twice."""
    known = list(directory.shown)
    others = known + [key_of(value) for value in new]
    if len(others) > MOST_COMPARED:
        others = others[:MOST_COMPARED]
    shown = {**{key_of(value): value for value in new}, **directory.shown}
    told: set[frozenset[str]] = set()
    for value in new[:MOST_COMPARED]:
        key = key_of(value)
        for near in difflib.get_close_matches(key, others, n=4, cutoff=NEAR):
            pair = frozenset((key, near))
            # 第一中学 and 第二中学 are two bodies; so are Ward 1 and Ward 2.
            numbered = _NUMERALS.sub("#", key) == _NUMERALS.sub("#", near)
            if near != key and pair not in told and not numbered:
                told.add(pair)
                report.warn("similar_name", f"{value!r} looks like {shown[near]!r}")


def find_cycles(above: dict[str, str]) -> set[str]:
    """The codes that stand above themselves, given each one's parent."""
    circular: set[str] = set()
    cleared: set[str] = set()
    for start in above:
        path: list[str] = []
        code: str | None = start
        while code is not None and code not in cleared and code not in path:
            path.append(code)
            code = above.get(code)
        if code in path:
            circular.update(path[path.index(code) :])
        cleared.update(path)
    return circular
