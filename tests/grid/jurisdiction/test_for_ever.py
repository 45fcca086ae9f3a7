"""Both times: whatever is edited afterwards, an answer given is given again, and what was known stays known."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely import box

from core.models import User
from exchange.layers.base import Options
from exchange.use_cases import load_layer
from grid.ground.models import City, since
from grid.ground.queries import version_known_at
from grid.ground.use_cases import publish
from grid.jurisdiction.asking import category_of, facility_of
from grid.jurisdiction.models import Precedent, Verdict
from grid.jurisdiction.use_cases import decide, replay, store_verdict
from grid.organizations.models import Membership, Organization, OrganizationKind, Role
from grid.organizations.queries import organization_named
from grid.organizations.use_cases import (
    add_organization,
    change_organization,
    close_account,
    create_account,
    grant_role,
    withdraw_role,
)
from tests import factories
from tests.grid.jurisdiction import ground

pytestmark = pytest.mark.django_db

BODIES = ["A", "B", "C", "D", "E"]
KINDS = ["department", "utility", "subdistrict", "enterprise"]
ROLES = ["owner", "maintainer", "builder"]
DAYS = ["", "2024-01-01", "2025-07-01", "2027-01-01"]
LAMPS = 6


def wkt(east: float, north: float, side: float) -> str:
    """A square in degrees as the files have it."""
    return str(factories.degrees(box(east, north, east + side, north + side)).wkt)


class History:
    """A city whose ground is edited by loads and acts, and asked in between."""

    def __init__(self, folder: Path, actor: User, seed: int) -> None:
        self.folder, self.actor, self.dice = folder, actor, random.Random(seed)  # noqa: S311
        self.kept: list[tuple[Verdict, datetime]] = []
        self.people = 0

    def load(self, layer: str, *lines: str, **options: Any) -> None:
        """A file into a layer; what it refuses is left out."""
        path = self.folder / "in.csv"
        path.write_text("\n".join(lines), encoding="utf-8")
        load_layer(Options(layer=layer, file=path, keep_good=True, **options), actor=self.actor)

    def found(self) -> None:
        """Bodies, categories, duties, lamps, areas of ownership."""
        self.load("organizations", "code,name,phone", *(f"{b},{b}局,1" for b in BODIES))
        self.load(
            "catalogue",
            "category,name,parent,role,organization,custodian,legal_basis,standard,resolve_by,"
            "reviewed_by,reviewed_on",
            "light,照明,,maintainer,A,B,法,标准,5wd,审核,2026-01-01",
            "lamp,路灯,light,,,,,,,,",
        )
        self.lamps(LAMPS)
        for _ in range(3):
            self.area()

    def lamps(self, count: int = 3) -> None:
        """Some lamps anew: place, parties."""
        pick = self.dice.choice
        lines = []
        for n in sorted(self.dice.sample(range(LAMPS), count)):
            spot = ground.place(50 + 100 * n + self.dice.choice([0, 7]), 50)
            lines.append(
                f"L{n},lamp,{spot.lon},{spot.lat},{pick(['', *BODIES])},{pick(['', *BODIES])},"
                f"{pick(['', *BODIES])}"
            )
        self.load("facilities", "code,category,lon,lat,owner,maintainer,builder", *lines)

    def area(self) -> None:
        """An ownership area, new or restated, perhaps of a body nobody had heard of."""
        pick = self.dice.choice
        body = pick([*BODIES, f"新单位{len(self.kept)}"])
        where = wkt(100 * self.dice.randrange(5), 0, pick([100, 150, 220]))
        start = pick(DAYS)
        self.load(
            "ownership",
            "code,organization,role,categories,document,valid_from,wkt",
            f"O{self.dice.randrange(3)},{body},{pick(ROLES[:2])},{pick(['', 'lamp', 'light'])},"
            f'{pick(["", "证"])},{start},"{where}"',
            create_organizations=True,
        )

    def body(self) -> None:
        """A body renamed, of another kind, under another, dissolved, without a telephone."""
        pick = self.dice.choice
        code, name = pick(BODIES), f"局{self.dice.randrange(99)}"
        fields = {
            "kind": pick(KINDS),
            "parent": pick(BODIES),
            "successor": pick(BODIES),
            "successor_from": pick(DAYS),
            "phone": pick(["", "1"]),
        }
        said = sorted(self.dice.sample(sorted(fields), 2))
        self.load(
            "organizations",
            ",".join(["code", "name", *said]),
            ",".join([code, name, *(fields[f] for f in said)]),
        )

    def body_by_hand(self) -> None:
        """As an administrator does it."""
        body = organization_named(self.dice.choice(BODIES))
        changes: dict[str, Any] = self.dice.choice(
            [{"phone": ""}, {"phone": "2"}, {"name": "改名"}, {"parent": None}, {"area_code": "S"}]
        )
        change_organization(body, actor=self.actor, **changes)
        add_organization(
            actor=self.actor,
            code=f"N{Organization.objects.count()}",
            name="新",
            kind=OrganizationKind.SUBDISTRICT,
        )

    def people_come_and_go(self) -> None:
        """A handler is named, or leaves: a body can be reached, or no longer."""
        held = list(Membership.objects.filter(role=Role.HANDLER))
        if held and self.dice.random() < 0.5:
            chosen = self.dice.choice(held)
            if self.dice.random() < 0.5:
                withdraw_role(chosen, actor=self.actor)
            else:
                close_account(chosen.user, actor=self.actor)
            return
        self.people += 1
        person = create_account(actor=self.actor, username=f"p{self.people}")
        body = organization_named(self.dice.choice(BODIES))
        grant_role(person, actor=self.actor, role=Role.HANDLER, organization=body)

    def catalogue(self) -> None:
        """The category moved, the duty another body's, perhaps from a day on."""
        pick = self.dice.choice
        start = pick(DAYS)
        self.load(
            "catalogue",
            "category,name,parent,role,organization,custodian,legal_basis,standard,resolve_by,"
            "reviewed_by,reviewed_on,valid_from",
            f"lamp,路灯,{pick(['light', 'other'])},,,,,,,,,",
            f"{pick(['light', 'other'])},照明,,{pick(ROLES)},{pick(BODIES)},{pick(BODIES)},法{pick('xyz')},"
            f"标准,5wd,审核,2026-01-01,{start}",
            "other,其他,,,,,,,,,,",
        )

    def handover(self) -> None:
        """A lamp handed over, with or without paper."""
        pick = self.dice.choice
        self.load(
            "handovers",
            "code,facilities,role,from,to,signed_on,effective_on,document,kind",
            f"H{self.dice.randrange(4)},L{self.dice.randrange(LAMPS)},{pick(ROLES[:2])},"
            f"{pick(BODIES)},{pick(BODIES)},2025-01-01,{pick(DAYS[1:])},{pick(['', '书'])},"
            f"{pick(['signed', 'de_facto'])}",
        )

    def ruling(self) -> None:
        """A precedent for the ground."""
        with publish(actor=self.actor, act="rule") as version:
            Precedent.objects.create(
                code=f"P{version.number}",
                organization=organization_named(self.dice.choice(BODIES)),
                boundary=factories.boundary(box(0, 0, self.dice.choice([120, 300]), 90)),
                recorded_during=since(version.number),
            )

    def several(self) -> None:
        """Several edits that commit together."""
        with transaction.atomic():
            self.body()
            self.area()
            self.lamps()

    def ask(self) -> None:
        """Ask and keep the answer."""
        dice = self.dice
        lamp = f"L{dice.randrange(LAMPS)}" if dice.random() < 0.4 else ""
        known = facility_of(lamp) if lamp else None
        answer = decide(
            place=ground.place(dice.uniform(0, 600), dice.uniform(0, 100), dice.choice([0, 0, 8])),
            category=category_of("lamp") if dice.random() < 0.8 else None,
            facility=known,
            at=dice.choice(
                [None, datetime(2024, 6, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)]
            ),
        )
        self.kept.append((store_verdict(answer), timezone.now()))

    def hold(self) -> None:
        """Everything answered so far is answered so again, and was known so then."""
        for verdict, asked_at in self.kept:
            stored = Verdict.objects.get(pk=verdict.pk)
            assert replay(stored) == stored.answer
            assert version_known_at(asked_at) == (stored.version_id or 0)


EDITS: list[Callable[[History], None]] = [
    History.lamps,
    History.area,
    History.body,
    History.body_by_hand,
    History.people_come_and_go,
    History.catalogue,
    History.handover,
    History.ruling,
    History.several,
]


@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(edits=st.lists(st.sampled_from(EDITS), min_size=4, max_size=8), seed=st.integers(0, 10**6))
def test_answers_stand_for_ever_whatever_is_edited(
    city: City,
    ada: User,
    tmp_path: Path,
    edits: list[Callable[[History], None]],
    seed: int,
) -> None:
    operator = factories.user("operator")
    operator.is_service = True
    operator.save()
    with transaction.atomic():
        history = History(tmp_path, operator, seed)
        history.found()
        for edit in edits:
            history.ask()
            edit(history)
            history.ask()
        history.hold()
        transaction.set_rollback(True)
