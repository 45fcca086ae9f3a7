"""The desk's letter on a return: facts, verdict, evidence, decision; filled in, and to be edited."""

from datetime import datetime
from zoneinfo import ZoneInfo

from grid.ground.queries import city_zone, the_city
from inspections.cases.queries import spot_of
from inspections.disputes.models import ReturnRequest, ReturnState
from maps.reports.letters.document import Paper
from maps.reports.letters.words import LETTER
from maps.reports.words import OUTCOMES, Language, word, words_of


def return_letter(
    asked: ReturnRequest, *, printed_by: str, printed_at: datetime, language: Language
) -> bytes:
    """The Word file of one return request."""
    t, zone, case = words_of(LETTER, language), city_zone(), asked.case
    paper = Paper(title=t["title"], author=printed_by, made_at=printed_at, language=language)
    spot = spot_of(case)
    paper.line(t["to"].format(body=asked.organization.name))
    paper.head(t["facts"])
    paper.facts(
        [
            (t["case"], case.number),
            (t["category"], case.category.name if case.category else ""),
            (t["place"], f"{spot.x:.6f}, {spot.y:.6f} (WGS84)"),
            (t["area"], case.cell_code),
            (t["reported"], _at(case.reported_at, zone)),
            (t["dispatched"], _at(asked.assignment.dispatched_at, zone)),
            (t["asked"], f"{_at(asked.asked_at, zone)}  {asked.asked_by.username}"),
            (t["window"], _at(asked.window_ended_at, zone)),
            (t["decide_by"], _at(asked.decide_by, zone)),
            (t["grounds"], str(asked.get_grounds_display())),
            (t["reason"], asked.reason),
            (t["proposed"], asked.proposed_to.name if asked.proposed_to else ""),
        ]
    )
    paper.head(t["verdict"])
    _verdict(paper, asked, t, language)
    paper.head(t["evidence"])
    files = list(asked.evidence.select_related("file").order_by("id"))
    if files:
        paper.table(
            [t["file"], t["taken"], t["received"], t["hash"]],
            [
                [
                    one.filename or one.file.mime,
                    _at(one.captured_at, zone),
                    _at(one.received_at, zone),
                    one.file_id[:16],
                ]
                for one in files
            ],
        )
    else:
        paper.line(t["no_evidence"])
    paper.head(t["decision"])
    paper.line(_decision(asked, t))
    if asked.decision:
        paper.line(t["why"].format(reason=asked.decision))
    paper.line(t["effect"])
    paper.line(t["sign"])
    paper.line(t["centre"].format(city=the_city().name), right=True)
    paper.line(_at(asked.decided_at or printed_at, zone)[:10], right=True)
    paper.line(t["printed"].format(who=printed_by, at=_at(printed_at, zone)), small=True)
    return paper.content()


def _verdict(paper: Paper, asked: ReturnRequest, t: dict[str, str], language: Language) -> None:
    verdict = asked.case.verdict
    if verdict is None:
        paper.line(t["no_verdict"])
        return
    answer = verdict.answer
    paper.facts(
        [
            (t["outcome"], word(OUTCOMES[answer["outcome"]], language)),
            (t["responsible"], (answer.get("responsible") or {}).get("name", "")),
            (t["custodian"], (answer.get("custodian") or {}).get("name", "")),
        ]
    )
    paper.line(answer["explanation"][language])


def _decision(asked: ReturnRequest, t: dict[str, str]) -> str:
    match asked.state:
        case ReturnState.ASKED:
            return t["asked_state"]
        case ReturnState.GRANTED:
            to = t["granted_to"].format(body=asked.granted_to.name) if asked.granted_to else ""
            return t["granted"].format(to=to)
    return t[str(asked.state)]


def _at(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else ""
