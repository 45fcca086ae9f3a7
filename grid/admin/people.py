"""Accounts, bodies and roles: changed by audited acts only."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.password_validation import validate_password
from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.models import User
from grid.admin.reading import ReadOnly, reads
from grid.organizations.models import TAKE_CASES, Membership, Organization, Role
from grid.organizations.use_cases import (
    OwnAncestor,
    add_organization,
    change_organization,
    check_no_cycle,
    close_account,
    create_account,
    grant_role,
    revoke_tokens,
    set_password,
    withdraw_role,
)


class NewAccount(forms.ModelForm):  # type: ignore[type-arg]
    """Name and first password."""

    password = forms.CharField(
        label=_("密码"), widget=forms.PasswordInput, validators=[validate_password]
    )

    class Meta:
        model = User
        fields = ["username", "language"]


class ChangedAccount(forms.ModelForm):  # type: ignore[type-arg]
    """A new password, where the old one is forgotten."""

    new_password = forms.CharField(
        label=_("新密码"),
        widget=forms.PasswordInput,
        required=False,
        validators=[validate_password],
        help_text=_("留空则不修改。"),
    )

    class Meta:
        model = User
        fields: list[str] = []


@admin.register(User)
class AccountAdmin(ReadOnly):
    """Accounts: made, given a new password, closed; never removed, for their acts carry the name."""

    list_display = ["username", "is_active", "is_service", "last_login"]
    list_filter = ["is_active", "is_service"]
    search_fields = ["username"]
    ordering = ["username"]
    actions = ["close", "revoke"]
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return reads(request, Role.ADMINISTRATOR)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators, people's accounts."""
        return reads(request, Role.ADMINISTRATOR) and not (obj and obj.is_service)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """One form to make an account, one to change it."""
        return ChangedAccount if obj else NewAccount

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """As the forms have them."""
        return ["new_password"] if obj else ["username", "password", "language"]

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """By the acts, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        if not change:
            made = create_account(
                actor=request.user,
                username=obj.username,
                password=form.cleaned_data["password"],
                language=obj.language,
            )
            obj.pk = made.pk
        elif form.cleaned_data["new_password"]:
            set_password(obj, actor=request.user, password=form.cleaned_data["new_password"])

    @admin.action(description=_("停用所选账号"))
    def close(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        """Their people can no longer enter."""
        for user in queryset.exclude(is_service=True):
            close_account(user, actor=request.user)  # type: ignore[arg-type]

    @admin.action(description=_("撤销所选账号的全部令牌"))
    def revoke(self, request: HttpRequest, queryset: models.QuerySet[User]) -> None:
        """Programs that used them are out."""
        for user in queryset:
            revoke_tokens(user, actor=request.user)  # type: ignore[arg-type]


class BodyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A body's place in the tree: never above itself. Who takes cases has a named chief (C6)."""

    def clean(self) -> dict[str, Any]:
        """Says so beside the field, with all that was typed still there."""
        cleaned: dict[str, Any] = super().clean() or {}
        for link in {"parent", "successor"} & set(cleaned) if self.instance.pk else ():
            try:
                check_no_cycle(self.instance, link, cleaned[link])
            except OwnAncestor as error:
                self.add_error(link, error.message if get_language() == "en" else error.message_zh)
        kind = cleaned.get("kind") or self.instance.kind
        if kind in TAKE_CASES and not cleaned.get("chief", "").strip():
            self.add_error("chief", _("承办案件的单位须登记负责人姓名：责任落实到人。"))
        return cleaned


@admin.register(Organization)
class OrganizationAdmin(ReadOnly):
    """Bodies: name, place in the tree, chief, duty contact; code and kind stay as they were made."""

    form = BodyForm
    list_display = ["code", "name", "kind", "parent", "chief", "phone"]
    ordering = ["code"]
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)
    list_filter = ["kind"]
    list_select_related = ["parent"]
    search_fields = ["code", "name"]
    fields = [
        "code", "name", "kind", "parent", "successor", "successor_from", "chief", "phone",
        "area_code",
    ]  # fmt: skip
    autocomplete_fields = ["parent", "successor"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return reads(request, Role.ADMINISTRATOR)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return reads(request, Role.ADMINISTRATOR)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What others refer to is fixed."""
        return ["code", "kind"] if obj else []

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """A body may be without parent and successor."""
        form = super().get_form(request, obj, change, **kwargs)
        for name in {"parent", "successor"} & set(form.base_fields):
            form.base_fields[name].required = False
        return form

    def save_model(self, request: HttpRequest, obj: Organization, form: Any, change: bool) -> None:
        """By the acts, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_change_permission made sure)
        if change:
            change_organization(obj, actor=request.user, **form.cleaned_data)
        else:
            obj.pk = add_organization(actor=request.user, **form.cleaned_data).pk


@admin.register(Membership)
class MembershipAdmin(ReadOnly):
    """Roles: given and withdrawn, not edited."""

    list_display = ["user", "role", "organization", "area_code"]
    list_filter = ["role"]
    list_select_related = ["user", "organization"]
    search_fields = ["user__username", "organization__name", "organization__code"]
    autocomplete_fields = ["user", "organization"]
    fields = ["user", "role", "organization", "area_code"]
    actions = ["withdraw"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators."""
        return reads(request, Role.ADMINISTRATOR)

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """By the act, so that it is on record."""
        assert isinstance(request.user, User)  # noqa: S101 (has_add_permission made sure)
        granted = grant_role(
            obj.user,
            actor=request.user,
            role=Role(obj.role),
            organization=obj.organization,
            area_code=obj.area_code,
        )
        obj.pk = granted.pk

    @admin.action(description=_("收回所选角色"))
    def withdraw(self, request: HttpRequest, queryset: models.QuerySet[Membership]) -> None:
        """What was done in the role stays on record."""
        for membership in queryset:
            withdraw_role(membership, actor=request.user)  # type: ignore[arg-type]
