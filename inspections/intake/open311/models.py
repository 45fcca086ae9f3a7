"""What GeoReport knows beyond a request: the questions of a service, and what a program stated."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from grid.catalogue.models import Category
from inspections.requests.models import ServiceRequest


class Datatype(models.TextChoices):
    """How an answer is written, in GeoReport's words."""

    STRING = "string", "单行文字"
    NUMBER = "number", "数字"
    DATETIME = "datetime", "日期时间"
    TEXT = "text", "多行文字"
    SINGLE = "singlevaluelist", "单选"
    MULTI = "multivaluelist", "多选"


class ServiceQuestion(models.Model):
    """One question that reports of a category answer (an *attribute* of GeoReport)."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="questions")
    code = models.SlugField(max_length=64)
    order = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=500, help_text="the question, or what is told")
    datatype = models.CharField(
        max_length=16, choices=Datatype.choices, default=Datatype.STRING.value
    )
    datatype_description = models.CharField(max_length=500, blank=True)
    required = models.BooleanField(default=False)
    variable = models.BooleanField(default=True, help_text="false: only tells something")
    values = models.JSONField(default=list, blank=True, help_text='[{"key": "…", "name": "…"}, …]')

    class Meta:
        db_table = "inspections_service_question"
        constraints = [
            models.UniqueConstraint(name="question_once", fields=["category", "code"]),
            models.UniqueConstraint(name="question_order_once", fields=["category", "order"]),
            models.CheckConstraint(name="question_order_from_one", condition=Q(order__gte=1)),
            models.CheckConstraint(
                name="question_datatype_known",
                condition=Q(datatype__in=[datatype.value for datatype in Datatype]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category}: {self.description}"

    def clean(self) -> None:
        """A choice says what there is to choose; raises ValidationError."""
        shaped = isinstance(self.values, list) and all(
            isinstance(value, dict)
            and set(value) == {"key", "name"}
            and all(isinstance(words, str) and words for words in value.values())
            for value in self.values
        )
        choice = self.datatype in {Datatype.SINGLE, Datatype.MULTI}
        if not shaped or choice != bool(self.values):
            raise ValidationError(
                {"values": _('选项须写成 [{"key": "…", "name": "…"}]，且仅用于选择题。')}
            )


class GeoReport(models.Model):
    """What a program stated with a request beyond its text; words of citizens, so public after release."""

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, primary_key=True, related_name="georeport"
    )
    address = models.CharField(max_length=500, blank=True)
    address_id = models.CharField(max_length=100, blank=True)
    media_url = models.CharField(max_length=2000, blank=True)
    answers = models.JSONField(default=dict, help_text="attribute code → what was answered")

    class Meta:
        db_table = "inspections_georeport"
