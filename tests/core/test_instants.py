"""Instants that the database keeps and every zone can show."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.instants import in_utc


def test_an_instant_is_told_in_utc() -> None:
    east = timezone(timedelta(hours=8))
    assert in_utc(datetime(2026, 11, 22, tzinfo=east)) == datetime(2026, 11, 21, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", [datetime(9999, 12, 31, 20, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)]
)
def test_an_instant_that_some_zone_cannot_show_is_refused(moment: datetime) -> None:
    with pytest.raises(ValueError, match="years 1 to 9999"):
        in_utc(moment)
