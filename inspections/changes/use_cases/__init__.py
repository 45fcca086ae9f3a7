"""Acts upon a change set: each one function, one transaction, one audit entry."""

from inspections.changes.use_cases.drafting import (
    RowsRejected,
    add_item,
    draft_change_set,
    remove_item,
    withdraw_change_set,
)
from inspections.changes.use_cases.publishing import (
    follow_publications,
    preview_change_set,
    publish_change_set,
    redecide_late_cases,
    redecide_turned_cases,
)

__all__ = [
    "RowsRejected",
    "add_item",
    "draft_change_set",
    "follow_publications",
    "preview_change_set",
    "publish_change_set",
    "redecide_late_cases",
    "redecide_turned_cases",
    "remove_item",
    "withdraw_change_set",
]
