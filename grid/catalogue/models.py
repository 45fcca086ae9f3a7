"""The responsibility catalogue: categories, and per scenario who answers, by which law, in what time."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db.models import Q

from grid.areas.models import Zone
from grid.ground.constraints import one_at_a_time
from grid.ground.models import (
    GroundQuerySet,
    GroundRecord,
    GroundVersion,
    MemberQuerySet,
    always,
)
from grid.ground.standing import Standing
from grid.organizations.models import Organization


class CategoryKind(models.TextChoices):
    """A facility (部件) or a matter (事件); code and kind together are unique."""

    FACILITY = "facility", "部件"
    MATTER = "matter", "事件"


class PartyRole(models.TextChoices):
    """In which role a body answers for a thing."""

    MAINTAINER = "maintainer", "养护"
    OWNER = "owner", "权属"
    BUILDER = "builder", "建设"
    PAYER = "payer", "付费"
    AUTHORITY = "authority", "主管"


class Urgency(models.TextChoices):
    """Urgent matters run on the natural clock."""

    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"


class Severity(models.TextChoices):
    """How grave a matter is (分级分类标准): it gives the limit where a duty states none."""

    CRITICAL = "critical", "一级"
    MAJOR = "major", "二级"
    ORDINARY = "ordinary", "三级"
    MINOR = "minor", "四级"


class Category(models.Model):
    """A class of facilities or matters; majors are the parents of minors."""

    code = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, choices=CategoryKind.choices)
    name = models.CharField(max_length=200)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="children")
    drafted = models.BooleanField(
        default=False,
        db_default=False,
        help_text="made for a draft of the catalogue that is not published yet",
    )

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_category"
        constraints = [models.UniqueConstraint(name="category_once", fields=["code", "kind"])]

    def __str__(self) -> str:
        return self.name


class CategoryRecord(GroundRecord):
    """A category as verdicts knew it during some ground versions; see `grid.ground.standing`."""

    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="records")
    name = models.CharField(max_length=200)
    parent = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_category_record"
        constraints = one_at_a_time("category_record", "category")


STANDING_CATEGORIES = Standing(
    records="grid_category_record",
    identity="category_id",
    columns=("name", "parent_id"),
    select="SELECT c.id AS category_id, c.name, c.parent_id FROM grid_category c",
)


class CatalogueEdition(models.Model):
    """A dated issue of the catalogue; a case keeps the one under which it was filed.

    Its duties begin to hold with `valid_during`. A draft has no number and no ground version: its
    duties are recorded in the range of `draft_version` alone, which no reading of the ground asks for.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", "草稿"
        PUBLISHED = "published", "已发布"
        SUPERSEDED = "superseded", "已被取代"

    number = models.PositiveIntegerField(unique=True, null=True, help_text="given on publishing")
    status = models.CharField(max_length=16, choices=Status.choices, default=Status.DRAFT)
    valid_during = DateTimeRangeField(default=always)
    version = models.ForeignKey(GroundVersion, on_delete=models.PROTECT, null=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_catalogue_edition"
        constraints = [
            models.UniqueConstraint(
                name="one_published_catalogue", fields=["status"], condition=Q(status="published")
            ),
            models.CheckConstraint(
                name="catalogue_numbered", condition=Q(status="draft") | Q(number__isnull=False)
            ),
        ]

    @property
    def draft_version(self) -> int:
        """The ground version under which its duties lie while it is a draft: before the first one."""
        return -self.pk


class Duty(GroundRecord):
    """One line of the catalogue: for a category, scenario and area, who answers and how."""

    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="duties")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="duties")
    scenario = models.CharField(max_length=200, blank=True)
    area_code = models.CharField(max_length=64, blank=True, help_text="blank: the whole city")
    role = models.CharField(max_length=16, choices=PartyRole.choices)
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    supervisor = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    custodian = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, related_name="+"
    )
    assists = ArrayField(models.CharField(max_length=64), default=list, help_text="codes of bodies")
    legal_basis = models.TextField(blank=True)
    filing_condition = models.TextField(blank=True)
    closing_condition = models.TextField(blank=True)
    standard = models.TextField(blank=True)
    guide = models.TextField(blank=True, help_text="what the matter is, and how it is gone about")
    severity = models.CharField(max_length=16, choices=Severity.choices, blank=True)
    photos = models.PositiveSmallIntegerField(default=1, help_text="photos needed to close")
    reviewed_by = models.CharField(max_length=100, blank=True)
    reviewed_on = models.DateField(null=True)

    objects = GroundQuerySet.as_manager()

    class Meta:
        db_table = "grid_duty"
        constraints = [
            *one_at_a_time("duty", "category", "scenario", "area_code"),
            models.CheckConstraint(
                name="duty_severity_known", condition=Q(severity__in=["", *Severity.values])
            ),
        ]


class CategoryHeir(models.Model):
    """From an edition on, one class goes on as another (合并、拆分): appended, never edited."""

    former = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="heirs")
    heir = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="formers")
    edition = models.ForeignKey(CatalogueEdition, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField(help_text="when the duties of the heir begin to hold")

    objects = MemberQuerySet.as_manager()

    class Meta:
        db_table = "grid_category_heir"
        constraints = [
            models.UniqueConstraint(name="category_heir_once", fields=["former", "heir"]),
            models.CheckConstraint(
                name="category_heir_another", condition=~Q(former=models.F("heir"))
            ),
        ]


class DutyLimit(models.Model):
    """The limits of a duty for an urgency and zone, as `30min`, `4wh`, `5wd`, `2h` (blank: any)."""

    duty = models.ForeignKey(Duty, on_delete=models.CASCADE, related_name="limits")
    urgency = models.CharField(max_length=8, choices=Urgency.choices, blank=True)
    zone = models.CharField(max_length=8, choices=Zone.choices, blank=True)
    file_by = models.CharField(max_length=16, blank=True)
    respond_by = models.CharField(max_length=16, blank=True)
    arrive_by = models.CharField(max_length=16, blank=True)
    resolve_by = models.CharField(max_length=16, blank=True)

    class Meta:
        db_table = "grid_duty_limit"
        constraints = [
            models.UniqueConstraint(name="limit_once", fields=["duty", "urgency", "zone"]),
            models.CheckConstraint(
                name="limit_urgency_known", condition=Q(urgency__in=["", *Urgency.values])
            ),
        ]
