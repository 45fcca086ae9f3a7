"""Acts upon a change set: each one function, one transaction, one audit entry."""

from inspections.changes.use_cases.drafting import (
    RowsRejected,
    add_item,
    draft_change_set,
    keep_item,
    remove_item,
    withdraw_change_set,
    without_impact,
)
from inspections.changes.use_cases.publishing import (
    Publication,
    follow_publications,
    prepare_previews,
    preview_change_set,
    publish_change_set,
    redecide_late_cases,
    redecide_turned_cases,
)

__all__ = [
    "Publication",
    "RowsRejected",
    "add_item",
    "draft_change_set",
    "follow_publications",
    "keep_item",
    "prepare_previews",
    "preview_change_set",
    "publish_change_set",
    "redecide_late_cases",
    "redecide_turned_cases",
    "remove_item",
    "withdraw_change_set",
    "without_impact",
]
