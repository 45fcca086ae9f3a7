"""A city two kilometres square, and files loaded into it with one call each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import shapely

from core.models import User
from exchange.layers.base import Options
from exchange.report import Rejected, Report
from exchange.use_cases import load_layer
from grid.catalogue.models import Category
from grid.ground.models import City
from grid.organizations.models import Organization
from tests import factories


@dataclass
class Loaded:
    """What a load did, and the rows it refused."""

    report: Report
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Created, updated, unchanged, rejected."""
        r = self.report
        return r.created, r.updated, r.unchanged, r.rejected

    @property
    def reasons(self) -> list[tuple[int, str]]:
        """Row number and reason code of each refused row."""
        return [(row.row, row.code) for row in self.rejected]

    @property
    def warnings(self) -> dict[str, int]:
        """Warning codes with their counts."""
        return {notice.code: notice.count for notice in self.report.notices.values()}


Load = Callable[..., Loaded]


@pytest.fixture
def town(db: None) -> City:
    """The city with a boundary of 2 by 2 kilometres."""
    city = factories.city()
    city.boundary = factories.boundary(factories.square(0, 0, 2000))
    city.save()
    return city


@pytest.fixture
def cast(town: City) -> None:
    """A category `lamp` (路灯) and two bodies."""
    Category.objects.create(code="lamp", kind="facility", name="路灯")
    Organization.objects.create(code="ub", name="市政局", phone="1")
    Organization.objects.create(code="hb", name="住建委", phone="2")


@pytest.fixture
def load(tmp_path: Path, ada: User) -> Load:
    """Load text or a file into a layer; keyword arguments are the options."""

    def run(layer: str, content: str | Path, name: str = "in.csv", **options: Any) -> Loaded:
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8")
        loaded = Loaded(Report(layer))
        loaded.report = load_layer(
            Options(layer=layer, file=path, **options),
            actor=ada,
            rejects=lambda rows: loaded.rejected.extend(rows),
        )
        return loaded

    return run


def lonlat(east: float, north: float) -> str:
    """`lon,lat` of a place given in metres from the corner."""
    x, y = factories.degrees(shapely.Point(east, north)).coords[0]
    return f"{x!r},{y!r}"


def wkt(column: int, row: int, side: float = 100) -> str:
    """A square as quoted WKT."""
    return f'"{factories.degrees(factories.square(column, row, side)).wkt}"'
