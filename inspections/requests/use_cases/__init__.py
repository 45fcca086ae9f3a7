"""Acts upon requests: recording them, who made them, what the desk answers and releases."""

from inspections.requests.use_cases.recording import (
    BATCH,
    BadPlace,
    Registered,
    RequestRow,
    point_place,
    record_request,
    register_requests,
)

__all__ = [
    "BATCH",
    "BadPlace",
    "Registered",
    "RequestRow",
    "point_place",
    "record_request",
    "register_requests",
]
