"""`found_city` and `load` as a person calls them: JSON on stdout, all else on stderr, exit codes."""

import csv
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import geopandas
import pytest
import shapely
from django.core.management import CommandError, call_command
from django.db import connection

from core.models import AuditEntry
from grid.facilities.models import Facility
from grid.ground.models import City, GroundVersion
from tests import factories
from tests.clones import Clone
from tests.exchange.conftest import lonlat
from tests.shared_data import ROOT


def load(*arguments: object) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of `manage.py load`."""
    out, err = StringIO(), StringIO()
    try:
        call_command("load", *map(str, arguments), stdout=out, stderr=err)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.usefixtures("cast")
def test_load_prints_the_contract_and_exits_1_after_rejects(tmp_path: Path) -> None:
    path = tmp_path / "lamps.csv"
    path.write_text(f"code,category,lon,lat,note\nA,lamp,{lonlat(5, 5)},好\nB,lamp,0,0,坏\n")
    rejects = tmp_path / "rejects.csv"
    code, out, err = load("facilities", path, "--json", "--rejects", rejects)
    assert code == 1
    assert json.loads(out) == {
        "layer": "facilities", "read": 2, "created": 0, "updated": 0, "unchanged": 0,
        "rejected": 1, "warnings": [],
    }  # fmt: skip
    assert "row 2: zero_coordinates: " in err
    assert '"note": "坏"' in err
    with rejects.open(encoding="utf-8-sig") as file:
        (row,) = csv.DictReader(file)
    assert (row["row"], row["reason"], row["note"]) == ("2", "zero_coordinates", "坏")
    assert not Facility.objects.exists()
    code, out, err = load("facilities", path, "--keep-good")
    assert (code, out) == (1, "")
    assert "published as ground version 1" in err
    entry = AuditEntry.objects.get(act="load_facilities")
    assert entry.actor.username == "operator"
    assert entry.details["source"] == "lamps.csv"
    assert len(entry.details["sha256"]) == 64


@pytest.mark.usefixtures("cast")
def test_options_map_columns_and_set_values(tmp_path: Path) -> None:
    path = tmp_path / "lamps.csv"
    path.write_text(f"NR,X,Y,FEEDER\n7,{lonlat(5, 5)},K1\n")
    code, _, err = load(
        "facilities", path, "--columns", "code=nr,circuit=feeder", "--set", "category=路灯"
    )
    assert (code, "1 created" in err) == (0, True)
    assert Facility.objects.get().records.get().attributes == {"circuit": "K1"}


@pytest.mark.django_db
def test_load_says_in_one_line_what_cannot_be_tried(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="found_city") as caught:
        load("facilities", tmp_path / "x.csv")
    assert caught.value.returncode == 2
    factories.city()
    for arguments, words in (
        (["facilities", tmp_path / "x.csv"], "there is no file"),
        (["organizations", ROOT / "manage.py"], "has no such column"),
        (["facilities", ROOT / "manage.py", "--datum", "mars"], "mars|no such column"),
        (["requests", ROOT / "manage.py", "--draft"], "no drafts"),
        (["organizations", ROOT / "manage.py", "--set", "nonsense"], "field=value"),
    ):
        with pytest.raises(CommandError, match=words):
            load(*arguments)


def found(**options: str) -> str:
    """What `found_city` prints."""
    out = StringIO()
    options = {"name": "奉节", "metric_crs": "EPSG:4545"} | options
    call_command("found_city", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_a_city_is_founded_once_with_a_boundary_of_any_system(tmp_path: Path) -> None:
    square = factories.degrees(factories.square(0, 0, 2000))
    frame = geopandas.GeoDataFrame(geometry=[square], crs=4326).to_crs(4545)
    frame.to_file(tmp_path / "b.gpkg")
    assert "奉节 is founded, measured in EPSG:4545" in found(boundary=str(tmp_path / "b.gpkg"))
    city = City.objects.get()
    assert city.boundary is not None
    assert city.boundary.geom_type == "MultiPolygon"
    assert city.boundary.extent == pytest.approx(square.bounds, abs=1e-9)
    assert AuditEntry.objects.get(act="found_city").actor.username == "system"
    with pytest.raises(CommandError, match="'奉节' has already been founded"):
        found()


@pytest.mark.django_db
def test_a_city_is_refused_with_one_clear_line(tmp_path: Path) -> None:
    bowtie = shapely.Polygon([(110, 31), (111, 32), (111, 31), (110, 32)])
    far = shapely.box(10, 50, 11, 51)
    for name, shape in (("bowtie", bowtie), ("far", far), ("point", shapely.Point(110, 31))):
        geopandas.GeoDataFrame(geometry=[shape], crs=4326).to_file(tmp_path / f"{name}.geojson")
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    for options, words in (
        ({"metric_crs": "EPSG:4326"}, "not a projected system in metres"),
        ({"metric_crs": "EPSG:2263"}, "not a projected system in metres"),
        ({"metric_crs": "EPSG:123456"}, "not a known"),
        ({"metric_crs": "metres"}, "EPSG:N"),
        ({"timezone": "Mars/Olympus"}, "timezone"),
        ({"name": " "}, "needs a name"),
        ({"boundary": "nowhere.geojson"}, "there is no file"),
        ({"boundary": "bowtie.geojson"}, "row 1: invalid_geometry"),
        ({"boundary": "point.geojson"}, "row 1: wrong_geometry_type"),
        ({"boundary": "far.geojson"}, "made for China"),
        ({"boundary": "table.csv"}, "no geometry"),
    ):
        if "boundary" in options:
            options = {"boundary": str(tmp_path / options["boundary"])}
        with pytest.raises(CommandError, match=words):
            found(**options)
    assert not City.objects.exists()


def test_loads_at_once_take_their_turn(clone_db: Clone, tmp_path: Path) -> None:
    factories.city()
    lines = [f"L{n},lamp,{n % 3},{lonlat(n, n)}" for n in range(300)]
    path = tmp_path / "lamps.csv"
    path.write_text("code,category,owner,lon,lat\n" + "\n".join(lines))
    connection.close()
    command = [sys.executable, "manage.py", "load", "facilities", str(path), "--json"]
    command += ["--create-organizations", "--create-categories"]

    def run(_: int) -> dict[str, int]:
        done = subprocess.run(
            command, cwd=ROOT, env=clone_db.environment, capture_output=True, check=True, text=True
        )
        result: dict[str, int] = json.loads(done.stdout)
        return result

    with ThreadPoolExecutor(2) as pool:
        both = sorted(pool.map(run, range(2)), key=lambda done: done["created"])
    assert [done["created"] for done in both] == [0, 300]
    assert [done["unchanged"] for done in both] == [300, 0]
    assert Facility.objects.count() == 300
    assert GroundVersion.objects.count() == 1
