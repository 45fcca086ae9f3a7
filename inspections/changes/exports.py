"""What a change set moves, as a file: CSV for a table, GeoJSON for a map."""

import csv
import json
from collections.abc import Iterable, Iterator
from typing import Any

from grid.ground.datums import WGS84
from grid.ground.serializers import place_as_json
from inspections.changes.models import ImpactRow

COLUMNS = (
    "kind",
    "code",
    "category",
    "name",
    "from_code",
    "from_name",
    "from_outcome",
    "to_code",
    "to_name",
    "to_outcome",
    "lon",
    "lat",
)


class _Line:
    """A file of one line: what was written last."""

    def write(self, text: str) -> str:
        """What the CSV writer gives on."""
        return text


def as_csv(rows: Iterable[ImpactRow]) -> Iterator[str]:
    """Line by line, with the mark by which spreadsheets know UTF-8."""
    writer: Any = csv.writer(_Line())
    yield "\ufeff" + str(writer.writerow(COLUMNS))
    for row in rows:
        spot = row.place.point_on_surface if row.place else None
        values = [_plain(getattr(row, name)) for name in COLUMNS[:-2]]
        values += [round(spot.x, 7), round(spot.y, 7)] if spot else ["", ""]
        yield str(writer.writerow(values))


def _plain(text: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{text}" if text[:1] in set("=+-@\t\r") else text


def as_geojson(rows: Iterable[ImpactRow]) -> Iterator[str]:
    """A FeatureCollection, feature by feature."""
    yield '{"type": "FeatureCollection", "features": ['
    for number, row in enumerate(rows):
        feature = {
            "type": "Feature",
            "geometry": place_as_json(row.place, WGS84) if row.place else None,
            "properties": {name: getattr(row, name) for name in COLUMNS[:-2]},
        }
        yield (",\n" if number else "\n") + json.dumps(feature, ensure_ascii=False)
    yield "\n]}\n"
