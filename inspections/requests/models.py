"""Requests as they were made; a source that states a record again replaces its earlier statement."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q

from core.models import User
from core.visibility import register_visible
from grid.catalogue.models import Category
from grid.organizations.models import Role
from grid.organizations.permissions import area_codes_of, has_role

# No vowels and nothing that reads like something else: a code is said over the telephone.
CODE_LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ"
CODE_LENGTH, CODE_BITS = 13, 62  # 28 ** 13 is a little more than 2 ** 62


def tracking_code() -> str:
    """A code nobody can guess, by which whoever reported follows the request."""
    left, letters = secrets.randbits(CODE_BITS), ""
    for _ in range(CODE_LENGTH):
        left, letter = divmod(left, len(CODE_LETTERS))
        letters += CODE_LETTERS[letter]
    return letters


class Channel(models.TextChoices):
    """By which way a request came; a word the list does not know is kept as the name of `other`."""

    PHONE = "phone", "电话"
    WEB = "web", "网络"
    EMAIL = "email", "电子邮件"
    SMS = "sms", "短信"
    WECHAT = "wechat", "微信"
    OPEN311 = "open311", "Open311"
    PATROL = "patrol", "巡查"
    MEETING = "meeting", "民情联系会"
    FILE = "file", "文件"
    UPSTREAM = "upstream", "上级交办"
    OTHER = "other", "其他"


class Nature(models.TextChoices):
    """What kind of speech it is (B4); a word the list does not know is kept as the name of `other`."""

    ENQUIRY = "enquiry", "咨询"
    NEED = "need", "需求"
    PRAISE = "praise", "表扬"
    COMPLAINT = "complaint", "投诉"
    SUGGESTION = "suggestion", "建议"
    OTHER = "other", "其他"


class RequestQuerySet(models.QuerySet["ServiceRequest"]):
    """Requests by who may read them."""

    def visible_to(self, user: User) -> RequestQuerySet:
        """The desk and inspectors by area, leaders and auditors all; rooms above add their own."""
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.DISPATCHER, Role.INSPECTOR, Role.VERIFIER)
        mine = Q(recorded_by=user) if user.is_authenticated else Q(pk__in=[])
        return self if areas is None else self.filter(mine | Q(area_code__in=areas))


class ServiceRequest(models.Model):
    """What someone said, where and when. Who said it is not kept here."""

    code = models.CharField(max_length=64, unique=True)
    tracking_code = models.CharField(max_length=CODE_LENGTH, unique=True, default=tracking_code)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    channel_name = models.CharField(max_length=100, blank=True, help_text="the word as it came")
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    category_name = models.CharField(max_length=200, blank=True, help_text="the word as it came")
    nature = models.CharField(max_length=16, choices=Nature.choices, blank=True)
    nature_name = models.CharField(max_length=100, blank=True, help_text="the word as it came")
    text = models.TextField(blank=True)
    reported_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, help_text="as the source states it")
    status = models.CharField(max_length=100, blank=True, help_text="as the source states it")
    place = models.GeometryField(srid=4326, null=True, help_text="a point or a line")
    accuracy_m = models.FloatField(null=True)
    place_stated = models.JSONField(default=dict, help_text="lon, lat and datum as given")
    facility_code = models.CharField(max_length=64, blank=True)
    cell_code = models.CharField(max_length=64, blank=True, db_index=True)
    area_code = models.CharField(max_length=64, blank=True, db_index=True)
    recorded_at = models.DateTimeField(auto_now_add=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[Any] = RequestQuerySet.as_manager()

    class Meta:
        db_table = "inspections_request"
        constraints = [
            models.CheckConstraint(
                name="request_channel_known", condition=Q(channel__in=[c.value for c in Channel])
            ),
            models.CheckConstraint(
                name="request_nature_known",
                condition=Q(nature="") | Q(nature__in=[n.value for n in Nature]),
            ),
            models.CheckConstraint(
                name="request_accuracy_positive",
                condition=Q(accuracy_m__isnull=True) | Q(accuracy_m__gte=0),
            ),
        ]
        indexes = [models.Index(name="request_newest", fields=["-reported_at", "-id"])]

    def __str__(self) -> str:
        return self.code


register_visible(ServiceRequest, lambda user: ServiceRequest.objects.visible_to(user))
