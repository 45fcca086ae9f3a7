"""Every model of the work, room by room, so that Django finds them."""

from inspections.calendar.models import CalendarChange, WorkDay
from inspections.cases.closing.models import Exclusion, HandlerReply, Rework
from inspections.cases.emergencies.models import Emergency
from inspections.cases.models import (
    Assignment,
    Callback,
    Case,
    CaseRequest,
    CaseVerdict,
    ProofDistance,
)
from inspections.cases.persons.models import PersonOfRecord
from inspections.cases.supervision.models import Reminder, Supervision
from inspections.cases.timing.models import DeadlineChange, Extension, Parking
from inspections.changes.catalogue.models import DraftLine, EditionDraft
from inspections.changes.faults.models import GroundFault
from inspections.changes.models import ChangeItem, ChangeSet, ImpactRow
from inspections.disputes.models import Dispute, ReturnRequest, Transfer
from inspections.fieldwork.models import FieldTask, Visit
from inspections.intake.calls.models import ConfirmBack, DeskCall
from inspections.intake.channels.media.models import ChannelMedia
from inspections.intake.channels.models import ChannelReceipt, IntakeChannel
from inspections.intake.duplicates.models import CaseMerge, CaseSplit, RequestJoin
from inspections.intake.gatherings.models import Gathering, GatheringRequest
from inspections.intake.inbox.models import InboxItem
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeUse
from inspections.intake.models import PublicUse
from inspections.intake.open311.models import GeoReport, ServiceQuestion
from inspections.intake.rewards.models import Reward
from inspections.intake.upstream.models import (
    UpstreamCategory,
    UpstreamLink,
    UpstreamOrder,
    UpstreamReport,
    UpstreamWord,
)
from inspections.joint.costs.models import AdvanceCost
from inspections.joint.marks.models import CaseCopy, CaseMark
from inspections.joint.meetings.models import AgendaItem, Meeting
from inspections.joint.shifts.models import DutyTurn, Shift, ShiftCase
from inspections.joint.undertakings.models import Undertaking
from inspections.messages.delivery.models import Endpoint, Message, OutboxReader
from inspections.messages.models import Notice, NoticeReading
from inspections.requests.models import (
    RequestAnswer,
    Requester,
    RequestRelease,
    ServiceRequest,
)
from inspections.sync.models import Upload

__all__ = [
    "AdvanceCost",
    "AgendaItem",
    "Assignment",
    "CalendarChange",
    "Callback",
    "Case",
    "CaseCopy",
    "CaseMark",
    "CaseMerge",
    "CaseRequest",
    "CaseSplit",
    "CaseVerdict",
    "ChangeItem",
    "ChangeSet",
    "ChannelMedia",
    "ChannelReceipt",
    "ConfirmBack",
    "DeadlineChange",
    "DeskCall",
    "Dispute",
    "DraftLine",
    "DutyTurn",
    "EditionDraft",
    "Emergency",
    "Endpoint",
    "Exclusion",
    "Extension",
    "FieldTask",
    "Gathering",
    "GatheringRequest",
    "GeoReport",
    "GroundFault",
    "HandlerReply",
    "ImpactRow",
    "InboxItem",
    "IntakeChannel",
    "KnowledgeEntry",
    "KnowledgeUse",
    "Meeting",
    "Message",
    "Notice",
    "NoticeReading",
    "OutboxReader",
    "Parking",
    "PersonOfRecord",
    "ProofDistance",
    "PublicUse",
    "Reminder",
    "RequestAnswer",
    "RequestJoin",
    "RequestRelease",
    "Requester",
    "ReturnRequest",
    "Reward",
    "Rework",
    "ServiceQuestion",
    "ServiceRequest",
    "Shift",
    "ShiftCase",
    "Supervision",
    "Transfer",
    "Undertaking",
    "Upload",
    "UpstreamCategory",
    "UpstreamLink",
    "UpstreamOrder",
    "UpstreamReport",
    "UpstreamWord",
    "Visit",
    "WorkDay",
]
