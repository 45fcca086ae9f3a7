"""The one-page responsibility sheet: an answer as a paper that a citizen can read and a body can sign.

Reads an answer's JSON, fresh or stored, so that a sheet printed years later says what was said then.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import shapely
from django.template.loader import render_to_string

from grid.areas.models import Area
from grid.catalogue.models import Category
from grid.facilities.models import FacilityRecord
from grid.ground.models import GroundVersion
from grid.ground.queries import city_zone, the_city
from grid.jurisdiction.explain import RULE_NAMES
from grid.jurisdiction.models import Precedent
from grid.jurisdiction.rules import OWN_RECORD, Rule
from grid.ownership.models import OwnershipArea
from maps.reports.picture import Drawn, Scene, svg_of
from maps.reports.printing import printed
from maps.reports.words import (
    ACTS,
    LABELS,
    MEANINGS,
    OUTCOMES,
    ROLES,
    SOURCES,
    STANDINGS,
    TITLE,
    Language,
    word,
    words_of,
)

SHOWN_CLAIMS = (12, 9, 6, 3)  # tried in this order until the page holds them
SHOWN_PARTS = 6
MOST_THINGS = 60
PART_COLOURS = 4
SHOWN_ACTS = 4


@dataclass(frozen=True)
class Decided:
    """A person's act on the case: what, who, when, why."""

    act: str
    by: str
    at: datetime
    reason: str = ""
    to: str = ""


@dataclass(frozen=True)
class Sheet:
    """What goes on the paper besides the answer itself."""

    answer: dict[str, Any]
    printed_by: str
    printed_at: datetime
    accuracy_m: float = 0.0
    case: str = ""
    verdict: int | None = None
    stored_at: datetime | None = None
    decided: Sequence[Decided] = ()
    roles: Sequence[tuple[str, str]] = ()  # role, name of the body (empty for nobody)


def pdf_of(sheet: Sheet, language: Language) -> bytes:
    """The PDF: one A4 page, with as many claims as fit (a last line counts the others)."""
    most, *fewer = SHOWN_CLAIMS
    tries = [most, *(shown for shown in fewer if shown < len(sheet.answer["claims"]))]
    pages = [html_of(sheet, language, shown) for shown in tries]
    return printed(pages)


def html_of(sheet: Sheet, language: Language, shown: int) -> str:
    """The page as HTML, with at most so many claims."""
    return render_to_string("maps/responsibility.html", _context(sheet, language, shown))


def _context(sheet: Sheet, language: Language, shown: int) -> dict[str, Any]:
    answer = sheet.answer
    zone = city_zone()
    labels = words_of(LABELS, language)
    asked_at = datetime.fromisoformat(answer["at"])
    numbered = _numbered(answer, shown)
    claims = [_claim(claim, answer, number, language) for number, claim in numbered]
    rest = len(answer["claims"]) - shown
    return {
        "language": language,
        "t": labels,
        "title": word(TITLE, language),
        "city": the_city().name,
        "outcome": answer["outcome"],
        "outcome_word": word(OUTCOMES[answer["outcome"]], language),
        "meaning": word(MEANINGS[answer["outcome"]], language),
        "who": _name(answer["responsible"]),
        "role": words_of(ROLES, language).get(answer["role"] or "", ""),
        "bodies": [
            (labels[key], _name(answer[key]))
            for key in ("custodian", "dispatch_to", "supervisor")
            if answer[key] and answer[key] != answer["responsible"]
        ],
        "facts": _facts(sheet, labels, zone),
        "explanation": answer["explanation"][language],
        "shares": [
            (_name(s["organization"]) or labels["nobody"], s["share"]) for s in answer["shares"]
        ],
        "claims": claims,
        "more_claims": labels["more_claims"].format(n=rest) if rest > 0 else "",
        "parts": _parts(answer, language)[:SHOWN_PARTS],
        "more_parts": (
            labels["more_parts"].format(n=len(answer.get("parts", ())) - SHOWN_PARTS)
            if len(answer.get("parts", ())) > SHOWN_PARTS
            else ""
        ),
        "cross_district": _cross_district(answer, labels),
        "roles": [
            (word(ROLES[role], language), body or labels["nobody"]) for role, body in sheet.roles
        ],
        "decided": _decided(sheet, labels, language, zone),
        "printed": labels["printed"].format(
            user=sheet.printed_by, at=f"{sheet.printed_at.astimezone(zone):%Y-%m-%d %H:%M}"
        ),
        "map": svg_of(_scene(sheet, asked_at, numbered)),
        "has_circle": sheet.accuracy_m > 0,
    }


def _numbered(answer: dict[str, Any], shown: int) -> list[tuple[int, dict[str, Any]]]:
    """The claims as they stand on the page and on the map: first those that decide."""
    ordered = sorted(answer["claims"], key=lambda claim: not claim["speaks"])
    return list(enumerate(ordered[:shown], 1))


def _claim(
    claim: dict[str, Any], answer: dict[str, Any], number: int, language: Language
) -> dict[str, Any]:
    labels = words_of(LABELS, language)
    names = RULE_NAMES[Rule(claim["rule"])]
    return {
        "number": number,
        "rule": f"{claim['rule']} · {word(names, language)}",
        "organization": _name(claim["organization"]),
        "source": " ".join(
            filter(
                None,
                (
                    words_of(SOURCES, language).get(claim["source"]["type"], ""),
                    claim["source"]["code"],
                ),
            )
        ),
        "document": claim["document"] or labels["no_document"],
        "documented": bool(claim["document"]),
        "span": _span(claim, labels),
        "standing": word(STANDINGS[standing_of(claim, answer)], language),
        "speaks": claim["speaks"],
    }


def standing_of(claim: dict[str, Any], answer: dict[str, Any]) -> str:
    """How a claim stands beside the answer: speaks, conflicts, agrees, dissents or overridden.

    What the thing's own record says for another body dissents, and so does an instrument; what only
    place and class presume is overridden.
    """
    if claim["speaks"]:
        return "conflicts" if answer["outcome"] == "contested" else "speaks"
    if answer["responsible"] and claim["organization"] == answer["responsible"]:
        return "agrees"
    if Rule(claim["rule"]) in OWN_RECORD:
        return "dissents"
    return "overridden"


def _facts(sheet: Sheet, labels: dict[str, str], zone: ZoneInfo) -> list[tuple[str, str]]:
    answer = sheet.answer
    lon, lat = answer["position"]
    at = datetime.fromisoformat(answer["at"]).astimezone(zone)
    areas = dict(
        Area.objects.known_at(answer["ground_version"])
        .filter(code__in=answer["areas"])
        .values_list("code", "name")
    )
    where = " ".join(areas.get(code, code) for code in answer["areas"])
    category = (
        Category.objects.filter(code=answer["category"]).values_list("name", flat=True).first()
        if answer["category"]
        else None
    )
    things = _things(answer, datetime.fromisoformat(answer["at"]))
    if category is None and len(things) == 1:
        category = things[0].category.name
    facts = [
        (labels["place"], f"{where}  {lon:.6f}, {lat:.6f}".strip()),
        (
            labels["facility"],
            "、".join(f"{one.facility.code} {one.name}".strip() for one in things[:4]),
        ),
        (labels["category"], category or answer["category"] or labels["any_category"]),
        (labels["case"], sheet.case),
        (labels["cell"], answer["cell"] or ""),
        (labels["accuracy"], f"± {sheet.accuracy_m:g} m" if sheet.accuracy_m else ""),
        (labels["at"], f"{at:%Y-%m-%d %H:%M}"),
    ]
    if answer["margin_m"] is not None:
        facts.append((labels["margin"], f"{answer['margin_m']:.1f} m"))
    return [(label, text) for label, text in facts if text]


def _decided(sheet: Sheet, labels: dict[str, str], language: Language, zone: ZoneInfo) -> list[str]:
    answer = sheet.answer
    version = (
        GroundVersion.objects.filter(number=answer["ground_version"])
        .select_related("published_by", "approved_by")
        .first()
    )
    if version is None:
        lines = [labels["no_version"].format(edition=answer["rules"])]
    else:
        lines = [
            labels["by_rules"].format(
                edition=answer["rules"],
                version=version.number,
                by=version.published_by.username,
                on=f"{version.published_at.astimezone(zone):%Y-%m-%d}",
                approver=(version.approved_by or version.published_by).username,
            )
        ]
    if sheet.verdict and sheet.stored_at:
        kept = f"{sheet.stored_at.astimezone(zone):%Y-%m-%d %H:%M}"
        lines.append(labels["stored"].format(number=sheet.verdict, at=kept))
    for one in sheet.decided[-SHOWN_ACTS:]:
        act = word(ACTS[one.act], language)
        to = f" → {one.to}" if one.to else ""
        reason = (
            (f"：{one.reason}" if language == "zh-Hans" else f": {one.reason}")
            if one.reason
            else ""
        )
        lines.append(f"{one.at.astimezone(zone):%Y-%m-%d %H:%M} {one.by} {act}{to}{reason}")
    return lines


def _scene(sheet: Sheet, at: datetime, claims: list[tuple[int, dict[str, Any]]]) -> Scene:
    """The ground of the claims that have one, as it was known then; the thing asked about."""
    answer = sheet.answer
    version = answer["ground_version"]
    grounds = []
    for number, claim in reversed(claims):
        model = {"precedent": Precedent, "duty": None}.get(claim["source"]["type"], OwnershipArea)
        if model is None or Rule(claim["rule"]) in {Rule.SIGNED_HANDOVER, *OWN_RECORD}:
            continue
        row = (
            model.objects.known_at(version)
            .in_force(at)
            .filter(code=claim["source"]["code"])
            .first()
        )
        if row is not None:
            shape = shapely.from_wkb(bytes(row.boundary.wkb))
            look = "ground speaks" if claim["speaks"] else "ground other"
            grounds.append(Drawn(shape, look, str(number)))
    things = [
        Drawn(shapely.from_wkb(bytes(record.location.wkb)), "thing")
        for record in _things(answer, at)
    ]
    things += [
        Drawn(shapely.from_geojson(json.dumps(part["geometry"])), f"part part-{n % PART_COLOURS}")
        for n, part in enumerate(answer.get("parts", ()))
    ]
    lon, lat = answer["position"]
    return Scene(lon, lat, sheet.accuracy_m, things, grounds)


def _parts(answer: dict[str, Any], language: Language) -> list[dict[str, str]]:
    """The parts of a line or polygon, the largest first; stored answers of old have none."""
    labels = words_of(LABELS, language)
    rows = []
    for number, part in enumerate(answer.get("parts", ())):
        size = part["area_m2"] if part["length_m"] is None else part["length_m"]
        unit = "m²" if part["length_m"] is None else "m"
        between = "、".join(_name(body) for body in part["between"])
        things = part["facilities"]
        rows.append(
            {
                "look": f"part-{number % PART_COLOURS}",
                "size": f"{size:,.0f} {unit} ({part['share']:.0%})",
                "who": _name(part["responsible"]) or between or labels["nobody"],
                "outcome": word(OUTCOMES[part["outcome"]], language),
                "facilities": labels["things"].format(n=len(things), first=things[0])
                if things
                else "",
            }
        )
    return rows


def _cross_district(answer: dict[str, Any], labels: dict[str, str]) -> str:
    if not answer.get("cross_district"):
        return ""
    names = dict(
        Area.objects.known_at(answer["ground_version"])
        .filter(code__in=answer["districts"])
        .values_list("code", "name")
    )
    districts = "、".join(names.get(code, code) for code in answer["districts"])
    upper = _name(answer["upper"])
    said = labels["cross_district"].format(districts=districts)
    return f"{said} {upper}".strip()


def _things(answer: dict[str, Any], at: datetime) -> list[FacilityRecord]:
    """The facilities that spoke, as they were known."""
    return list(
        FacilityRecord.objects.known_at(answer["ground_version"])
        .in_force(at)
        .filter(facility__code__in=answer["facilities"][:MOST_THINGS])
        .select_related("facility", "category")
        .order_by("facility__code")
    )


def _span(claim: dict[str, Any], labels: dict[str, str]) -> str:
    a = (claim["valid_from"] or "")[:10]
    b = (claim["valid_to"] or "")[:10]
    if a and b:
        return labels["between"].format(a=a, b=b)
    if a:
        return labels["from"].format(a=a)
    return labels["until"].format(b=b) if b else labels["always"]


def _name(body: dict[str, str] | None) -> str:
    return body["name"] if body else ""
