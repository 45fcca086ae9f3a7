"""The one writer of dated rows: statements replace what is recorded for the time they speak of."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, models
from psycopg import sql

MANY = 1_000  # rows after which a table is looked at anew by the planner


@dataclass(frozen=True, slots=True)
class Restated:
    """How many statements found nothing before them, replaced something, or said nothing new."""

    created: int
    updated: int
    unchanged: int


def restate(
    model: type[models.Model],
    *,
    statements: str,
    changed: str,
    key: Sequence[str],
    payload: Sequence[str],
    carried: Sequence[str] = (),
    withdrawn_if_null: str = "",
    same_if: str = "true",
    version: int,
) -> Restated:
    """Write a temporary table of statements into a dated table, under the ground's lock.

    `statements` holds the columns of `key`, `payload` and `carried`, and `valid_during`; statements
    of one key do not overlap in time. A statement that a current row already makes (same payload,
    at least that time) changes nothing. Any other closes the current rows it overlaps: they stay as
    what was known before, and return, since this version, for the time left to them. A statement
    whose `withdrawn_if_null` column is null only closes. `carried` columns are written, not compared;
    `same_if` is SQL over `old` and `new` for what else must agree (rows that hang on the old row).

    Leaves `changed`, a temporary table of the statements that changed something, each with
    `existed`: whether a current row was there for that time.
    """
    same_key = _all(key, "old.{0} = new.{0}")
    same_payload = _all(payload, "old.{0} IS NOT DISTINCT FROM new.{0}")
    parts = {
        "target": sql.Identifier(model._meta.db_table),
        "statements": sql.Identifier(statements),
        "changed": sql.Identifier(changed),
        "closed": sql.Identifier(f"{changed}_closed"),
        "same_key": same_key,
        "same": sql.SQL("{} AND {} AND {}").format(
            same_key,
            same_payload,
            sql.SQL(same_if),
        ),
        "columns": _list([*key, *payload, *carried]),
        "old_columns": _list([*key, *payload, *carried], "old"),
        "spoken": sql.SQL("new.{} IS NOT NULL").format(sql.Identifier(withdrawn_if_null))
        if withdrawn_if_null
        else sql.SQL("true"),
        "version": sql.Literal(version),
    }
    with connection.cursor() as cursor:
        for statement in _STEPS:
            cursor.execute(sql.SQL(statement).format(**parts).as_string(connection.connection))
        cursor.execute(
            sql.SQL(
                "SELECT (SELECT count(*) FROM {statements}), count(*) FILTER (WHERE existed), "
                "count(*) FILTER (WHERE NOT existed) FROM {changed}"
            )
            .format(**parts)
            .as_string(connection.connection)
        )
        row = cursor.fetchone()
        stated, updated, created = row if row else (0, 0, 0)
        if updated + created > MANY:
            # What is read next must not be planned for the few rows that were there before (nor by
            # what an automatic ANALYZE saw of a table whose rows were not committed yet).
            cursor.execute(
                sql.SQL("ANALYZE {target}").format(**parts).as_string(connection.connection)
            )
    return Restated(created=created, updated=updated, unchanged=stated - updated - created)


_STEPS = (
    "DROP TABLE IF EXISTS {changed}, {closed}",
    "ANALYZE {statements}",
    """
    CREATE TEMPORARY TABLE {changed} ON COMMIT DROP AS
    SELECT new.*, EXISTS (
        SELECT FROM {target} AS old WHERE {same_key} AND upper_inf(old.recorded_during)
           AND old.valid_during && new.valid_during) AS existed
    FROM {statements} AS new
    WHERE NOT EXISTS (
        SELECT FROM {target} AS old WHERE {same} AND upper_inf(old.recorded_during)
           AND old.valid_during @> new.valid_during)
    """,
    "DELETE FROM {changed} AS new WHERE NOT ({spoken}) AND NOT existed",
    "ANALYZE {changed}",
    "CREATE TEMPORARY TABLE {closed} (LIKE {target}) ON COMMIT DROP",
    """
    WITH closed AS (
        UPDATE {target} AS old
        SET recorded_during = int8range(lower(old.recorded_during), {version})
        FROM {changed} AS new
        WHERE new.existed AND {same_key} AND upper_inf(old.recorded_during)
          AND old.valid_during && new.valid_during
        RETURNING old.*)
    INSERT INTO {closed} SELECT * FROM closed
    """,
    """
    INSERT INTO {target} ({columns}, valid_during, recorded_during)
    SELECT {old_columns}, piece, int8range({version}, NULL)
    FROM {closed} AS old CROSS JOIN LATERAL unnest(
        tstzmultirange(old.valid_during)
        - (SELECT range_agg(new.valid_during) FROM {changed} AS new WHERE {same_key})) AS piece
    """,
    """
    INSERT INTO {target} ({columns}, valid_during, recorded_during)
    SELECT {columns}, valid_during, int8range({version}, NULL) FROM {changed} AS new WHERE {spoken}
    """,
)


def _all(columns: Sequence[str], test: str) -> sql.Composed:
    tests = [sql.SQL(test).format(sql.Identifier(column)) for column in columns]
    return sql.SQL(" AND ").join(tests) if tests else sql.Composed([sql.SQL("true")])


def _list(columns: Sequence[str], table: str = "") -> sql.Composed:
    names = [sql.Identifier(table, c) if table else sql.Identifier(c) for c in columns]
    return sql.SQL(", ").join(names)
