"""A case, the requests that feed it, and the assignments it has had."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex
from django.db.models import Exists, OuterRef, Q

from core.models import User, Versioned
from core.visibility import register_visible
from grid.areas.models import Zone
from grid.catalogue.models import CatalogueEdition, Category, Duty, Urgency
from grid.facilities.models import Facility
from grid.jurisdiction.models import Verdict
from grid.organizations.models import Organization, Role
from grid.organizations.permissions import area_codes_of, has_role
from inspections.requests.models import Channel, ServiceRequest


class CaseState(models.TextChoices):
    """Where a case stands, in order."""

    REPORTED = "reported", "已上报"
    VERIFIED = "verified", "已核实"
    FILED = "filed", "已立案"
    DISPATCHED = "dispatched", "已派遣"
    ACCEPTED = "accepted", "已受理"
    HANDLED = "handled", "已处置"
    CHECKED = "checked", "已核查"
    CALLED_BACK = "called_back", "已回访"
    CLOSED = "closed", "已结案"
    ARCHIVED = "archived", "已归档"
    DECLINED = "declined", "不予立案"
    ANSWERED = "answered", "在线办结"
    MERGED = "merged", "已并案"


ENDED_STATES = [
    CaseState.CLOSED,
    CaseState.ARCHIVED,
    CaseState.DECLINED,
    CaseState.ANSWERED,
    CaseState.MERGED,
]
OPEN_STATES = [state for state in CaseState.values if state not in ENDED_STATES]
UNFILED_STATES = [
    CaseState.REPORTED,
    CaseState.VERIFIED,
    CaseState.DECLINED,
    CaseState.ANSWERED,
    CaseState.MERGED,
]  # states in which there need not be a verdict


class ClosingBasis(models.TextChoices):
    """On whose word a case was closed; those without a callback are counted apart (N1)."""

    CALLBACK = "callback", "已回访"
    PATROL = "patrol", "巡查案件，核查结案"
    ANONYMOUS = "anonymous", "无联系方式，核查结案"
    UNREACHABLE = "unreachable", "多次联系未果，核查结案"
    ON_SPOT = "on_spot", "随手办结"


class ClosingOutcome(models.TextChoices):
    """How the matter itself ended; that is another thing than the case's being closed (B20)."""

    SOLVED = "solved", "已解决"
    EXPLAINED = "explained", "已解释说明"
    MEDIATED = "mediated", "无法判定，已调解"
    UNSOLVED = "unsolved", "未能解决"


CLOSED_WITH_IT = "close"  # how the assignments of a closed case end; all other ends take it away


BodiesSee = Callable[[Sequence[int]], Q]
_BODIES_SEE: list[BodiesSee] = []


def let_bodies_see(rule: BodiesSee) -> None:
    """Which further cases a room above lets the handlers of some bodies (keys) see; called once."""
    _BODIES_SEE.append(rule)


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases by who may read them, and by their clocks."""

    def visible_to(self, user: User) -> CaseQuerySet:
        """By organization, by area, or by role; see the table of role × subject in the docs.

        Handlers of a body that has the case, had it when it was closed, or supervises it, or that a
        room above lets see it; desk, inspectors and verifiers by area; leaders and auditors all.
        """
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.DISPATCHER, Role.INSPECTOR, Role.VERIFIER)
        if areas is None:
            return self
        bodies = list(
            user.memberships.filter(role=Role.HANDLER).values_list("organization_id", flat=True)
            if user.is_authenticated and user.is_active
            else []
        )
        assigned = Assignment.objects.filter(
            Q(ended_at__isnull=True) | Q(end_reason=CLOSED_WITH_IT),
            case=OuterRef("pk"),
            organization__in=bodies,
        )
        theirs = Q(supervisor__in=bodies) | Q(Exists(assigned))
        for rule in _BODIES_SEE:
            theirs |= rule(bodies)
        return self.filter(Q(area_codes__overlap=list(areas)) | theirs)

    def open_to_evidence_by(self, user: User) -> CaseQuerySet:
        """Cases of which this user may have photos: a phone may send them after the body lost the case."""
        seen = self.model.objects.visible_to(user).values("pk")
        had = Assignment.objects.filter(
            case=OuterRef("pk"),
            organization__memberships__user=user,
            organization__memberships__role=Role.HANDLER,
        )
        return self.filter(Q(Exists(had)) | Q(pk__in=seen)) if user.is_active else self.none()

    def unfinished(self) -> CaseQuerySet:
        """Cases on which something is still to be done."""
        return self.filter(state__in=OPEN_STATES)

    def overdue(self, now: datetime) -> CaseQuerySet:
        """Cases of which a running clock has run out."""
        return self.unfinished().filter(due_at__lte=now)

    def warned(self, now: datetime) -> CaseQuerySet:
        """Cases of which a running clock is near its end, and none has run out."""
        return self.unfinished().filter(warn_at__lte=now).exclude(due_at__lte=now)


class Case(Versioned):
    """One matter at one place, from the report to the proof; only `perform` changes its state.

    `closed` and `solved` are two things. The catalogue edition and duty are those of its filing.
    `resolve_by` is the citizen's clock: from the report, never reset; a `DeadlineChange` keeps who
    moved it, and why. `warn_at` and `due_at` are of
    the running clock that is warned of, and runs out, first; `clocks.py` says what runs when.
    """

    number = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=16, choices=CaseState.choices)
    channel = models.CharField(
        max_length=16,
        choices=Channel.choices,
        default=Channel.OTHER.value,
        help_text="the first report's",
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    scenario = models.CharField(max_length=200, blank=True)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL.value)
    zone = models.CharField(max_length=8, choices=Zone.choices, blank=True)
    place = models.GeometryField(srid=4326, help_text="a point or a line")
    accuracy_m = models.FloatField(null=True)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, null=True, related_name="+")
    cell_code = models.CharField(max_length=64, blank=True)
    area_codes = ArrayField(
        models.CharField(max_length=64), default=list, help_text="areas it lies in, outermost first"
    )
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, null=True, related_name="+")
    edition = models.ForeignKey(
        CatalogueEdition, on_delete=models.PROTECT, null=True, related_name="+"
    )
    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, null=True, related_name="+")
    supervisor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reported_at = models.DateTimeField(help_text="of the first request")
    opened_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    filed_at = models.DateTimeField(null=True)
    dispatched_at = models.DateTimeField(null=True)
    handled_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    called_back_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    archived_at = models.DateTimeField(null=True)
    file_by = models.DateTimeField(null=True)
    dispatch_by = models.DateTimeField(null=True)
    resolve_by = models.DateTimeField(null=True)
    upstream_by = models.DateTimeField(
        null=True, help_text="the earliest deadline of a platform above whose order feeds it"
    )
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    deadlines_provisional = models.BooleanField(default=False)
    parked_at = models.DateTimeField(null=True, help_text="since when its clocks rest (挂账)")
    parked_until = models.DateField(null=True, help_text="the day on which they run again")
    emergency = models.ForeignKey(
        "Emergency",
        on_delete=models.PROTECT,
        null=True,
        related_name="cases",
        help_text="it comes first while this lasts",
    )
    solved = models.BooleanField(null=True)
    closing_basis = models.CharField(max_length=16, choices=ClosingBasis.choices, blank=True)
    closing_outcome = models.CharField(max_length=16, choices=ClosingOutcome.choices, blank=True)
    closing_conditions = models.JSONField(
        default=list, help_text="the duty's closing conditions, each with whether it was met"
    )
    reopened_at = models.DateTimeField(null=True, help_text="found undone when looked back at")
    answer = models.TextField(blank=True, help_text="what the desk told the requester (在线办结)")
    ground_changed_at = models.DateTimeField(
        null=True, help_text="a change of the ground gave it another answer; the desk is to decide"
    )
    ground_changed_from = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    ground_changed_to = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="merged_cases"
    )
    merged_at = models.DateTimeField(null=True)
    state_before = models.CharField(
        max_length=16, blank=True, help_text="in which it was merged, and to which it goes back"
    )
    requests = models.ManyToManyField(ServiceRequest, through="CaseRequest", related_name="cases")

    objects: ClassVar[Any] = CaseQuerySet.as_manager()

    class Meta:
        db_table = "inspections_case"
        constraints = [
            models.CheckConstraint(
                name="case_state_known", condition=Q(state__in=[s.value for s in CaseState])
            ),
            models.CheckConstraint(
                name="case_filed_has_verdict",
                condition=Q(state__in=[state.value for state in UNFILED_STATES])
                | Q(verdict__isnull=False, category__isnull=False),
            ),
            models.CheckConstraint(
                name="case_merged_names_the_other",
                condition=Q(state="merged", merged_into__isnull=False, merged_at__isnull=False)
                & ~Q(state_before__in=["", "merged"])
                | ~Q(state="merged") & Q(merged_into__isnull=True, state_before=""),
            ),
            models.CheckConstraint(
                name="case_closed_has_basis",
                condition=~Q(state__in=["closed", "archived"]) | ~Q(closing_basis=""),
            ),
        ]
        indexes = [
            models.Index(
                name="case_open_newest", fields=["-id"], condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                name="case_open_due", fields=["due_at"], condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                name="case_open_warned", fields=["warn_at"], condition=Q(state__in=OPEN_STATES)
            ),
            models.Index(
                name="case_parked", fields=["parked_until"], condition=Q(parked_at__isnull=False)
            ),
            models.Index(
                name="case_emergency",
                fields=["-id"],
                condition=Q(emergency__isnull=False, state__in=OPEN_STATES),
            ),
            models.Index(
                name="case_ground_changed",
                fields=["-id"],
                condition=Q(ground_changed_at__isnull=False),
            ),
            models.Index(name="case_cell", fields=["cell_code", "-id"]),
            models.Index(name="case_supervisor", fields=["supervisor", "-id"]),
            GinIndex(name="case_areas", fields=["area_codes"]),
            GistIndex(
                name="case_open_place",
                fields=["place", "reported_at"],
                condition=Q(state__in=OPEN_STATES),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_ended(self) -> bool:
        """Whether nothing is to be done about it any more."""
        return self.state in ENDED_STATES


def seen_with_case(user: User) -> Q:
    """The condition on a record with a `case` that the user may see that case.

    Whoever sees all cases is not asked for each: beside an OR that would read them all before the first line of a list.
    """
    seen = Case.objects.visible_to(user)
    if not seen.query.where:
        return Q(case__isnull=False)
    return Q(Exists(seen.filter(pk=OuterRef("case"))))


class CaseRequest(models.Model):
    """A request feeds a case, until it is split off again."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="links")
    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="links")
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_case_request"
        constraints = [
            models.UniqueConstraint(
                name="request_feeds_one_case", fields=["request"], condition=Q(left_at__isnull=True)
            )
        ]


class AssignmentKind(models.TextChoices):
    """One leads, others assist."""

    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"


class Assignment(models.Model):
    """A body has been given the case; appended, never edited: only its acceptance, arrival and end are added.

    `co_receiver`: one of the bodies between whom a contested case stands. Its clocks run from its
    own dispatch; a deadline moves only with a `DeadlineChange` that says who moved it and why.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="assignments")
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="assignments"
    )
    kind = models.CharField(max_length=8, choices=AssignmentKind.choices)
    co_receiver = models.BooleanField(default=False)
    reason = models.TextField(blank=True)
    dispatched_at = models.DateTimeField()
    dispatched_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    respond_by = models.DateTimeField(null=True)
    arrive_by = models.DateTimeField(null=True)
    arrive_target_at = models.DateTimeField(
        null=True, help_text="when it should be there, earlier than it must"
    )
    resolve_by = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    arrived_at = models.DateTimeField(null=True, help_text="first proven arrival of its people")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        db_table = "inspections_assignment"
        constraints = [
            models.UniqueConstraint(
                name="one_lead_in_force",
                fields=["case"],
                condition=Q(kind="lead", ended_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="body_assigned_once",
                fields=["case", "organization"],
                condition=Q(ended_at__isnull=True),
            ),
            models.CheckConstraint(
                name="assignment_kind_known",
                condition=Q(kind__in=[k.value for k in AssignmentKind]),
            ),
        ]
        indexes = [
            models.Index(
                name="assignment_body",
                fields=["organization", "resolve_by", "id"],
                condition=Q(ended_at__isnull=True),
            )
        ]


class CaseVerdict(models.Model):
    """Every verdict a case has had, in order: at filing, and whenever its place or ground changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verdicts")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=32, help_text="the act that asked for it")
    given_at = models.DateTimeField()

    class Meta:
        db_table = "inspections_case_verdict"


class Rating(models.TextChoices):
    """What the requester says of it (N12)."""

    SATISFIED = "satisfied", "满意"
    BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
    NO_COMMENT = "no_comment", "不予评价"
    DISSATISFIED = "dissatisfied", "不满意"


class Callback(models.Model):
    """One call back (回访), or one attempt at it: appended, never edited.

    The four questions of B16: whether the body got in touch, whether the matter is solved, whether
    the result and the manner are good; null where nothing was said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="callbacks")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    reached = models.BooleanField()
    rating = models.CharField(max_length=24, choices=Rating.choices, blank=True)
    contacted = models.BooleanField(null=True)
    solved = models.BooleanField(null=True)
    effect_ok = models.BooleanField(null=True)
    attitude_ok = models.BooleanField(null=True)
    note = models.TextField(blank=True)

    class Meta:
        db_table = "inspections_callback"
        constraints = [
            models.CheckConstraint(
                name="callback_reached_is_rated",
                condition=Q(reached=False, rating="")
                | Q(reached=True, rating__in=[rating.value for rating in Rating]),
            )
        ]


class ProofDistance(models.Model):
    """How near the place of a case a photo must have been taken, where a category needs its own limit."""

    category = models.OneToOneField(
        Category, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    limit_m = models.FloatField()

    class Meta:
        db_table = "inspections_proof_distance"
        constraints = [
            models.CheckConstraint(name="proof_distance_positive", condition=Q(limit_m__gt=0))
        ]


register_visible(Case, lambda user: Case.objects.visible_to(user))
