"""Columns of questions are answered as each is alone: random ground in memory, all kinds of rows."""

from dataclasses import astuple
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry.base import BaseGeometry

from grid.ground.metric import as_shapes
from grid.jurisdiction.columns import OUTCOMES, Decider, Questions
from grid.jurisdiction.evaluate import decide_on
from grid.jurisdiction.ground import (
    AreaRow,
    Body,
    CellRow,
    DutyRow,
    FacilityRow,
    GroundRow,
    GroundSlice,
    PartyRow,
    Span,
)
from grid.jurisdiction.index.ground import IndexedGround
from grid.jurisdiction.index.store import forget_others, is_kept, load, save
from tests.grid.jurisdiction.index.test_layer import star

Dice = np.random.Generator
BODIES = ["A", "B", "C", "D", "E"]
KINDS = ["ownership_area", "ownership_area", "red_line", "precedent", "agreement", "demarcation"]
ROLES = ["owner", "maintainer", "builder"]
YEARS = [2023, 2025, 2027]
KINDS = ["ownership_area"] * 3 + ["red_line", "precedent", "agreement", "demarcation"]
SIDE = 400.0


def span(dice: Dice) -> Span:
    """Always, from a year, until a year, or between two."""
    first, second = sorted(dice.choice([2022, 2024, 2026, 2028], 2, replace=False))
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(second, 1, 1, tzinfo=UTC)
    return [Span(), Span(), Span(start), Span(None, end), Span(start, end)][dice.integers(5)]


def pick(dice: Dice, values: list[str]) -> str:
    return str(values[dice.integers(len(values))])


def day(dice: Dice) -> date | None:
    return [None, date(2024, 5, 1), date(2025, 5, 1)][dice.integers(3)]


def grounds(dice: Dice) -> tuple[list[GroundRow], list[shapely.Polygon]]:
    """Overlapping areas, red lines and rulings; some exactly, some almost of one size."""
    rows, shapes = [], []
    for number in range(int(dice.integers(0, 30))):
        shape = star(dice, dice.uniform(0, SIDE, 2), float(dice.choice([5, 40, 200])))
        if dice.integers(3) == 0:
            west, south = 20.0 * dice.integers(0, 20, 2)
            shape = shapely.box(west, south, west + 40, south + 40)
        if not shape.is_valid:
            continue
        rows.append(
            GroundRow(
                kind=pick(dice, KINDS),
                code=f"G{number}",
                organization=pick(dice, [*BODIES, "U"]),
                role=pick(dice, [*ROLES, ""]),
                categories=frozenset(pick(dice, ["", "", "lamp", "light", "road"]).split()),
                document=pick(dice, ["", "paper"]),
                effective_on=day(dice),
                area_m2=shape.area + float(dice.choice([0.0, 0.4, 0.9])),
                valid=span(dice),
            )
        )
        shapes.append(shape)
    return rows, shapes


def things(
    dice: Dice,
) -> tuple[list[FacilityRow], list[BaseGeometry], dict[str, list[PartyRow]]]:
    """Lamps on circuits and roads, each with what its record says."""
    rows: list[FacilityRow] = []
    shapes: list[BaseGeometry] = []
    parties: dict[str, list[PartyRow]] = {}
    for number in range(int(dice.integers(0, 40))):
        spot = dice.uniform(0, SIDE, 2)
        kind = pick(dice, ["facility:lamp", "facility:lamp", "facility:lantern", "facility:road"])
        road = kind == "facility:road"
        for _ in range(2 if dice.integers(6) == 0 else 1):
            shapes.append(
                shapely.LineString([spot, spot + 50]) if road else shapely.Point(np.round(spot))
            )
            parent = f"T{dice.integers(0, 40)}" if dice.integers(3) == 0 else ""
            rows.append(FacilityRow(f"T{number}", kind, span(dice), parent=parent))
        parties[f"T{number}"] = [
            PartyRow(
                facility=f"T{number}",
                kind=pick(dice, ["project", "party", "upkeep", "signed", "claimed"]),
                organization=pick(dice, BODIES),
                role=pick(dice, ROLES),
                source_code=f"S{dice.integers(100)}",
                document=pick(dice, ["", "paper"]),
                effective_on=day(dice),
                valid=span(dice),
            )
            for _ in range(int(dice.integers(0, 4)))
        ]
    return rows, shapes, parties


def duties(dice: Dice) -> dict[str, list[DutyRow]]:
    """What the catalogue says of lamps, of light in general, and of roads, here and there."""
    found: dict[str, list[DutyRow]] = {}
    for number in range(int(dice.integers(0, 8))):
        category = pick(dice, ["facility:lamp", "facility:light", "facility:road"])
        found.setdefault(category, []).append(
            DutyRow(
                number=number + 1,
                category=category,
                scenario=pick(dice, ["", "dark"]),
                area_code=pick(dice, ["", "", "S0", "S1", "C2"]),
                role=pick(dice, ROLES),
                organization=pick(dice, [*BODIES, "U", ""]),
                supervisor=pick(dice, [*BODIES, ""]),
                custodian=pick(dice, [*BODIES, "K", ""]),
                legal_basis=pick(dice, ["", "law"]),
                valid=span(dice),
            )
        )
    return found


def city(dice: Dice) -> GroundSlice:
    """A whole ground of one version."""
    size = int(dice.choice([50, 80]))
    cells = [
        shapely.box(x, y, x + size, y + size - float(dice.choice([0, 0.02, 0.5])))
        for x in range(0, 400, size)
        for y in range(0, 320, size)
    ]
    areas = [
        ("D0", "district", shapely.box(0, 0, 400, 380)),
        ("S0", "subdistrict", shapely.box(0, 0, 180, 380)),
        ("S1", "subdistrict", shapely.box(180, 0, 400, 380)),
        ("C1", "community", shapely.box(0, 0, 100, 100)),
        ("C2", "community", shapely.box(180, 0, 300, 200)),
    ]
    pieces, shapes = grounds(dice)
    facilities, places, parties = things(dice)
    return GroundSlice(
        outline=shapely.box(0, 0, 390, 400) if dice.integers(2) else None,
        anything_mapped=True,
        areas=[AreaRow(code, level) for code, level, _ in areas],
        area_shapes=as_shapes([shape for _, _, shape in areas]),
        cells=[CellRow(f"{n:03d}", span(dice)) for n in range(len(cells))],
        cell_shapes=as_shapes(cells),
        grounds=pieces,
        ground_shapes=as_shapes(shapes),
        facilities=facilities,
        facility_shapes=as_shapes(places),
        parties=parties,
        duties=duties(dice),
        bodies={
            code: Body(
                code=code,
                name=code,
                kind={"U": "utility", "K": "community", "E": "subdistrict"}.get(code, "department"),
                parent="A" if code != "A" else "",
                successor="B" if code == "C" and dice.integers(2) else "",
                area_code="S0" if code == "E" else "",
                contact=bool(dice.integers(2)),
                successor_from=datetime(2024, 1, 1, tzinfo=UTC) if dice.integers(2) else None,
            )
            for code in [*BODIES, "U", "K"]
        },
        ancestry={
            "facility:light": ("facility:light",),
            "facility:lamp": ("facility:lamp", "facility:light"),
            "facility:lantern": ("facility:lantern", "facility:lamp", "facility:light"),
            "facility:road": ("facility:road",),
        },
    )


def asked(dice: Dice, ground: IndexedGround, count: int) -> Questions:
    """Places anywhere, at facilities, on round coordinates (edges and corners), at several dates."""
    spots = dice.uniform(-30, SIDE + 30, (count, 2))
    spots[::3] = np.round(spots[::3] / 20) * 20
    points = ground.slice.facility_shapes[shapely.get_type_id(ground.slice.facility_shapes) == 0]
    if len(points):
        near = shapely.get_coordinates(points)[dice.integers(len(points), size=len(spots[::4]))]
        spots[::4] = near + dice.normal(size=near.shape) * 4
    named = dice.integers(0, len(ground.things), count) if ground.things else np.full(count, -1)
    years = dice.choice(YEARS, 1 if dice.integers(2) else count)
    return Questions(
        lon=np.zeros(count),
        lat=np.zeros(count),
        x=np.ascontiguousarray(spots[:, 0]),
        y=np.ascontiguousarray(spots[:, 1]),
        at=np.array([datetime(year, 6, 1, tzinfo=UTC).timestamp() for year in years]),
        category=dice.integers(-1, 3, count),
        categories=["facility:lamp", "facility:light", "facility:road"],
        accuracy_m=dice.choice([0.0, 0.0, 0.0, 3.0, 15.0], count),
        thing=np.where(dice.integers(0, 4, count) == 0, named, -1),
    )


@given(st.integers(0, 10**9))
@settings(max_examples=4, deadline=None)
def test_an_index_from_disk_answers_as_the_one_that_was_written(seed: int) -> None:
    dice = np.random.default_rng(seed)
    built = IndexedGround.of(city(dice))
    questions = asked(dice, built, 200)
    with TemporaryDirectory() as place:
        folder = Path(place) / "index" / "token"
        assert not is_kept(folder)
        (folder / "of an older format").mkdir(parents=True)
        save(built, folder)
        save(built, folder)  # whoever comes second finds it there
        assert is_kept(folder)
        assert forget_others(folder) == []
        mapped = load(folder)
        for first, second in zip(
            astuple(Decider(built).decide(questions)),
            astuple(Decider(mapped).decide(questions)),
            strict=True,
        ):
            assert first.tolist() == second.tolist()
        assert list(mapped.slice.grounds) == list(built.slice.grounds)
        assert list(mapped.slice.facilities) == list(built.slice.facilities)
        assert mapped.slice.duties == built.slice.duties
        save(built, folder.with_name("newer"))
        assert forget_others(folder.with_name("newer")) == ["token"]


@given(st.integers(0, 10**9))
@settings(max_examples=20, deadline=None)
def test_columns_are_answered_as_each_question_alone(seed: int) -> None:
    dice = np.random.default_rng(seed)
    ground = IndexedGround.of(city(dice))
    questions = asked(dice, ground, 80)
    decider = Decider(ground)
    verdicts = decider.decide(questions)
    again = decider.decide(questions)  # every pattern is known by now
    assert all((a == b).all() for a, b in zip(astuple(verdicts), astuple(again), strict=True))
    for number in range(len(questions)):
        question = questions.one(number, ground)
        alone = decide_on(ground.slice, [question])[0]
        cell, area = verdicts.cell[number], verdicts.area[number]
        bodies = [
            ground.body_codes[column[number]] if column[number] >= 0 else None
            for column in (verdicts.responsible, verdicts.custodian, verdicts.supervisor)
        ]
        assert (
            OUTCOMES[verdicts.outcome[number]],
            verdicts.rule[number] or None,
            *bodies,
            ground.slice.cells[cell].code if cell >= 0 else "",
            ground.slice.areas[area].code if area >= 0 else "",
        ) == (
            alone.outcome,
            alone.finding.rule,
            alone.responsible,
            alone.custodian,
            alone.supervisor,
            alone.cell,
            alone.areas[-1] if alone.areas else "",
        ), question
