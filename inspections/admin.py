"""The pages of the work: how near proof must be taken, by an audited act; the calendar; cases for auditors.

Administrators run the platform and see no case (docs/roles.md): what follows `visible_to` is shown to
auditors alone, to read. Who made a request is not shown here to anybody.
"""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.models import User
from grid.admin import ReadOnly, call, many
from grid.organizations.models import Role
from inspections.calendar.models import WorkDay
from inspections.cases.models import Assignment, Callback, Case, ProofDistance
from inspections.cases.use_cases import set_proof_distance
from inspections.disputes.models import Dispute, ReturnRequest, Transfer
from inspections.fieldwork.models import FieldTask, Visit
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.channels.use_cases import change_channel
from inspections.intake.open311.models import ServiceQuestion
from inspections.intake.open311.use_cases import drop_question, set_question
from inspections.intake.upstream.models import UpstreamCategory, UpstreamLink
from inspections.intake.upstream.use_cases import set_link
from inspections.messages.delivery.models import Endpoint, Transport
from inspections.messages.delivery.use_cases.minding import is_address, name_endpoint
from inspections.requests.models import Channel, ServiceRequest

call(ProofDistance, _("举证距离"), many("举证距离"))
call(ServiceQuestion, _("服务提问"), many("服务提问"))
call(WorkDay, _("工作日历"), many("工作日历"))
call(IntakeChannel, _("受理渠道"), many("受理渠道"))
call(UpstreamLink, _("上级平台对接"), many("上级平台对接"))
call(UpstreamCategory, _("上级平台类别对照"), many("上级平台类别对照"))
call(Case, _("案卷"), many("案卷"))
call(Assignment, _("交办"), many("交办"))
call(ServiceRequest, _("诉求"), many("诉求"))
call(FieldTask, _("现场任务"), many("现场任务"))
call(Visit, _("到场"), many("到场"))
call(ReturnRequest, _("退单申请"), many("退单申请"))
call(Transfer, _("移交提议"), many("移交提议"))
call(Dispute, _("权属争议"), many("权属争议"))
call(Callback, _("回访"), many("回访"))
call(Endpoint, _("消息接收方"), many("消息接收方"))


@admin.register(ProofDistance)
class ProofDistanceAdmin(ReadOnly):
    """Categories whose photos must be taken nearer, or may be taken farther, than 100 m."""

    list_display = ["category", "limit_m"]
    list_select_related = ["category"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Of a line that exists, the distance alone is changed."""
        return ["category"] if obj else []

    def save_model(self, request: HttpRequest, obj: ProofDistance, form: Any, change: bool) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        set_proof_distance(obj.category, actor=request.user, limit_m=obj.limit_m)


class EndpointForm(forms.ModelForm):  # type: ignore[type-arg]
    """Address and secret are written, never shown."""

    url = forms.CharField(label=_("地址"), required=False, widget=forms.URLInput)
    secret = forms.CharField(label=_("密钥"), required=False, widget=forms.PasswordInput)

    class Meta:
        model = Endpoint
        fields = (
            "name",
            "transport",
            "organization",
            "kinds",
            "language",
            "per_minute",
            "active",
        )

    def clean(self) -> dict[str, Any]:
        """A new one needs an address that is one."""
        told = super().clean() or {}
        url = told.get("url", "")
        if (url or not self.instance.pk) and not is_address(url):
            raise forms.ValidationError(_("地址须为 https://…（内网可用 http://）。"))
        return told


@admin.register(Endpoint)
class EndpointAdmin(ReadOnly):
    """Robots of groups and programs that are told: name, body, which messages, how many a minute."""

    form = EndpointForm
    list_display = ["name", "transport", "organization", "host", "active"]
    list_select_related = ["organization"]
    raw_id_fields = ["organization"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The name is by what it is known."""
        return ["name"] if obj else []

    def save_model(self, request: HttpRequest, obj: Endpoint, form: Any, change: bool) -> None:
        """By the act, so that it is on record; without the address."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        told = form.cleaned_data
        kept = name_endpoint(
            actor=request.user,
            name=obj.name,
            transport=Transport(obj.transport),
            organization=obj.organization,
            url=told["url"],
            secret=told["secret"],
            kinds=tuple(obj.kinds),
            language=obj.language,
            per_minute=obj.per_minute,
            active=obj.active,
        )
        obj.pk = kept.pk


@admin.register(WorkDay)
class WorkDayAdmin(ReadOnly):
    """The work calendar, as loaded."""

    list_display = ["date", "kind", "name", "provisional"]
    list_filter = ["kind", "provisional"]
    ordering = ["-date"]


class Kept(ReadOnly):
    """Records that administrators add and change by an audited act."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)


@admin.register(IntakeChannel)
class IntakeChannelAdmin(Kept):
    """The registry of channels; a secret is given by `manage.py channel` and shown to nobody."""

    list_display = ["code", "name", "channel", "organization", "legacy_id", "active", "retired_on"]
    list_filter = ["channel", "active", "direct"]
    list_select_related = ["organization"]
    search_fields = ["code", "name", "legacy_id", "address"]
    fields = [
        "code", "name", "channel", "channel_name", "legacy_id", "organization", "address", "active",
        "retired_on", "direct", "media_url",
    ]  # fmt: skip
    autocomplete_fields = ["organization"]
    ordering = ["code"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A code stays what it is."""
        return ["code"] if obj else []

    def save_model(self, request: HttpRequest, obj: IntakeChannel, form: Any, change: bool) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        names = form.changed_data if change else form.cleaned_data
        saved = change_channel(
            obj, actor=request.user, changes={name: form.cleaned_data[name] for name in names}
        )
        obj.pk = saved.pk


class CategoriesInside(admin.TabularInline):  # type: ignore[type-arg]
    """The platform's words for categories."""

    model = UpstreamCategory
    extra = 1
    autocomplete_fields = ["category"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever was shown the link."""
        return True

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(UpstreamLink)
class UpstreamLinkAdmin(Kept):
    """Platforms above: where our reports go, and what their words for categories mean."""

    list_display = ["channel", "url", "active"]
    list_select_related = ["channel"]
    autocomplete_fields = ["channel"]
    inlines = [CategoriesInside]

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Channels of the kind that platforms above give their orders by."""
        if db_field.name == "channel":
            kwargs["queryset"] = IntakeChannel.objects.filter(channel=Channel.UPSTREAM)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A link stays with its channel."""
        return ["channel"] if obj else []

    def save_model(self, request: HttpRequest, obj: UpstreamLink, form: Any, change: bool) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        set_link(obj, actor=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The words, on record with their number."""
        super().save_related(request, form, formsets, change)
        assert isinstance(request.user, User)  # noqa: S101
        set_link(form.instance, actor=request.user, words=form.instance.categories.count())


class WorkAdmin(ReadOnly):
    """Records that their room shows to the reader."""

    readers = (Role.AUDITOR,)
    exclude = ["place", "position", "pin", "requests", "tracking_code"]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """What the reader may see."""
        seen: models.QuerySet[Any] = self.model._default_manager.visible_to(request.user)
        return seen.order_by(*self.ordering)


class _Inside(admin.TabularInline):  # type: ignore[type-arg]
    """Of a case, to read with it."""

    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever was shown the case."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False


class AssignmentsInside(_Inside):
    """To whom it was given."""

    model = Assignment
    fields = ["organization", "kind", "dispatched_at", "accepted_at", "arrived_at", "ended_at"]


class CallbacksInside(_Inside):
    """What the requester said of it."""

    model = Callback
    fields = ["made_at", "made_by", "reached", "rating", "solved", "note"]


@admin.register(Case)
class CaseAdmin(WorkAdmin):
    """Cases, the newest first."""

    list_display = ["number", "state", "category", "channel", "urgency", "reported_at", "closed_at"]
    list_filter = ["state", "channel", "urgency"]
    list_select_related = ["category"]
    search_fields = ["number"]
    inlines = [AssignmentsInside, CallbacksInside]


@admin.register(ServiceRequest)
class RequestAdmin(WorkAdmin):
    """What was said, without who said it."""

    list_display = ["code", "channel", "text", "status", "reported_at", "closed_at"]
    list_filter = ["channel", "status"]
    search_fields = ["code"]


@admin.register(FieldTask)
class TaskAdmin(WorkAdmin):
    """Tasks on the spot."""

    list_display = ["id", "case", "kind", "status", "organization", "made_at", "done_at", "done_by"]
    list_filter = ["kind", "status"]
    list_select_related = ["case", "organization", "done_by"]


@admin.register(Visit)
class VisitAdmin(WorkAdmin):
    """Who was where, when."""

    list_display = ["id", "task", "visitor", "outcome", "arrived_at", "distance_m", "near"]
    list_filter = ["outcome", "near"]
    list_select_related = ["task", "visitor"]


@admin.register(ReturnRequest)
class ReturnAdmin(WorkAdmin):
    """Bodies that asked for a case to be taken from them."""

    list_display = ["case", "organization", "grounds", "state", "asked_at", "decided_at"]
    list_filter = ["state", "grounds"]
    list_select_related = ["case", "organization"]


@admin.register(Transfer)
class TransferAdmin(WorkAdmin):
    """Transfers by consent."""

    list_display = ["case", "organization", "proposed_to", "state", "proposed_at", "decided_at"]
    list_filter = ["state"]
    list_select_related = ["case", "organization", "proposed_to"]


@admin.register(Dispute)
class DisputeAdmin(WorkAdmin):
    """Cases whose bodies deny that it is theirs."""

    list_display = ["case", "state", "cause", "custodian", "opened_at"]
    list_filter = ["state"]
    list_select_related = ["case", "custodian"]


@admin.register(ServiceQuestion)
class ServiceQuestionAdmin(ReadOnly):
    """What reports by Open311 are asked, category by category."""

    list_display = ["category", "order", "code", "description", "datatype", "required"]
    list_select_related = ["category"]
    ordering = ["category", "order"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return self.has_view_permission(request)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A question keeps its category and code: answers are kept under it."""
        return ["category", "code"] if obj else []

    def save_model(
        self, request: HttpRequest, obj: ServiceQuestion, form: Any, change: bool
    ) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        set_question(obj, actor=request.user)

    def delete_model(self, request: HttpRequest, obj: ServiceQuestion) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_delete_permission made sure)
        drop_question(obj, actor=request.user)
