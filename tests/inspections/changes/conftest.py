"""The ward with a street of lamps, and drafts that would pass ground to somebody else."""

import json
from io import BytesIO
from typing import Any

import pytest
from shapely import Point, Polygon, box
from shapely.geometry import mapping

from core.models import User
from inspections.changes.models import ChangeItem, ChangeSet
from inspections.changes.use_cases import add_item, draft_change_set
from tests import factories
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward

WEST = box(0, 0, 400, 1000)


def features(shape: Polygon, **properties: Any) -> dict[str, Any]:
    """A FeatureCollection of one shape given in metres."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": mapping(factories.degrees(shape)),
                "properties": properties,
            }
        ],
    }


def owned(code: str, organization: str, shape: Polygon = WEST, **more: Any) -> dict[str, Any]:
    """An ownership area for maintenance, as edited by hand."""
    return features(
        shape, code=code, organization=organization, role="maintainer", document="文1号", **more
    )


def put(
    change_set: ChangeSet,
    actor: User,
    layer: str,
    content: dict[str, Any] | str,
    **options: Any,
) -> ChangeItem:
    """A load of a change set, from GeoJSON or CSV text."""
    text = content if isinstance(content, str) else json.dumps(content)
    name = "in.csv" if isinstance(content, str) else "in.geojson"
    return add_item(
        change_set,
        actor=actor,
        layer=layer,
        filename=name,
        file=BytesIO(text.encode()),
        options=options,
    )


def drafted(
    actor: User, code: str = "own-new", organization: str = "URBAN", shape: Polygon = WEST
) -> ChangeSet:
    """A change set that gives a piece of ground to a body."""
    change_set = draft_change_set(actor=actor, title="桐峰路移交城管")
    put(change_set, actor, "ownership", owned(code, organization, shape))
    return change_set


@pytest.fixture
def street(ward: Ward) -> Ward:
    """The ward with an owner of all ground, and six lamps from west to east."""
    with_street(ward)
    return ward


def with_street(ward: Ward) -> None:
    """The same, in the database in use: housing maintains all, its lamps stand every 150 m."""
    ground.ownership(
        "own-all",
        "HOUSING",
        box(0, 0, 1000, 1000),
        ward.version,
        role="maintainer",
        document="文0号",
    )
    for number in range(6):
        ground.facility(f"lamp-{number}", "0118", Point(75 + 150 * number, 500), ward.version)
