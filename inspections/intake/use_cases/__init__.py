"""Reports come in: from members, from the public; what of them the public may see, and for how long."""

from inspections.intake.use_cases.receiving import (
    ForTheDesk,
    NoPlaceStated,
    Received,
    receive,
)

__all__ = ["ForTheDesk", "NoPlaceStated", "Received", "receive"]
