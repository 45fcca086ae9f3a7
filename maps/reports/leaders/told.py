"""What a report to the leader says, gathered once; the PDF and the Word file only set it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely

from core.models import User
from grid.areas.models import Area
from grid.facilities.models import FacilityRecord
from grid.ground.queries import city_zone, the_city
from grid.jurisdiction.explain import RULE_NAMES
from grid.jurisdiction.models import Outcome
from grid.jurisdiction.rules import Rule
from grid.organizations.models import Membership, Role
from inspections.cases.models import Case
from inspections.cases.queries import requests_of, spot_of, trail_of
from inspections.disputes.models import ReturnRequest, ReturnState, Transfer, TransferState
from inspections.disputes.queries import is_disputed
from inspections.joint.marks.models import CaseCopy, CaseMark
from inspections.joint.marks.queries import leaders_of
from inspections.joint.marks.words import words_of as words_of_mark
from inspections.joint.undertakings.models import Undertaking, UndertakingState
from inspections.requests.privacy import without_numbers
from maps.reports.leaders.words import REPORT
from maps.reports.picture import Drawn, Scene
from maps.reports.words import OUTCOMES, Language, word, words_of

CLEAR = frozenset({Outcome.SETTLED, Outcome.PRESUMED})
MOST_SAID = 20  # reports of a storm need not fill the paper


@dataclass(frozen=True)
class Told:
    """The report in one language: (name, fact) pairs, rows of tables, paragraphs."""

    title: str
    language: Language
    t: dict[str, str]
    city: str
    to: list[str]
    facts: list[tuple[str, str]]
    said: list[str]
    why: list[str]
    replies: list[list[str]]
    verdict: list[tuple[str, str]]
    explanation: str
    claims: list[list[str]]
    way: list[list[str]]
    asked: list[str]
    scene: Scene
    day: str
    printed: str


def told_of(case: Case, *, printed_by: str, printed_at: datetime, language: Language) -> Told:
    """Everything a leader needs to decide on one case; numbers in what was said are hidden."""
    t, zone = words_of(REPORT, language), city_zone()
    answer: dict[str, Any] = case.verdict.answer if case.verdict else {}
    custodian = (answer.get("custodian") or {}).get("name", "")
    unclear = answer.get("outcome") not in CLEAR or is_disputed(case)
    meanwhile = t["meanwhile"].format(custodian=custodian) if custodian and unclear else ""
    return Told(
        title=t["title"].format(number=case.number),
        language=language,
        t=t,
        city=t["centre"].format(city=the_city().name),
        to=_leaders(case, t) or [t["no_leader"]],
        facts=_facts(case, t, zone),
        said=[without_numbers(one.text) for one in requests_of(case)[:MOST_SAID]],
        why=_why(case, t, zone, language) or [t["no_marks"]],
        replies=[
            [body, _at(at, zone), kind, without_numbers(words)]
            for at, body, kind, words in sorted(_replies(case, t), key=lambda row: row[0])
        ],
        verdict=_verdict(answer, t, language),
        explanation=answer["explanation"][language] if answer else t["no_verdict"],
        claims=_claims(answer, t, language),
        way=_way(case, t, zone),
        asked=[t["ask"], *filter(None, [meanwhile])],
        scene=_scene(case),
        day=_at(printed_at, zone)[:10],
        printed=t["printed"].format(who=printed_by, at=_at(printed_at, zone)),
    )


def _leaders(case: Case, t: dict[str, str]) -> list[str]:
    """Whom the case lies before, else who would be in charge; each by portfolio (分管)."""
    copies = CaseCopy.objects.filter(case=case).select_related("leader").order_by("id")
    before: dict[int, User] = {copy.leader_id: copy.leader for copy in copies}
    leaders = list(before.values()) or leaders_of(case)
    held = Membership.objects.filter(user__in=leaders, role=Role.LEADER)
    bodies: dict[int, list[str]] = {}
    for one in held.select_related("organization").order_by("organization__code"):
        bodies.setdefault(one.user_id, []).append(one.organization.name)
    return [
        t["in_charge"].format(
            name=one.get_full_name() or one.username, bodies="、".join(bodies.get(one.pk, []))
        )
        for one in leaders
    ]


def _facts(case: Case, t: dict[str, str], zone: ZoneInfo) -> list[tuple[str, str]]:
    spot = spot_of(case)
    names = dict(
        Area.objects.current().filter(code__in=case.area_codes).values_list("code", "name")
    )
    where = " ".join(names.get(code, code) for code in case.area_codes)
    return [
        (t["case"], case.number),
        (t["state"], t[f"state_{case.state}"]),
        (t["category"], case.category.name if case.category else ""),
        (t["urgency"], t[case.urgency]),
        (t["place"], f"{where}  {spot.x:.6f}, {spot.y:.6f}".strip()),
        (t["facility"], case.facility.code if case.facility else ""),
        (t["reported"], _at(case.reported_at, zone)),
        (t["reports"], str(requests_of(case).count())),
        (t["due"], _at(case.due_at, zone)),
        (t["citizen_due"], _at(case.resolve_by, zone)),
    ]


def _why(case: Case, t: dict[str, str], zone: ZoneInfo, language: Language) -> list[str]:
    marks = CaseMark.objects.filter(case=case, ended_at=None).order_by("id")
    referred = [
        t["referred"].format(reason=one.reason, who=one.actor.username, at=_at(one.at, zone))
        for one in trail_of(case)
        if one.act == "refer"
    ]
    return [words_of_mark(mark)[language] for mark in marks] + referred


def _replies(case: Case, t: dict[str, str]) -> Iterator[tuple[datetime, str, str, str]]:
    """Whatever bodies have put into words: (when, who, as what, the words)."""
    returns = ReturnRequest.objects.filter(case=case).exclude(state=ReturnState.WITHDRAWN)
    for one in returns.select_related("organization"):
        kind = t["return"].format(grounds=t[one.grounds])
        yield one.asked_at, one.organization.name, kind, one.reason
        if one.appeal:
            yield one.decided_at or one.asked_at, one.organization.name, t["appeal"], one.appeal
    transfers = Transfer.objects.filter(case=case).exclude(state=TransferState.WITHDRAWN)
    for asked in transfers.select_related("organization", "proposed_to"):
        kind = t["transfer"].format(to=asked.proposed_to.name)
        yield asked.proposed_at, asked.organization.name, kind, asked.reason
        if asked.state == TransferState.REFUSED and asked.decided_at:
            said = asked.decision
            yield asked.decided_at, asked.proposed_to.name, t["transfer_refused"], said
    for reply in case.replies.select_related("organization"):
        yield reply.made_at, reply.organization.name, t["reply"], reply.text
    done = Undertaking.objects.filter(case=case, answered_at__isnull=False)
    for given in done.exclude(state=UndertakingState.WITHDRAWN).select_related("organization"):
        yield (
            given.answered_at or given.given_at,
            given.organization.name,
            t["undertaking"],
            given.answer,
        )


def _verdict(
    answer: dict[str, Any], t: dict[str, str], language: Language
) -> list[tuple[str, str]]:
    if not answer:
        return []
    named = [
        (t[who], answer[who]["name"])
        for who in ("responsible", "custodian", "supervisor")
        if answer.get(who)
    ]
    return [(t["outcome"], word(OUTCOMES[answer["outcome"]], language)), *named]


def _claims(answer: dict[str, Any], t: dict[str, str], language: Language) -> list[list[str]]:
    """Those that decide come first."""
    claims = sorted(answer.get("claims", ()), key=lambda claim: not claim["speaks"])
    return [
        [
            claim["organization"]["name"],
            word(RULE_NAMES[Rule(claim["rule"])], language),
            claim["document"] or t["no_document"],
        ]
        for claim in claims
    ]


def _way(case: Case, t: dict[str, str], zone: ZoneInfo) -> list[list[str]]:
    parts = case.assignments.select_related("organization").order_by("id")
    return [
        [
            one.organization.name,
            t[one.kind],
            _at(one.dispatched_at, zone),
            _at(one.accepted_at, zone),
            _at(one.resolve_by, zone),
            _at(one.ended_at, zone),
        ]
        for one in parts
    ]


def _scene(case: Case) -> Scene:
    """The place of the case, and the thing it is about."""
    spot, shapes = spot_of(case), []
    if case.place.geom_type != "Point":
        shapes.append(shapely.from_wkb(bytes(case.place.wkb)))
    known = FacilityRecord.objects.current().filter(facility=case.facility_id).first()
    if known is not None:
        shapes.append(shapely.from_wkb(bytes(known.location.wkb)))
    things = [Drawn(shape, "thing") for shape in shapes]
    return Scene(spot.x, spot.y, case.accuracy_m or 0.0, things)


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
