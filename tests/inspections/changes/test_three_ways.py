"""What is answered under a draft, one by one and in bulk, is what is answered once it is published."""

import itertools
import random
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon, box

from grid.facilities.models import Facility
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import Place, category_of
from grid.jurisdiction.bulk import Bulk, Row
from grid.jurisdiction.impact import NOBODY, Held, find_changes, held_by, moved_facilities
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Role
from inspections.changes.use_cases import (
    draft_change_set,
    preview_change_set,
    publish_change_set,
)
from inspections.changes.what_if import as_if_published
from tests import factories
from tests.grid.jurisdiction import ground
from tests.inspections.changes.conftest import features, put
from tests.inspections.conftest import Ward

pytestmark = pytest.mark.django_db
DRAWS = itertools.count()
BODIES = ("LAMP", "HOUSING", "URBAN", "WATCH")


def _square(dice: random.Random) -> Polygon:
    east, north, side = dice.uniform(0, 800), dice.uniform(0, 800), dice.choice([50, 150, 400])
    return box(east, north, east + side, north + side)


def _bulk(rows: list[Row]) -> list[tuple[Any, ...]]:
    """The answers in bulk on the newest version, as far as both ways give them."""
    bulk = Bulk(categories=["0118"], version=newest_version())
    return [
        (r.decision.outcome, r.decision.responsible, r.decision.cell, r.decision.dispatch_to)
        for r in bulk.decide(rows)
    ]


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_what_if_is_what_publishing_does(ward: Ward, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 — a seeded draw of ground
    for n in range(4):
        ground.ownership(
            f"own-{seed}-{n}", dice.choice(BODIES), _square(dice), ward.version, role="maintainer"
        )
    thing = ground.facility(
        f"lamp-{seed}", "0118", Point(dice.uniform(0, 900), dice.uniform(0, 900)), ward.version
    )
    ground.party(thing, "maintainer", dice.choice(BODIES), ward.version)
    change_set = draft_change_set(actor=ward.ada, title="随机变更")
    for n in range(3):
        edit = features(
            _square(dice),
            code=f"own-{seed}-{n + 2}",
            organization=dice.choice(BODIES),
            role=dice.choice(["maintainer", "owner"]),
            document=dice.choice(["", "文1号"]),
        )
        put(change_set, ward.ada, "ownership", edit)
    places = [ward.lonlat(dice.uniform(-50, 1050), dice.uniform(-50, 1050)) for _ in range(12)]
    accuracies = [dice.choice([0.0, 0.0, 30.0]) for _ in places]
    now, lamps = timezone.now(), category_of("0118")
    rows = [
        Row(str(n), *place, category="0118", at=now.isoformat(), accuracy_m=accuracy)
        for n, (place, accuracy) in enumerate(zip(places, accuracies, strict=True))
    ]

    def singly() -> list[dict[str, Any]]:
        return [
            decide(place=Place(*place, accuracy), category=lamps, at=now).as_json()
            for place, accuracy in zip(places, accuracies, strict=True)
        ]

    before = singly()
    with as_if_published(change_set.items.order_by("id"), actor=ward.ada):
        under, in_bulk = singly(), _bulk(rows)
    assert singly() == before  # nothing of the draft is served afterwards
    preview_change_set(change_set, actor=ward.ada)
    name = f"second-{seed}"
    publish_change_set(
        change_set, actor=factories.member(name, Role.DISPATCHER, ward.bodies["centre"])
    )
    assert singly() == under
    assert _bulk(rows) == in_bulk
    assert [told["outcome"] for told in under] == [outcome.value for outcome, *_ in in_bulk]
    named = [told["responsible"] and told["responsible"]["code"] for told in under]
    assert named == [responsible for _, responsible, *_ in in_bulk]


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32))
def test_the_impact_is_what_asking_for_each_thing_twice_finds(ward: Ward, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 — a seeded draw of ground
    drawn = f"{seed}-{next(DRAWS)}"  # hypothesis may draw a seed again
    for n in range(4):
        ground.ownership(
            f"own-{drawn}-{n}", dice.choice(BODIES), _square(dice), ward.version, role="maintainer"
        )
    codes = [f"lamp-{drawn}-{n}" for n in range(14)]
    for n, code in enumerate(codes):
        # on round metres many stand on an edge of the squares, or on two of them
        spot = Point(dice.choice([0, 50, 150, 400]) + 5e-4 * n, round(dice.uniform(-20, 900), -1))
        shape = spot if n % 4 else LineString([(spot.x, spot.y), (spot.x + 120, spot.y + 40)])
        thing = ground.facility(code, "0118", shape, ward.version)
        if n % 3 == 0:
            ground.party(thing, "maintainer", dice.choice(BODIES), ward.version)
    change_set = draft_change_set(actor=ward.ada, title="随机变更")
    for n in range(3):
        edit = features(
            _square(dice),
            code=f"own-{drawn}-{n + 2}",
            organization=dice.choice(BODIES),
            role=dice.choice(["maintainer", "owner"]),
            document=dice.choice(["", "文1号"]),
        )
        put(change_set, ward.ada, "ownership", edit)
    now, before = timezone.now(), newest_version()
    with as_if_published(change_set.items.order_by("id"), actor=ward.ada):
        after = newest_version()
        find_changes(before, after, now)
        found = {one.code: (one.before, one.after) for one in moved_facilities(before, after, now)}
        held: dict[str, tuple[Held, Held]] = {}
        for code in codes:
            thing = Facility.objects.get(code=code)
            was, becomes = (
                held_by(decide(facility=thing, at=now, version=version).decision)
                for version in (before, after)
            )
            held[code] = was, becomes
    moved = {code: pair for code, pair in found.items() if code in codes}  # others': earlier draws
    assert moved == {code: pair for code, pair in held.items() if pair[0] != pair[1]}
    assert NOBODY not in {one for pair in held.values() for one in pair}
