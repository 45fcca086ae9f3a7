"""What every layer is made of: its fields, the geometry it takes, how it is checked and written."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from core.models import User
from exchange.columns import Mapping
from exchange.fields import Field, Shape
from exchange.report import Report
from exchange.stage import Stage, rows_of
from grid.ground.models import City, GroundVersion

NO_SHAPE = Shape()


@dataclass(frozen=True, slots=True)
class Options:
    """What the operator asked for; the names are those of the command's options."""

    layer: str
    file: Path
    file_layer: str = ""
    datum: str = ""
    encoding: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    scheme: str = "local"
    generate_codes: bool = False
    create_organizations: bool = False
    create_categories: bool = False
    repair: bool = False
    draft: bool = False
    accept_faults: bool = False
    dry_run: bool = False
    keep_good: bool = False
    rejects: Path | None = None


@dataclass(slots=True)
class Load:
    """One load under way."""

    options: Options
    actor: User
    city: City
    stage: Stage
    mapping: Mapping
    report: Report
    from_table: bool
    ground_version: GroundVersion | None = None

    @property
    def zone(self) -> ZoneInfo:
        """City time."""
        return ZoneInfo(self.city.timezone)

    @property
    def publication(self) -> GroundVersion:
        """The ground version that this load publishes."""
        if self.ground_version is None:
            raise RuntimeError("this load publishes nothing")
        return self.ground_version

    @property
    def version(self) -> int:
        """Its number."""
        return self.publication.number

    def states(self, name: str) -> bool:
        """Whether the file says anything of a field; what it does not speak of stays as it is."""
        return self.mapping.states(name)

    def check_validity(self) -> None:
        """Refuse rows whose validity ends before it begins."""
        self.stage.reject(
            "valid_to <= valid_from",
            "bad_validity",
            "'valid_to ' || valid_to || ' is not after valid_from ' || valid_from",
        )

    def midnight(self, column: str) -> str:
        """SQL: the instant at which a day of the staging table begins in the city."""
        return f"({column}::timestamp AT TIME ZONE '{self.city.timezone}')"

    def validity(self, start: str = "valid_from", end: str = "valid_to") -> str:
        """SQL: the range from one day to another, half-open, blank ends open."""
        return f"tstzrange({self.midnight(start)}, {self.midnight(end)})"

    def count(self, changed: str, created: str) -> None:
        """Set the report's numbers: SQL for the rows that changed, and for those that are new."""
        ((new, changed_rows),) = rows_of(
            # Joined, not asked with IN: past the working memory that reads a whole set for each row.
            f"WITH created AS (SELECT DISTINCT row FROM ({created}) AS new), "
            f"changed AS (SELECT DISTINCT row FROM ({changed}) AS touched) "
            "SELECT count(created.row), count(changed.row) FILTER (WHERE created.row IS NULL) "
            "FROM stage LEFT JOIN created USING (row) LEFT JOIN changed USING (row) "
            "WHERE stage.fault IS NULL"
        )
        self.report.created = new
        self.report.updated = changed_rows
        self.report.unchanged = self.stage.count("fault IS NULL") - new - changed_rows


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer: `check` refuses rows, `write` states the others; both run under the ground's lock."""

    name: str
    fields: tuple[Field, ...]
    check: Callable[[Load], None]
    write: Callable[[Load], None]
    shape: Shape = NO_SHAPE
    keeps_attributes: bool = False
    has_drafts: bool = False
    of_the_ground: bool = True
    generates_codes: bool = False
