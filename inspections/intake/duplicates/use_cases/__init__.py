"""Acts upon the lineage of cases: merging, undoing it, splitting, joining."""

from inspections.intake.duplicates.use_cases.joining import CaseNotOpen, join_request
from inspections.intake.duplicates.use_cases.merging import merge_case
from inspections.intake.duplicates.use_cases.splitting import split_case
from inspections.intake.duplicates.use_cases.telling import follow_requests
from inspections.intake.duplicates.use_cases.unmerging import unmerge_case

__all__ = [
    "CaseNotOpen",
    "follow_requests",
    "join_request",
    "merge_case",
    "split_case",
    "unmerge_case",
]
