"""Instants as people and programs write them, as the database can keep them."""

from datetime import UTC, datetime


def in_utc(moment: datetime) -> datetime:
    """An aware instant in UTC: PostgreSQL refuses offsets of 16 hours and more.

    Raises ValueError where it then lies outside the years 1 to 9999.
    """
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error
