"""Instants as people and programs write them, as the database can keep them."""

from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)  # no zone is further from UTC


def in_utc(moment: datetime) -> datetime:
    """An aware instant in UTC: PostgreSQL refuses offsets of 16 hours and more.

    Raises ValueError where it then, or in some city's time, lies outside the years 1 to 9999.
    """
    try:
        utc = moment.astimezone(UTC)
        _ = utc - DAY, utc + DAY
    except OverflowError as error:
        raise ValueError("outside the years 1 to 9999") from error
    return utc
