"""Requests as they were made, who made them (erasable), what the desk answered and released.

A source that states a record again replaces its earlier statement.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
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


Seen = Callable[[User], Q]
_ALSO_SEEN: list[Seen] = []


def also_seen(condition: Seen) -> None:
    """What a room above adds: which further requests a user sees; wired in apps.py."""
    _ALSO_SEEN.append(condition)


class RequestQuerySet(models.QuerySet["ServiceRequest"]):
    """Requests by who may read them."""

    def visible_to(self, user: User) -> RequestQuerySet:
        """The desk and inspectors by area, leaders and auditors all; rooms above add their own."""
        if has_role(user, Role.LEADER, Role.AUDITOR):
            return self
        areas = area_codes_of(user, Role.DISPATCHER, Role.INSPECTOR, Role.VERIFIER)
        if areas is None:
            return self
        if not (user.is_authenticated and user.is_active):
            return self.none()
        seen = Q(recorded_by=user) | Q(area_code__in=areas)
        for condition in _ALSO_SEEN:
            seen |= condition(user)
        return self.filter(seen)


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
        indexes = [
            models.Index(name="request_newest", fields=["-reported_at", "-id"]),
            models.Index(
                name="request_open311_newest",
                fields=["-reported_at", "-id"],
                condition=Q(channel="open311"),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class RequesterKind(models.TextChoices):
    """Who speaks (C20)."""

    CITIZEN = "citizen", "市民"
    ENTERPRISE = "enterprise", "企业机构"


class Requester(models.Model):
    """Who said it: the only place that knows, and it can be emptied (`erased_at`).

    `sealed` holds name, phone and e-mail under a key that is not in the database; `phone_mark` finds
    a number without keeping it. The kind stays for the figures.
    """

    request = models.OneToOneField(
        ServiceRequest, on_delete=models.PROTECT, primary_key=True, related_name="requester"
    )
    kind = models.CharField(
        max_length=16, choices=RequesterKind.choices, default=RequesterKind.CITIZEN.value
    )
    sealed = models.TextField(blank=True)
    phone_mark = models.CharField(max_length=64, blank=True)
    reachable = models.BooleanField(help_text="left a phone number or an e-mail address")
    erased_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "inspections_requester"
        constraints = [
            models.CheckConstraint(
                name="requester_kind_known",
                condition=Q(kind__in=[k.value for k in RequesterKind]),
            ),
            models.CheckConstraint(
                name="requester_erased_is_empty",
                condition=Q(erased_at__isnull=True) | Q(sealed="", phone_mark="", reachable=False),
            ),
        ]
        indexes = [
            models.Index(
                name="requester_by_phone", fields=["phone_mark"], condition=~Q(phone_mark="")
            )
        ]


class RequestAnswer(models.Model):
    """What the desk answered to a request without a case (在线办结): appended, the last one stands."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "inspections_request_answer"
        indexes = [models.Index(name="answer_of_request", fields=["request", "id"])]


class RequestRelease(models.Model):
    """The words of a request that the public may read: appended, the last one stands; blank: none."""

    request = models.ForeignKey(ServiceRequest, on_delete=models.PROTECT, related_name="releases")
    text = models.TextField(blank=True)
    released_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        db_table = "inspections_request_release"
        indexes = [models.Index(name="release_of_request", fields=["request", "id"])]


register_visible(ServiceRequest, lambda user: ServiceRequest.objects.visible_to(user))
