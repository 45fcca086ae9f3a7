"""`load … --draft`: kept in a change set, nothing of the ground changed, and the number printed."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import geopandas
import pytest
from django.core.management import CommandError, call_command

from grid.areas.models import GridEdition
from grid.organizations.models import Organization
from grid.ownership.models import OwnershipArea
from inspections.changes.models import ChangeItem, ChangeSet
from tests import factories
from tests.exchange.conftest import wkt
from tests.inspections.conftest import evidence_folder

__all__ = ["evidence_folder"]  # a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast", "evidence_folder")]

HEAD = "code,organization,wkt\n"


def load(path: Path, layer: str = "ownership", **options: Any) -> tuple[dict[str, Any], str]:
    out, err = StringIO(), StringIO()
    call_command("load", layer, str(path), draft=True, json=True, stdout=out, stderr=err, **options)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told, err.getvalue()


def written(folder: Path, *rows: str) -> Path:
    path = folder / "权属.csv"
    path.write_text(HEAD + "\n".join(rows), encoding="utf-8")
    return path


def test_a_draft_is_kept_in_a_change_set_and_the_next_goes_into_it(tmp_path: Path) -> None:
    told, said = load(written(tmp_path, f"own-1,ub,{wkt(0, 0)}"), title="一号路")
    change_set = ChangeSet.objects.get(number=told["change_set"])
    assert (change_set.title, change_set.state) == ("一号路", "draft")
    assert (told["created"], told["rejected"]) == (1, 0)
    assert told["change_set"] in said
    assert not OwnershipArea.objects.exists()
    load(written(tmp_path, f"own-2,ub,{wkt(1, 0)}"), change_set=change_set.number)
    kept = ChangeItem.objects.filter(change_set=change_set).order_by("id")
    assert [item.filename for item in kept] == ["权属.csv", "权属.csv"]
    assert len({item.sha256 for item in kept}) == 2


def test_a_draft_builds_upon_what_stands_in_its_set(tmp_path: Path) -> None:
    bodies = tmp_path / "bodies.csv"
    bodies.write_text("code,name\nnew,新单位\n", encoding="utf-8")
    told, _ = load(bodies, "organizations")
    load(written(tmp_path, f"own-1,new,{wkt(0, 0)}"), change_set=told["change_set"])
    assert not Organization.objects.filter(code="new").exists()


def test_rejected_rows_keep_nothing_and_make_no_set(tmp_path: Path) -> None:
    with pytest.raises(SystemExit):
        load(written(tmp_path, f"own-1,nobody,{wkt(0, 0)}"))
    assert not ChangeSet.objects.exists()
    with pytest.raises(SystemExit):
        load(
            written(tmp_path, f"own-1,nobody,{wkt(0, 0)}", f"own-2,ub,{wkt(1, 0)}"), keep_good=True
        )
    item = ChangeItem.objects.get()
    assert (item.told["created"], [row["row"] for row in item.told["rejected"]]) == (1, [1])


def test_a_shapefile_is_kept_with_all_its_parts(tmp_path: Path) -> None:
    shape = factories.degrees(factories.square(0, 0))
    frame = geopandas.GeoDataFrame({"code": ["own-1"], "organizati": ["ub"]}, geometry=[shape])
    frame.set_crs(4326).to_file(tmp_path / "own.shp")
    told, _ = load(tmp_path / "own.shp", columns=["organization=organizati"])
    assert told["created"] == 1
    assert ChangeItem.objects.get().filename == "own.zip"


def test_cells_have_draft_editions_unless_a_change_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cells.csv"
    path.write_text(f"code,wkt\nc1,{wkt(0, 0)}\n", encoding="utf-8")
    told, _ = load(path, "cells")
    assert "change_set" not in told
    assert GridEdition.objects.get().status == "draft"
    number = load(written(tmp_path, f"own-1,ub,{wkt(0, 0)}"))[0]["change_set"]
    told, _ = load(path, "cells", change_set=number)
    assert told["change_set"] == number
    assert GridEdition.objects.count() == 1


def test_what_is_no_ground_has_no_drafts(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("date,kind\n2026-01-01,rest\n", encoding="utf-8")
    with pytest.raises(CommandError, match="no part of the ground"):
        load(path, "calendar")
