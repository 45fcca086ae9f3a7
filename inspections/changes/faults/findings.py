"""The ground report as faults: pieces of one kind between the same things are one fault."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from shapely.geometry.base import BaseGeometry

from grid.cells.report import Finding
from grid.ground.models import City
from grid.jurisdiction.findings import Report

TOLD_APART = {"codes", "organizations", "place", "area_m2"}


@dataclass
class Found:
    """A fault as one check finds it; shapes in WGS84."""

    part: str
    kind: str
    codes: list[str]
    organizations: list[str]
    said: dict[str, Any]
    place: tuple[float, float]
    area_m2: float = 0.0
    largest_m2: float = -1.0
    pieces: int = 0
    shapes: list[BaseGeometry] = field(default_factory=list)
    area_codes: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """By what it is known again: whatever the check measures may change, this does not."""
        told = [self.part, self.kind, self.said.get("layer"), self.said.get("kind"), self.codes]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()

    def measured(self) -> dict[str, Any]:
        """What a check may find different from the last one, as fields of the row."""
        whole = shapely.union_all(self.shapes) if self.shapes else None
        return {
            "organizations": self.organizations,
            "said": self.said,
            "area_m2": round(self.area_m2, 3),
            "pieces": self.pieces,
            "place": Point(*self.place, srid=4326),
            "boundary": GEOSGeometry(whole.wkb_hex, srid=4326) if whole else None,
            "area_codes": self.area_codes,
        }


def faults_of(report: Report, city: City) -> dict[str, Found]:
    """The faults of a report by their marks, each with the areas it lies in, the widest first."""
    found: dict[str, Found] = {}
    for part, findings in report.items():
        for kind, finding in findings.items():
            for item, shape in _items(finding, city):
                one = Found(
                    part=part,
                    kind=kind,
                    codes=sorted(item["codes"]),
                    organizations=sorted(set(item.get("organizations", []))),
                    said={name: value for name, value in item.items() if name not in TOLD_APART},
                    place=tuple(item["place"]),
                )
                _add(found.setdefault(one.mark, one), item, shape)
    _place_in_areas(list(found.values()))
    return found


def _items(finding: Finding, city: City) -> Iterator[tuple[dict[str, Any], BaseGeometry | None]]:
    """Each item with its shape; those that are a place only stand at the end of the report's list."""
    shapes = list(finding.in_degrees(city.metric_srid)) if finding.shapes else []
    rest: list[BaseGeometry | None] = [None] * (len(finding.items) - len(shapes))
    yield from zip(finding.items, [*shapes, *rest], strict=True)


def _add(found: Found, item: dict[str, Any], shape: BaseGeometry | None) -> None:
    found.pieces += 1
    found.area_m2 += item["area_m2"]
    found.organizations = sorted({*found.organizations, *item.get("organizations", [])})
    if item["area_m2"] > found.largest_m2:
        found.largest_m2, found.place = item["area_m2"], tuple(item["place"])
    if shape is not None:
        found.shapes.append(shape)


def _place_in_areas(found: list[Found]) -> None:
    """Tell each fault the areas its place lies in."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT given.n, array_agg(area.code ORDER BY length(area.code), area.code)
            FROM unnest(%s::int[], %s::float8[], %s::float8[]) AS given(n, lon, lat)
            JOIN grid_area AS area
              ON area.boundary && ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326)
             AND ST_Covers(area.boundary, ST_SetSRID(ST_MakePoint(given.lon, given.lat), 4326))
             AND upper_inf(area.recorded_during) AND area.valid_during @> now()
            GROUP BY given.n
            """,
            [
                list(range(len(found))),
                [one.place[0] for one in found],
                [one.place[1] for one in found],
            ],
        )
        for number, codes in cursor.fetchall():
            found[number].area_codes = codes
