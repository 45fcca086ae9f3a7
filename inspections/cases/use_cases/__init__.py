"""Acts upon a case: each one function, one transaction, one audit entry."""

from inspections.cases.use_cases.closing import (
    archive_case,
    call_back,
    call_back_missed,
    check_case,
    close_case,
    rework_case,
)
from inspections.cases.use_cases.feeding import citizen_due, first_report, move_requests
from inspections.cases.use_cases.filing import (
    CategoryNeeded,
    OutsideCity,
    answer_case,
    decline_case,
    file_case,
    fix_on_spot,
    move_pin,
    open_case,
    skip_verification,
    verify_case,
)
from inspections.cases.use_cases.handling import (
    FirstReceiverCannotRefuse,
    accept_case,
    handle_case,
    join_case,
    refuse_case,
)
from inspections.cases.use_cases.moving import follow_acts, restamp
from inspections.cases.use_cases.proving import add_case_evidence, set_proof_distance
from inspections.cases.use_cases.redeciding import keep_body, redecide_case
from inspections.cases.use_cases.sending import (
    AssistsAlready,
    NoReceiver,
    OverrideNeedsReason,
    add_assist,
    dispatch_case,
    hand_over,
    reassign_case,
    send_again,
    urge_case,
)

__all__ = [
    "AssistsAlready",
    "CategoryNeeded",
    "FirstReceiverCannotRefuse",
    "NoReceiver",
    "OutsideCity",
    "OverrideNeedsReason",
    "accept_case",
    "add_assist",
    "add_case_evidence",
    "answer_case",
    "archive_case",
    "call_back",
    "call_back_missed",
    "check_case",
    "citizen_due",
    "close_case",
    "decline_case",
    "dispatch_case",
    "file_case",
    "first_report",
    "fix_on_spot",
    "follow_acts",
    "hand_over",
    "handle_case",
    "join_case",
    "keep_body",
    "move_pin",
    "move_requests",
    "open_case",
    "reassign_case",
    "redecide_case",
    "refuse_case",
    "restamp",
    "rework_case",
    "send_again",
    "set_proof_distance",
    "skip_verification",
    "urge_case",
    "verify_case",
]
