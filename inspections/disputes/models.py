"""Return requests, transfers by consent, and the disputes that denials make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.errors import DomainError, register_constraint
from core.models import User, Versioned
from core.visibility import register_visible
from grid.evidence.models import Evidence
from grid.organizations.models import Organization, Role
from inspections.cases.models import Assignment, Case, let_bodies_see, seen_with_case


class ReturnPending(DomainError):
    """A return of this assignment was asked for already; the desk decides on it, or withdraw it first."""

    status = 409
    zh = "该交办已有待决的退单申请：请等待派遣中心决定，或先撤回。"


class TransferPending(DomainError):
    """A transfer of this case is proposed already; it must be answered or withdrawn first."""

    status = 409
    zh = "本案已有待答复的移交提议：请等待对方答复，或先撤回。"


class DisputePending(DomainError):
    """This case is in dispute already."""

    status = 409
    zh = "本案已列为权属争议。"


class Grounds(models.TextChoices):
    """Why a body says that a case should not have come to it."""

    NOT_OUR_AREA = "not_our_area", "属地不符"
    NOT_OUR_DUTY = "not_our_duty", "不属本单位职责"
    NOT_OURS = "not_ours", "权属不属本单位"
    OTHER = "other", "其他"


DENIALS = frozenset({Grounds.NOT_OUR_AREA, Grounds.NOT_OUR_DUTY, Grounds.NOT_OURS})


class ReturnState(models.TextChoices):
    """Where a return request stands."""

    ASKED = "asked", "待决定"
    GRANTED = "granted", "已同意"
    REFUSED = "refused", "不同意"
    APPEALED = "appealed", "已申诉"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


class TransferState(models.TextChoices):
    """Where a transfer stands."""

    PROPOSED = "proposed", "待答复"
    AGREED = "agreed", "已同意"
    REFUSED = "refused", "不同意"
    WITHDRAWN = "withdrawn", "已撤回"
    LAPSED = "lapsed", "已失效"


class DisputeState(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", "争议中"


class DisputeCause(models.TextChoices):
    """What made a dispute."""

    TWO_DENIALS = "two_denials", "两家单位均不认领"
    APPEAL = "appeal", "对不同意退单提出申诉"


def _handled_by(user: User) -> list[int]:
    if not (user.is_authenticated and user.is_active):
        return []
    held = user.memberships.filter(role=Role.HANDLER)
    return list(held.values_list("organization_id", flat=True))


class ReturnQuerySet(models.QuerySet["ReturnRequest"]):
    """Return requests by who may read them."""

    def visible_to(self, user: User) -> ReturnQuerySet:
        """With the case; one's own body's also after it lost the case."""
        return self.filter(seen_with_case(user) | Q(organization__in=_handled_by(user)))


class ReturnRequest(Versioned):
    """A body asks the desk to take a case back (退单); until then it stays accountable.

    Granted, its assignment ends without fault and counts as a wrong dispatch of the desk.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="returns")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="returns")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=ReturnState.choices)
    grounds = models.CharField(max_length=16, choices=Grounds.choices)
    reason = models.TextField()
    proposed_to = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.ManyToManyField(Evidence, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    window_ended_at = models.DateTimeField(help_text="until when it could be asked")
    decide_by = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True, help_text="the reason given for the decision")
    granted_to = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    appeal = models.TextField(blank=True)

    objects: ClassVar[Any] = ReturnQuerySet.as_manager()

    class Meta:
        db_table = "inspections_return_request"
        constraints = [
            models.CheckConstraint(
                name="return_state_known", condition=Q(state__in=[s.value for s in ReturnState])
            ),
            models.CheckConstraint(
                name="return_grounds_known", condition=Q(grounds__in=[g.value for g in Grounds])
            ),
            models.UniqueConstraint(
                name="one_open_return", fields=["assignment"], condition=Q(state="asked")
            ),
        ]
        indexes = [
            models.Index(name="return_queue", fields=["decide_by", "id"]),
            models.Index(name="return_case", fields=["case", "id"]),
        ]


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Transfers by who may read them."""

    def visible_to(self, user: User) -> TransferQuerySet:
        """With the case; and those from or to one's own body."""
        bodies = _handled_by(user)
        return self.filter(
            seen_with_case(user) | Q(organization__in=bodies) | Q(proposed_to__in=bodies)
        )

    def asked_of(self, user: User) -> TransferQuerySet:
        """Those in which one's own body is asked to take a case over."""
        return self.filter(proposed_to__in=_handled_by(user))


class Transfer(Versioned):
    """The body that leads asks another to take a case over (移交): effective when that one agrees, not before."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="transfers")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="transfers")
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    proposed_to = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=TransferState.choices)
    reason = models.TextField()
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.TextField(blank=True)
    made = models.ForeignKey(
        Assignment,
        on_delete=models.PROTECT,
        null=True,
        related_name="taken_by",
        help_text="the assignment of the body that agreed",
    )

    objects: ClassVar[Any] = TransferQuerySet.as_manager()

    class Meta:
        db_table = "inspections_transfer"
        constraints = [
            models.CheckConstraint(
                name="transfer_state_known",
                condition=Q(state__in=[s.value for s in TransferState]),
            ),
            models.UniqueConstraint(
                name="one_open_transfer", fields=["case"], condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="transfer_to_another", condition=~Q(organization=models.F("proposed_to"))
            ),
        ]
        indexes = [
            models.Index(name="transfer_receiver", fields=["proposed_to", "case"]),
            models.Index(name="transfer_case", fields=["case", "id"]),
        ]


class DisputeQuerySet(models.QuerySet["Dispute"]):
    """Disputes by who may read them."""

    def visible_to(self, user: User) -> DisputeQuerySet:
        """With the case; and to a body whose denial stands in it."""
        denials = Dispute.denials.through.objects.filter(
            dispute=OuterRef("pk"), returnrequest__organization__in=_handled_by(user)
        )
        return self.filter(seen_with_case(user) | Q(Exists(denials)))


class Dispute(Versioned):
    """Nobody will have it (权属争议): both denials, and the body that acts meanwhile.

    Opened by the second denial or an appeal, never by hand; a case closes without it being settled.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="disputes")
    state = models.CharField(max_length=16, choices=DisputeState.choices)
    cause = models.CharField(max_length=16, choices=DisputeCause.choices)
    custodian = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    denials = models.ManyToManyField(ReturnRequest, related_name="disputes")
    opened_at = models.DateTimeField()

    objects: ClassVar[Any] = DisputeQuerySet.as_manager()

    class Meta:
        db_table = "inspections_dispute"
        constraints = [
            models.CheckConstraint(
                name="dispute_state_known", condition=Q(state__in=[s.value for s in DisputeState])
            ),
            models.CheckConstraint(
                name="dispute_cause_known", condition=Q(cause__in=[c.value for c in DisputeCause])
            ),
            models.UniqueConstraint(
                name="one_open_dispute", fields=["case"], condition=Q(state="open")
            ),
        ]
        indexes = [models.Index(name="dispute_case", fields=["case", "id"])]


def _asked_to_take(bodies: Sequence[int]) -> Q:
    """A case that a body is asked to take over is seen by it until it has answered."""
    asked = Transfer.objects.filter(
        case=OuterRef("pk"), proposed_to__in=bodies, state=TransferState.PROPOSED
    )
    return Q(Exists(asked))


let_bodies_see(_asked_to_take)
register_visible(ReturnRequest, lambda user: ReturnRequest.objects.visible_to(user))
register_visible(Transfer, lambda user: Transfer.objects.visible_to(user))
register_visible(Dispute, lambda user: Dispute.objects.visible_to(user))
register_constraint("one_open_return", ReturnPending)
register_constraint("one_open_transfer", TransferPending)
register_constraint("one_open_dispute", DisputePending)
