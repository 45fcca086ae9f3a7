"""One question and a batch are answered alike: seeded ground, many places, every field compared."""

import random
import shutil
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pytest_django import Settings
from shapely import LineString, Point, box

from grid.areas.models import Level
from grid.ground.models import City, GroundVersion, always
from grid.ground.queries import newest_version, token_of
from grid.jurisdiction.asking import Place, category_of, facility_of, instant_of
from grid.jurisdiction.batch import Batch
from grid.jurisdiction.bulk import Bulk, Row
from grid.jurisdiction.use_cases import decide
from grid.jurisdiction.whole import keep_newest
from tests import factories
from tests.clones import Clone
from tests.grid.jurisdiction import ground

BODIES = ["A", "B", "C", "D"]


@pytest.fixture
def version(city: City) -> GroundVersion:
    """Ground drawn by a seed: overlapping areas, red lines, lamps, roads, duties, handovers."""
    dice = random.Random(20261121)  # noqa: S311
    version = factories.version()
    ground.area("500001", Level.DISTRICT, box(0, 0, 1000, 1000), version)
    ground.area("500001001", Level.SUBDISTRICT, box(0, 0, 420, 1000), version)
    ground.area("500001002", Level.SUBDISTRICT, box(420, 0, 1000, 1000), version)
    for column in range(10):
        for row in range(10):
            ground.cell(f"{column}{row}", factories.square(column, row), version)
    ground.body("JD1", kind="subdistrict", area_code="500001001")
    lamps, roads = ground.category("lamp"), ground.category("road")
    ground.duty(lamps, version, organization=ground.body("A"), area_code="500001001")
    ground.duty(roads, version, role="owner", custodian=ground.body("D"))
    for number in range(40):
        east, north = dice.uniform(0, 950), dice.uniform(0, 950)
        ground.ownership(
            f"OA{number}",
            dice.choice(BODIES),
            box(east, north, east + dice.uniform(5, 300), north + dice.uniform(5, 300)),
            version,
            role=dice.choice(["owner", "maintainer"]),
            kind=dice.choice(["area", "area", "red_line"]),
            categories=dice.choice([[], [], ["lamp"], ["road"]]),
            document=dice.choice(["", "文件"]),
            valid_during=dice.choice([always(), ground.from_day(2024)]),
        )
    for number in range(120):
        thing = ground.facility(
            f"L{number}",
            "lamp",
            Point(dice.uniform(0, 1000), dice.uniform(0, 1000)),
            version,
            valid_during=dice.choice([always(), ground.from_day(2025)]),
        )
        for role in ("owner", "maintainer", "builder"):
            if dice.random() < 0.4:
                ground.party(thing, role, dice.choice(BODIES), version)
        if dice.random() < 0.3:
            ground.effect(
                thing,
                dice.choice(["owner", "maintainer"]),
                dice.choice(BODIES),
                version,
                standing=dice.choice(["signed", "claimed"]),
                document=dice.choice(["", "移交书"]),
                valid=dice.choice([always(), ground.from_day(2026)]),
            )
        if dice.random() < 0.1:
            ground.upkeep(thing, dice.choice(BODIES), version, dice.choice(["", "账单"]))
    for number in range(10):
        start = Point(dice.uniform(0, 1000), dice.uniform(0, 1000))
        end = Point(dice.uniform(0, 1000), dice.uniform(0, 1000))
        ground.facility(f"R{number}", "road", LineString([start, end]), version)
    ground.precedent("P1", "C", box(600, 600, 700, 700), version, categories=["lamp"])
    return version


def test_single_bulk_and_columns_agree_in_every_field(version: GroundVersion, city: City) -> None:
    dice = random.Random(7)  # noqa: S311
    now = datetime(2026, 11, 21, tzinfo=UTC)
    rows = []
    for number in range(150):
        spot = ground.place(dice.uniform(-50, 1050), dice.uniform(-50, 1050))
        facility = dice.choice(["", "", f"L{dice.randrange(120)}", f"R{dice.randrange(10)}"])
        rows.append(
            Row(
                id=str(number),
                lon=spot.lon,
                lat=spot.lat,
                category=dice.choice(["", "lamp", "road"]),
                facility=facility,
                at=dice.choice(["", "2023-05-01", "2025-05-01"]),
                accuracy_m=dice.choice([0.0, 0.0, 5.0, 30.0]),
            )
        )
    bulk = Bulk(
        categories=[r.category for r in rows if r.category],
        facilities=[r.facility for r in rows if r.facility],
        now=now,
    )
    asked = pa.table({f.name: [getattr(row, f.name) for row in rows] for f in fields(Row)})
    batch = Batch(asked, now=now)
    by_columns = batch.answers().to_pylist()
    assert not batch.problems
    outcomes = set()
    for result, columns in zip(bulk.decide(rows, margin=True), by_columns, strict=True):
        row = result.row
        single = decide(
            place=Place(row.lon or 0, row.lat or 0, row.accuracy_m),
            category=category_of(row.category) if row.category else None,
            facility=facility_of(row.facility) if row.facility else None,
            at=instant_of(row.at, city) if row.at else now,
        ).decision
        many = result.decision
        outcomes.add(many.outcome)
        assert (many.outcome, many.finding, many.claims, many.cell, many.areas) == (
            single.outcome,
            single.finding,
            single.claims,
            single.cell,
            single.areas,
        ), row
        assert (many.custodian, many.dispatch_to, many.supervisor) == (
            single.custodian,
            single.dispatch_to,
            single.supervisor,
        )
        assert many.margin_m == pytest.approx(single.margin_m, abs=0.001), row
        assert [s.share for s in many.shares] == pytest.approx(
            [s.share for s in single.shares], abs=0.001
        )
        assert columns == {
            "id": row.id,
            "lon": result.lon,
            "lat": result.lat,
            "cell": single.cell or None,
            "area": single.areas[-1] if single.areas else None,
            "outcome": single.outcome,
            "responsible": single.responsible,
            "custodian": single.custodian,
            "rule": single.finding.rule,
            "margin_m": None,
        }
    assert len(outcomes) >= 5, "the ground must show most outcomes, or the test shows little"


def test_the_newest_ground_is_kept_on_disk_and_older_ones_are_not(
    version: GroundVersion, city: City, settings: Settings, tmp_path: Path
) -> None:
    settings.STATE_DIR = tmp_path
    place = ground.place(500, 500)
    asked = pa.table({"lon": [place.lon], "lat": [place.lat], "category": ["lamp"]})
    fresh = Batch(asked).answers()  # inside a transaction nothing is kept: it may be taken back
    assert not list(tmp_path.rglob("*.npy"))
    assert keep_newest() is not None
    (first,) = [path.parent for path in tmp_path.rglob("rest.json")]
    assert first.name == token_of(version.number)
    assert Batch(asked).answers() == fresh
    factories.version()
    keep_newest()
    (second,) = [path.parent for path in tmp_path.rglob("rest.json")]
    assert second.name == token_of(newest_version())


@pytest.mark.parametrize("lost", ["rest.json", "claims.*.npy", "cells.*.npy", "areas"])
def test_an_index_that_lost_a_file_is_made_again(
    version: GroundVersion, settings: Settings, tmp_path: Path, lost: str
) -> None:
    settings.STATE_DIR = tmp_path / "whole"
    keep_newest()
    settings.STATE_DIR = shutil.copytree(tmp_path / "whole", tmp_path / "part")
    place = ground.place(500, 500)
    asked = pa.table({"lon": [place.lon], "lat": [place.lat], "category": ["lamp"]})
    broken = next((tmp_path / "part").rglob(lost))
    broken.unlink()
    answers = Batch(asked).answers()  # built beside it: nothing is written in a transaction
    keep_newest()
    assert broken.exists()
    assert Batch(asked).answers() == answers


def test_where_the_index_cannot_be_kept_it_is_built(clone_db: Clone, settings: Settings) -> None:
    factories.city()
    settings.STATE_DIR = clone_db.state / "a file"
    settings.STATE_DIR.write_text("no folder")
    version = factories.version()
    ground.cell("c1", factories.square(0, 0), version)
    place = ground.place(50, 50)
    asked = pa.table({"lon": [place.lon], "lat": [place.lat]})
    assert Batch(asked).answers()["cell"].to_pylist() == ["c1"]
