"""Editions of areas and cells: dated, checked as a whole, accepted with a name, or kept as drafts."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from shapely import Polygon, box

from core.models import AuditEntry, User
from grid.areas.models import Area, GridEdition
from grid.cells.editions import AreaRow, CellRow, EditionReport
from grid.cells.models import GridCell
from grid.cells.queries import CELL_OF, cell_of, cell_parameters, cells_of
from grid.cells.use_cases import CoverageFaults, DoubledCode, store_draft
from grid.facilities.publishing import publish_edition
from grid.ground.models import City
from grid.ground.use_cases import publish
from tests import factories


def row(code: str, shape: Polygon, community: str = "") -> CellRow:
    return CellRow(code, factories.degrees(shape), community_code=community)


def strip(count: int) -> list[CellRow]:
    return [row(f"C{n}", factories.square(n, 0)) for n in range(count)]


def issue(
    actor: User,
    rows: list[CellRow] | list[AreaRow],
    valid_from: datetime | None = None,
    accept_faults: bool = False,
) -> EditionReport:
    with publish(actor=actor, act="load_cells") as version:
        return publish_edition(
            version, rows, actor=actor, valid_from=valid_from, accept_faults=accept_faults
        )


def counts(report: EditionReport) -> tuple[int, int, int]:
    return report.created, report.updated, report.unchanged


def test_first_edition_is_valid_always_and_the_same_again_changes_nothing(
    city: City, ada: User
) -> None:
    first = issue(ada, strip(3))
    assert (first.edition, counts(first), first.faults) == (1, (3, 0, 0), [])
    again = issue(ada, strip(3))
    assert (again.edition, counts(again)) == (None, (0, 0, 3))
    cell = GridCell.objects.get(code="C1")
    assert cell.valid_during.lower is None
    assert cell.area_m2 == pytest.approx(10_000, abs=1)


def test_later_edition_begins_at_its_date_and_the_earlier_stays_on_record(
    city: City, ada: User
) -> None:
    issue(ada, strip(2))
    start = datetime(2026, 6, 1, tzinfo=UTC)
    wider = [row("C0", box(0, 0, 120, 100)), row("C1", box(120, 0, 200, 100))]
    report = issue(ada, wider, valid_from=start)
    assert counts(report) == (0, 2, 0)
    lon, lat = factories.degrees(box(109, 49, 111, 51)).centroid.coords[0]
    assert cell_of(lon, lat, at=datetime(2026, 5, 31, tzinfo=UTC)) == "C1"
    assert cell_of(lon, lat, at=start) == "C0"
    assert cell_of(lon, lat, at=start, version=1) == "C1"
    assert list(cells_of([lon], [lat])) == ["C0"]
    assert [e.status for e in GridEdition.objects.order_by("number")] == [
        "superseded",
        "published",
    ]


def test_new_ground_is_stated_for_always_but_a_new_cut_only_from_its_date(
    city: City, ada: User
) -> None:
    issue(ada, strip(2))
    report = issue(ada, [row("C7", factories.square(2, 0)), row("C0", box(0, 0, 50, 100)),
                         row("C9", box(50, 0, 100, 100))])  # fmt: skip
    assert counts(report) == (2, 1, 0)
    assert GridCell.objects.get(code="C7").valid_during.lower is None
    assert GridCell.objects.get(code="C9").valid_during.lower == report.valid_from


def test_faults_are_refused_unless_accepted_by_name(city: City, ada: User) -> None:
    torn = [row("C0", box(0, 0, 110, 100)), row("C1", factories.square(1, 0))]
    with pytest.raises(CoverageFaults) as refused:
        issue(ada, torn)
    assert refused.value.details["faults"] == 1
    assert refused.value.details["items"][0]["codes"] == ["C0", "C1"]
    assert GridCell.objects.count() == 0
    report = issue(ada, torn, accept_faults=True)
    edition = GridEdition.objects.get(number=report.edition or 0)
    assert edition.faults_accepted_by == ada
    assert edition.faults["overlap"]["area_m2"] == pytest.approx(1000, abs=1)
    assert AuditEntry.objects.filter(act="accept_coverage_faults", actor=ada).count() == 1


def test_hair_line_faults_are_closed_on_the_way(city: City, ada: User) -> None:
    report = issue(ada, [row("C0", box(0, 0, 100.03, 100)), row("C1", factories.square(1, 0))])
    assert [(f.kind, f.codes) for f in report.snapped] == [("overlap", ("C0", "C1"))]
    assert report.faults == []


def test_boundary_moved_by_less_than_a_seam_has_not_moved(city: City, ada: User) -> None:
    issue(ada, strip(2))
    assert counts(issue(ada, [row("C1", box(100, 0, 200, 100.02))])) == (0, 0, 1)


def test_cells_that_reach_over_their_community_are_a_fault(city: City, ada: User) -> None:
    community = AreaRow("A", "甲社区", "community", boundary=factories.degrees(box(0, 0, 150, 100)))
    issue(ada, [community])
    with pytest.raises(CoverageFaults) as refused:
        issue(ada, [row(r.code, shape, "A") for r, shape in zip(
            strip(2), (factories.square(0, 0), factories.square(1, 0)), strict=True)])  # fmt: skip
    assert refused.value.details["items"][0]["codes"] == ["C1", "A"]
    assert Area.objects.get(code="A").valid_during.lower is None


def test_draft_is_checked_but_not_in_force_until_published(city: City, ada: User) -> None:
    issue(ada, strip(2))
    start = datetime(2026, 12, 1, tzinfo=UTC)
    draft = store_draft([row("C0", box(0, 0, 110, 100))], actor=ada, valid_from=start)
    assert [f.kind for f in draft.faults] == ["overlap"]
    assert GridCell.objects.count() == 2
    with pytest.raises(CommandError, match="accept"):
        call_command("publish_edition", str(draft.edition))
    said = StringIO()
    call_command("publish_edition", str(draft.edition), "--accept-faults", stdout=said)
    assert "0 created, 1 updated, 0 unchanged" in said.getvalue()
    assert GridEdition.objects.get(number=2).status == "published"
    assert GridCell.objects.filter(code="C0").current().count() == 2


def test_publishing_moves_facilities_to_their_new_cells(city: City, ada: User) -> None:
    issue(ada, strip(2))
    lamp = factories.facility("L1", box(110, 50, 112, 52).centroid, factories.version())
    issue(ada, [row("C0", box(0, 0, 120, 100)), row("C1", box(120, 0, 200, 100))])
    lamp.refresh_from_db()
    assert lamp.home_cell_code == "C0"


def test_doubled_code_is_refused(city: City, ada: User) -> None:
    with pytest.raises(DoubledCode):
        issue(ada, [*strip(1), *strip(1)])


def test_finding_a_cell_reads_the_index_and_not_the_table(city: City, ada: User) -> None:
    issue(ada, [row(f"C{n:03d}", factories.square(n % 30, n // 30)) for n in range(600)])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE grid_cell")
        cursor.execute("EXPLAIN " + CELL_OF, cell_parameters(109.0, 31.0, at=None, version=1))
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Index Scan using cell_boundary" in plan
    assert "Seq Scan on grid_cell" not in plan
