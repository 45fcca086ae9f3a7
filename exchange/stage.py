"""The staging table: every row of a file with its values read, its place, its first fault."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connection

from exchange.fields import Field
from exchange.report import Rejected
from exchange.values import named

_FIXED = (
    ("row", "bigint"),
    ("original", "text"),
    ("fault", "text"),
    ("message", "text"),
    ("place", "geometry"),
    ("attributes", "jsonb"),
)


class Stage:
    """A temporary table `stage`: one row for each row of the file, typed by the layer's fields."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self.columns = [name for name, _ in _FIXED] + [field.name for field in fields]
        types = [*_FIXED, *((field.name, field.sql) for field in fields)]
        run("DROP TABLE IF EXISTS stage")
        declared = ", ".join(f'"{name}" {kind}' for name, kind in types)
        run(f"CREATE TEMPORARY TABLE stage ({declared}) ON COMMIT DROP")

    def copy(self, rows: Iterator[Sequence[Any]]) -> None:
        """Append rows, values in the order of `columns`."""
        names = ", ".join(f'"{name}"' for name in self.columns)
        with (
            connection.cursor() as cursor,
            cursor.copy(f"COPY stage ({names}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row(row)

    def finish(self) -> None:
        """Make it ready to be asked."""
        run("ALTER TABLE stage ADD PRIMARY KEY (row)")
        run("ANALYZE stage")

    def reject(self, where: str, code: str, message: str, **values: Any) -> int:
        """Give rows a fault, unless they have one; `message` is an SQL expression over `stage`."""
        return run(
            f"UPDATE stage SET fault = %(code)s, message = {message} "
            f"WHERE fault IS NULL AND ({where})",
            code=code,
            **values,
        )

    def reject_rows(self, faults: dict[int, tuple[str, str]]) -> None:
        """Give single rows their faults."""
        if faults:
            run(
                "UPDATE stage SET fault = f.code, message = f.message FROM unnest("
                "%(rows)s::bigint[], %(codes)s::text[], %(messages)s::text[]) f(row, code, message) "
                "WHERE stage.row = f.row AND stage.fault IS NULL",
                rows=list(faults),
                codes=[code for code, _ in faults.values()],
                messages=[message for _, message in faults.values()],
            )

    def reject_values(
        self, column: str, faults: dict[str, tuple[str, str]], *, lists: bool = False
    ) -> None:
        """Give the rows that hold one of these values (in a list: as an item) its fault."""
        if faults:
            test = f'f.value = ANY(stage."{column}")' if lists else f'f.value = stage."{column}"'
            run(
                "UPDATE stage SET fault = f.code, message = f.message FROM unnest("
                "%(values)s::text[], %(codes)s::text[], %(messages)s::text[]) "
                f"f(value, code, message) WHERE {test} AND stage.fault IS NULL",
                values=list(faults),
                codes=[code for code, _ in faults.values()],
                messages=[message for _, message in faults.values()],
            )

    def reject_doubles(self, *key: str, what: str = "code", code: str = "duplicate_code") -> int:
        """A key that stands twice in the file is refused from the second time on."""
        names = ", ".join(f'"{name}"' for name in key)
        shown = " || ' / ' || ".join(f"coalesce(\"{name}\"::text, '')" for name in key)
        return run(
            f"UPDATE stage SET fault = '{code}', "
            f"message = '{what} ' || {shown} || ' stands already in row ' || doubled.first "
            f"FROM (SELECT row, min(row) OVER (PARTITION BY {names}) AS first FROM stage "
            "WHERE fault IS NULL) AS doubled "
            "WHERE doubled.row = stage.row AND doubled.first < stage.row"
        )

    def distinct(self, column: str) -> list[str]:
        """The values of a text column in the rows without a fault, in the order of the file."""
        return [
            str(value)
            for (value,) in rows_of(
                f'SELECT "{column}" FROM stage WHERE fault IS NULL AND "{column}" IS NOT NULL '
                "GROUP BY 1 ORDER BY min(row)"
            )
        ]

    def distinct_items(self, column: str) -> list[str]:
        """The items of a list column in the rows without a fault."""
        return [
            str(value)
            for (value,) in rows_of(
                f'SELECT DISTINCT unnest("{column}") FROM stage WHERE fault IS NULL ORDER BY 1'
            )
        ]

    def count(self, where: str = "true") -> int:
        """How many rows there are of a sort."""
        (row,) = rows_of(f"SELECT count(*) FROM stage WHERE {where}")
        return int(row[0])

    def rejected(self) -> Iterator[Rejected]:
        """The rows with a fault, in the file's order, from a server-side cursor."""
        with connection.chunked_cursor() as cursor:
            cursor.execute(
                "SELECT row, fault, message, original FROM stage WHERE fault IS NOT NULL ORDER BY row"
            )
            while rows := cursor.fetchmany(1000):
                for row, fault, message, original in rows:
                    yield Rejected(row, fault, message, json.loads(original))


def run(statement: str, **values: Any) -> int:
    """Execute one statement; returns the number of rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return int(cursor.rowcount)


def rows_of(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    """All rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
        return list(cursor.fetchall())


def look_up(name: str, rows: Sequence[tuple[str, Any]], sql_type: str = "bigint") -> None:
    """A temporary table `name` (value, id): what each value in the file means."""
    run(f'DROP TABLE IF EXISTS "{name}"')
    run(f'CREATE TEMPORARY TABLE "{name}" (value text PRIMARY KEY, id {sql_type}) ON COMMIT DROP')
    with (
        connection.cursor() as cursor,
        cursor.copy(f'COPY "{name}" (value, id) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)
    run(f'ANALYZE "{name}"')


def key_of(text: str) -> str:
    """How names are compared: one spelling, no difference of case."""
    return named(text).casefold()
