"""Handovers: the paper, the facilities it names, and what passed by it, role by role."""

from django.contrib.gis.db import models
from django.db.models import Q

from grid.catalogue.models import PartyRole
from grid.facilities.models import Facility
from grid.ground.constraints import one_at_a_time, version_indexes
from grid.ground.models import GroundQuerySet, GroundRecord, MemberQuerySet
from grid.organizations.models import Organization


class HandoverKind(models.TextChoices):
    """Ordinary (both signed), legacy (leader's minutes), or only asserted (de facto)."""

    SIGNED = "signed", "双方签署"
    MINUTES = "minutes", "会议纪要"
    DE_FACTO = "de_facto", "事实移交"


class HandoverState(models.TextChoices):
    """Where a handover stands, in words."""

    DRAFT = "draft", "草稿"
    APPLIED = "applied", "已申请"
    DOCUMENTS_REVIEWED = "documents_reviewed", "资料已审"
    JOINT_INSPECTION = "joint_inspection", "联合查验"
    RECTIFICATION = "rectification", "整改"
    REINSPECTION = "reinspection", "复验"
    SIGNED = "signed", "已签署"
    IN_WARRANTY = "in_warranty", "质保期内"
    IN_SERVICE = "in_service", "正式管养"
    REFUSED = "refused", "拒收"
    OVERDUE = "overdue", "超期未移交"
    DISPUTED = "disputed", "争议"
    CANCELLED = "cancelled", "已取消"


class Handover(models.Model):
    """One handover as a ledger entry; its legal effect stands in its effects."""

    code = models.CharField(max_length=128, unique=True)
    kind = models.CharField(max_length=16, choices=HandoverKind.choices)
    state = models.CharField(max_length=24, choices=HandoverState.choices)
    from_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="handed_over"
    )
    to_organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="received"
    )
    signed_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    document = models.CharField(max_length=300, blank=True)
    reason = models.CharField(
        max_length=500,
        blank=True,
        db_default="",
        help_text="why it was refused, or what holds it up",
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_handover"

    def __str__(self) -> str:
        return self.code


class HandoverItem(models.Model):
    """A facility named in a handover, frozen at application."""

    handover = models.ForeignKey(Handover, on_delete=models.CASCADE, related_name="items")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="handover_items")

    class Meta:
        db_table = "grid_handover_item"
        constraints = [
            models.UniqueConstraint(name="handover_item_once", fields=["handover", "facility"])
        ]


class HandoverEffect(GroundRecord):
    """What a handover does to one facility in one role: signed (an instrument) or only claimed."""

    class Standing(models.TextChoices):
        SIGNED = "signed", "已签署"
        CLAIMED = "claimed", "仅主张"

    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="effects")
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, related_name="handover_effects"
    )
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, related_name="+", help_text="the receiver"
    )
    standing = models.CharField(max_length=8, choices=Standing.choices)
    document = models.CharField(max_length=300, blank=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_handover_effect"
        # The facility stands first: its effects are looked up by this constraint's index, too.
        constraints = one_at_a_time("handover_effect", "facility", "handover", "role")
        indexes = [
            models.Index(
                name="handover_effect_now",
                fields=["organization", "role"],
                condition=Q(recorded_during__upper_inf=True),
            ),
            *version_indexes("handover_effect"),
        ]
