"""Organizations in their tree, and memberships: a person, a role, an organization, an area."""

from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, Q

from core.models import User
from grid.ground.constraints import one_at_a_time
from grid.ground.models import GroundQuerySet, GroundRecord, MemberQuerySet
from grid.ground.standing import Standing


class OrganizationKind(models.TextChoices):
    """What sort of body it is; `community` is never a custodian, `utility` answers for its class."""

    GOVERNMENT = "government", "政府"
    DEPARTMENT = "department", "部门"
    SUBDISTRICT = "subdistrict", "街道乡镇"
    COMMUNITY = "community", "社区"
    ENTERPRISE = "enterprise", "企事业"
    UTILITY = "utility", "公用事业"
    DEVELOPER = "developer", "建设单位"
    PROPERTY_MANAGER = "property_manager", "物业"
    CONTRACTOR = "contractor", "养护作业"
    CENTRE = "centre", "指挥中心"


# Communities get nothing sent (P12), and the desk itself sends: every other body answers for cases by a named chief (C6).
TAKE_CASES = frozenset(
    kind.value
    for kind in OrganizationKind
    if kind not in {OrganizationKind.COMMUNITY, OrganizationKind.CENTRE}
)


class Role(models.TextChoices):
    """What a person may do on the platform."""

    DISPATCHER = "dispatcher", "派遣员"
    HANDLER = "handler", "承办人"
    INSPECTOR = "inspector", "网格巡查员"
    VERIFIER = "verifier", "核查员"
    LEADER = "leader", "领导"
    OWNER = "owner", "权属单位"
    AUDITOR = "auditor", "审计"
    ADMINISTRATOR = "administrator", "管理员"


class Organization(models.Model):
    """A body that can answer for something; dissolved ones point to their successor."""

    code = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=24, choices=OrganizationKind.choices, default=OrganizationKind.DEPARTMENT
    )
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    successor = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="predecessors"
    )
    successor_from = models.DateField(
        null=True, blank=True, help_text="the day the successor takes over; blank: it always did"
    )
    chief = models.CharField(max_length=100, blank=True, help_text="named chief executive")
    phone = models.CharField(max_length=64, blank=True, help_text="duty contact, day and night")
    area_code = models.CharField(max_length=64, blank=True, db_index=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_organization"
        indexes = [models.Index(name="organization_name", fields=["name"])]

    def __str__(self) -> str:
        return self.name


class OrganizationRecord(GroundRecord):
    """A body as verdicts knew it during some ground versions; see `grid.ground.standing`."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="records")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=24)
    parent = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    successor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    successor_from = models.DateField(null=True)
    area_code = models.CharField(max_length=64, blank=True)
    contact = models.BooleanField(help_text="it can be reached: a phone, or a handler's account")

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_organization_record"
        constraints = one_at_a_time("organization_record", "organization")


STANDING_BODIES = Standing(
    records="grid_organization_record",
    identity="organization_id",
    columns=(
        "name", "kind", "parent_id", "successor_id", "successor_from", "area_code", "contact",
    ),
    select="""
        SELECT o.id AS organization_id, o.name, o.kind, o.parent_id, o.successor_id,
               o.successor_from, o.area_code, o.phone <> '' OR EXISTS (
                 SELECT FROM grid_membership m JOIN core_user u ON u.id = m.user_id
                 WHERE m.organization_id = o.id AND m.role = 'handler' AND u.is_active) AS contact
        FROM grid_organization o""",
)  # fmt: skip


class MembershipQuerySet(models.QuerySet[Any]):
    """Who holds which role where."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own memberships; an administrator sees everybody's."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        administrator = user.memberships.filter(role=Role.ADMINISTRATOR)
        return self.filter(Q(user=user) | Exists(administrator))


class Membership(models.Model):
    """A person holds a role in an organization, for an area and all below it (blank: the city)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="memberships"
    )
    area_code = models.CharField(max_length=64, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        db_table = "grid_membership"
        constraints = [
            models.UniqueConstraint(
                name="membership_once", fields=["user", "role", "organization", "area_code"]
            ),
            models.CheckConstraint(
                name="membership_role_known", condition=Q(role__in=[r.value for r in Role])
            ),
        ]
