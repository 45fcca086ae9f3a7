"""The work calendar: single days that are not what the week says."""

from exchange.fields import NAME, Field, field
from exchange.layers.base import Layer, Load
from exchange.stage import rows_of
from exchange.values import one_of, read_day, read_flag
from exchange.words import DAY_KINDS
from inspections.calendar.use_cases import DayRow, state_days

FIELDS: tuple[Field, ...] = (
    field("date", read_day, also=("日期",), required=True, sql="date"),
    field("kind", one_of(DAY_KINDS, "kind"), also=("类型", "性质"), required=True),
    Field("name", NAME.parse, ("名称", "节日")),
    field("provisional", read_flag, also=("暂定",), sql="boolean"),
)


def check(load: Load) -> None:
    """A day stands once in a file."""
    load.stage.reject_doubles("date", what="date", code="duplicate_date")


def write(load: Load) -> None:
    """State the days."""
    rows = rows_of(
        "SELECT date, kind, coalesce(name, ''), coalesce(provisional, false) FROM stage "
        "WHERE fault IS NULL ORDER BY row"
    )
    done = state_days(
        (DayRow(*row) for row in rows), actor=load.actor, source_name=load.options.file.name
    )
    report = load.report
    report.created, report.updated, report.unchanged = done.created, done.updated, done.unchanged


CALENDAR = Layer(name="calendar", fields=FIELDS, check=check, write=write, of_the_ground=False)
