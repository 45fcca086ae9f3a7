"""Publishing areas and cells together with what is derived from them: the cells of facilities."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef

from core.models import User
from grid.areas.models import GridEdition
from grid.cells.editions import EditionReport, Row
from grid.cells.models import GridCell
from grid.cells.use_cases import draft_rows, issue_edition
from grid.facilities.cell_assignment import assign_cells
from grid.facilities.models import FacilityRecord
from grid.ground.models import GroundVersion


def publish_edition(
    version: GroundVersion,
    rows: Sequence[Row],
    *,
    actor: User,
    valid_from: datetime | None = None,
    accept_faults: bool = False,
    draft: GridEdition | None = None,
) -> EditionReport:
    """Put areas or cells in force (see `issue_edition`) and bring the facilities' cells up to date.

    Must run inside `with publish(…) as version`. Raises CoverageFaults.
    """
    report = issue_edition(
        version,
        rows,
        actor=actor,
        valid_from=valid_from,
        accept_faults=accept_faults,
        draft=draft,
    )
    if report.changed_cells:
        near = GridCell.objects.filter(
            code__in=report.changed_cells, boundary__bboverlaps=OuterRef("location")
        )
        current = FacilityRecord.objects.current()
        assign_cells(current.filter(Exists(near)))
    return report


def publish_draft(
    version: GroundVersion, number: int, *, actor: User, accept_faults: bool = False
) -> EditionReport:
    """Put a draft edition in force; must run inside `publish`. Raises as `publish_edition` does."""
    edition, rows = draft_rows(number)
    report = publish_edition(
        version,
        rows,
        actor=actor,
        valid_from=edition.valid_during.lower,
        accept_faults=accept_faults,
        draft=edition,
    )
    edition.draft_units.all().delete()
    return report
