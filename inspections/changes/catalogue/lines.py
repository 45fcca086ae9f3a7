"""A line of a draft: what it lacks for publication, and how it is written as rows of a file."""

import csv
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

from grid.catalogue.models import Duty
from grid.catalogue.queries import CLOCKS, PROSE
from grid.catalogue.severity import severity_limits
from inspections.changes.catalogue.models import DraftLine

COLUMNS = (
    "category", "kind", "scenario", "area", "role", "organization", "supervisor", "custodian",
    "assists", *PROSE, "severity", "photos", "urgency", "zone", *CLOCKS, "reviewed_by",
    "reviewed_on", "ends", "replaces", "valid_from", "valid_to",
)  # fmt: skip


def missing_of(line: DraftLine) -> list[str]:
    """The mandatory fields that are blank (P6), and `review` where nobody of the law has read it (P7)."""
    if line.ends:
        return []
    duty = line.duty
    blank = [name for name in ("legal_basis", "standard") if not getattr(duty, name).strip()]
    limits = list(duty.limits.all())
    if (
        not (limits and all(limit.resolve_by for limit in limits))
        and duty.severity not in severity_limits()
    ):
        blank.append("resolve_by")
    if not (duty.reviewed_by and duty.reviewed_on):
        blank.append("review")
    return blank


def as_file(lines: Iterable[DraftLine], effective_on: date | None, zone: ZoneInfo) -> BytesIO:
    """The lines as a CSV of the layer `catalogue`: one row for each limit."""
    text = StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for line in lines:
        writer.writerows(_rows(line, effective_on, zone))
    return BytesIO(text.getvalue().encode())


def _rows(line: DraftLine, effective_on: date | None, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    duty = line.duty
    row: dict[str, Any] = {
        "category": duty.category.code,
        "kind": duty.category.kind,
        "scenario": duty.scenario,
        "area": duty.area_code,
        **_dates(duty, effective_on, zone),
    }
    if line.ends:
        yield row | {"ends": "yes"}
        return
    for name in ("organization", "supervisor", "custodian"):
        body = getattr(duty, name)
        row[name] = body.code if body else ""
    row |= {name: getattr(duty, name) for name in ("role", *PROSE, "severity", "photos")}
    row["assists"], row["replaces"] = ";".join(duty.assists), ";".join(line.replaces)
    row |= {"reviewed_by": duty.reviewed_by, "reviewed_on": duty.reviewed_on or ""}
    limits = list(duty.limits.all())
    for limit in limits:
        clocks = {clock: getattr(limit, clock) for clock in CLOCKS}
        yield row | {"urgency": limit.urgency, "zone": limit.zone, **clocks}
    if not limits:
        yield row


def _dates(duty: Duty, effective_on: date | None, zone: ZoneInfo) -> dict[str, Any]:
    if effective_on is not None:
        return {"valid_from": effective_on.isoformat()}
    found = {}
    for name, instant in (("valid_from", duty.valid_during.lower), ("valid_to", duty.valid_during.upper)):  # fmt: skip
        if instant is not None:
            found[name] = instant.astimezone(zone).date().isoformat()
    return found
