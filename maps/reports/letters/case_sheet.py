"""The sheet of one case (一单): what was said, who had it, how it ended; with the stamps the city has chosen (N22)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from grid.ground.queries import city_zone, the_city
from inspections.cases.clocks import clocks_of
from inspections.cases.closing.conditions import conditions_of
from inspections.cases.models import Case, ClosingBasis
from inspections.cases.queries import last_word, requests_of, spot_of
from inspections.requests.privacy import without_numbers
from maps.reports.letters.document import Paper
from maps.reports.letters.words import LETTER, SHEET, STAMPS
from maps.reports.words import Language, words_of


def case_sheet(case: Case, *, printed_by: str, printed_at: datetime, language: Language) -> bytes:
    """The Word file of one case; numbers in what was said are hidden."""
    t, zone = words_of(LETTER, language) | words_of(SHEET, language), city_zone()
    paper = Paper(title=t["title"], author=printed_by, made_at=printed_at, language=language)
    spot = spot_of(case)
    said = "\n".join(without_numbers(one.text) for one in requests_of(case))
    paper.head(t["facts"])
    paper.facts(
        [
            (t["case"], case.number),
            (t["state"], str(case.get_state_display())),
            (t["category"], case.category.name if case.category else ""),
            (t["channel"], str(case.get_channel_display())),
            (t["place"], f"{spot.x:.6f}, {spot.y:.6f} (WGS84)"),
            (t["area"], case.cell_code),
            (t["reported"], _at(case.reported_at, zone)),
            (t["said"], said),
        ]
    )
    paper.head(t["assignments"])
    paper.table(
        [t["body"], t["part"], t["given"], t["accepted"], t["due"]],
        [
            [
                one.organization.name,
                t[one.kind],
                _at(one.dispatched_at, zone),
                _at(one.accepted_at, zone),
                _at(one.resolve_by, zone),
            ]
            for one in case.assignments.select_related("organization").order_by("id")
        ],
    )
    paper.head(t["conditions"])
    _conditions(paper, case, t)
    paper.head(t["end"])
    _end(paper, case, t, zone)
    paper.head(t["stamps"])
    paper.table(*_stamps(case, words_of(STAMPS, language)))
    paper.line(t["centre"].format(city=the_city().name), right=True)
    paper.line(t["printed"].format(who=printed_by, at=_at(printed_at, zone)), small=True)
    return paper.content()


def earned(case: Case) -> dict[str, bool]:
    """Which stamps a case has earned."""
    closed = case.closed_at is not None
    clocks = clocks_of(case, case.assignments.all())
    late = any(one.state(case.closed_at or case.opened_at) == "missed" for one in clocks)
    reached = case.replies.filter(reached=True).exists()
    return {
        "first_receiver": case.assignments.filter(accepted_at__isnull=False).exists(),
        "on_time": closed and not late,
        "tracked": True,
        "called_back": case.called_back_at is not None,
        "proven": closed and case.closing_basis not in {"", ClosingBasis.ON_SPOT},
        "two_replies": reached and case.called_back_at is not None,
    }


def _conditions(paper: Paper, case: Case, t: Mapping[str, str]) -> None:
    ticked: list[dict[str, Any]] = case.closing_conditions or [
        {"text": one, "met": None}
        for one in conditions_of(case.duty.closing_condition if case.duty else "")
    ]
    if not ticked:
        paper.line(t["no_conditions"])
        return
    marks = {True: t["met"], False: t["unmet"], None: t["unticked"]}
    paper.facts([(marks[one["met"]], str(one["text"])) for one in ticked])


def _end(paper: Paper, case: Case, t: Mapping[str, str], zone: ZoneInfo) -> None:
    replies = case.replies.select_related("organization", "made_by").order_by("id")
    told = "\n".join(
        f"{_at(one.made_at, zone)} {one.organization.name} {one.made_by.username}: {one.text}"
        for one in replies
    )
    word = last_word(case)
    rating = f"{_at(word.made_at, zone)} {word.get_rating_display()}" if word else ""
    paper.facts(
        [
            (t["reply"], told),
            (t["callback"], rating),
            (t["outcome"], str(case.get_closing_outcome_display())),
            (t["closed"], _at(case.closed_at, zone)),
        ]
    )


def _stamps(case: Case, names: Mapping[str, str]) -> tuple[list[str], list[list[str]]]:
    """The stamps of the setting, in its order: `code` or `code=words`; earned ones are marked."""
    held = earned(case)
    chosen = [one.partition("=") for one in settings.SHEET_STAMPS]
    known = [(code, said or names[code]) for code, _, said in chosen if code in held]
    return [said for _, said in known], [["■" if held[code] else "□" for code, _ in known]]


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
