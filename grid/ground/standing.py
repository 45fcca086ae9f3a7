"""What stands as it is now (bodies, categories) and is kept as it stood, for every ground version.

Such a thing has a plain table that screens read and acts change, and a dated table of records that
verdicts rest on. Each publication of the ground compares the two and records what differs: so a
version knows the bodies and categories as they stood when it was published, and no writer of the
plain table can forget them. An act that changes one outside a load publishes for it.
"""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True, slots=True)
class Standing:
    """`select` is SQL of the things as they stand: column `identity`, then `columns`."""

    records: str
    identity: str
    columns: tuple[str, ...]
    select: str

    def differing(self) -> str:
        """SQL: things whose newest record does not say how they stand."""
        mine = ", ".join(f"standing.{name}" for name in self.columns)
        kept = ", ".join(f"record.{name}" for name in self.columns)
        return (
            f"SELECT standing.* FROM ({self.select}) AS standing LEFT JOIN {self.records} AS record "
            f"ON record.{self.identity} = standing.{self.identity} "
            "AND upper_inf(record.recorded_during) "
            f"WHERE record.id IS NULL OR ROW({mine}) IS DISTINCT FROM ROW({kept})"
        )


_KEPT: list[Standing] = []


def keep(standing: Standing) -> None:
    """Have these things recorded with every publication; for the module that lists the models."""
    if standing not in _KEPT:
        _KEPT.append(standing)


def standing_differs() -> bool:
    """Whether anything stands otherwise than recorded; exact only under the ground's lock."""
    tests = " OR ".join(f"EXISTS ({standing.differing()})" for standing in _KEPT)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {tests}")
        row = cursor.fetchone()
    return bool(row and row[0])


def record_standing(version: int) -> None:
    """Record what differs as known since this version; under the ground's lock, once a version."""
    with connection.cursor() as cursor:
        for standing in _KEPT:
            names = ", ".join((standing.identity, *standing.columns))
            cursor.execute(
                f"UPDATE {standing.records} AS record "
                "SET recorded_during = int8range(lower(record.recorded_during), %(version)s) "
                f"FROM ({standing.differing()}) AS standing WHERE upper_inf(record.recorded_during) "
                f"AND record.{standing.identity} = standing.{standing.identity}",
                {"version": version},
            )
            # What was just closed has no newest record any more, like what is new.
            cursor.execute(
                f"INSERT INTO {standing.records} ({names}, valid_during, recorded_during) "
                f"SELECT {names}, tstzrange(NULL, NULL), int8range(%(version)s, NULL) "
                f"FROM ({standing.differing()}) AS standing",
                {"version": version},
            )
