"""Acts that move a deadline, or ask for it: each one function, one transaction."""

from inspections.cases.timing.use_cases.extending import (
    approve_extension,
    extendable,
    refuse_extension,
    request_extension,
)
from inspections.cases.timing.use_cases.parking import (
    approve_parking,
    refuse_parking,
    request_parking,
    unpark,
    unpark_due,
)
from inspections.cases.timing.use_cases.recomputing import recompute_deadlines
from inspections.cases.timing.use_cases.reviving import revive_time, waiting_time

__all__ = [
    "approve_extension",
    "approve_parking",
    "extendable",
    "recompute_deadlines",
    "refuse_extension",
    "refuse_parking",
    "request_extension",
    "request_parking",
    "revive_time",
    "unpark",
    "unpark_due",
    "waiting_time",
]
