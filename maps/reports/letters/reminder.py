"""The reminder letter (提醒函) on paper: its number, to whom, about which case and clock, what is asked."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string

from grid.ground.queries import city_zone, the_city
from inspections.cases.supervision.models import Reminder, ReminderKind
from inspections.cases.supervision.serializers import ReminderSerializer
from maps.reports.letters.words import REMINDER
from maps.reports.printing import printed
from maps.reports.words import Language, words_of


def reminder_letter(
    reminder: Reminder, *, printed_by: str, printed_at: datetime, language: Language
) -> bytes:
    """The PDF of one letter."""
    return printed([html_of(reminder, printed_by, printed_at, language)])


def html_of(reminder: Reminder, printed_by: str, printed_at: datetime, language: Language) -> str:
    """The letter as HTML."""
    t, zone, case = words_of(REMINDER, language), city_zone(), reminder.case
    late = reminder.kind == ReminderKind.OVERDUE
    facts = [
        (t["case"], case.number),
        (t["category"], case.category.name if case.category else "—"),
        (t["cell"], case.cell_code or "—"),
        (t["reported"], _at(case.reported_at, zone)),
        (t["dispatched"], _at(reminder.assignment.dispatched_at, zone)),
        (t["clock"], t[f"clock_{reminder.clock}"]),
        (t["due"], _at(reminder.due_at, zone)),
    ]
    if reminder.period:
        facts.append((t["nth"], str(reminder.period + 1)))
    told = {
        "language": language,
        "t": t,
        "number": reminder.number,
        "kind": t["overdue" if late else "warning"],
        "to": reminder.organization.name,
        "text": ReminderSerializer(reminder).data["words"][language],
        "asks": t["asks_late" if late else "asks"],
        "facts": facts,
        "centre": t["centre"].format(city=the_city().name),
        "issued": f"{reminder.issued_at.astimezone(zone):%Y-%m-%d}",
        "printed": t["printed"].format(who=printed_by, at=_at(printed_at, zone)),
    }
    return render_to_string("maps/reminder.html", told)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}"
