"""Accounts, roles and tokens: given, taken back, and every time on record."""

from typing import Any

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from knox.models import AuthToken

from core.audit import record_act
from core.errors import Invalid, NotPermitted
from core.models import User
from grid.ground.use_cases import hold_ground, publish_standing
from grid.organizations.models import Membership, Organization, OrganizationKind, Role
from grid.organizations.permissions import may_manage_people


class BadUsername(Invalid):
    """'{name}' cannot be an account's name: at most 150 letters, digits and @ . + - _."""

    zh = "“{name}”不能作为账号名：最多 150 个字母、数字或 @ . + - _。"


class UsernameTaken(Invalid):
    """There is an account named '{name}' already."""

    zh = "已有名为“{name}”的账号。"


class AccountClosed(Invalid):
    """The account '{name}' is closed."""

    zh = "账号“{name}”已停用。"


class OnlyAdministrators(NotPermitted):
    """Only an administrator gives accounts and roles."""

    zh = "只有管理员可以设立账号、授予角色。"


class OrganizationExists(Invalid):
    """There is an organization with the code '{code}' already."""

    zh = "已有代码为“{code}”的单位。"


class OwnAncestor(Invalid):
    """The body '{code}' would stand above itself, or follow itself; name another {link}."""

    zh = "单位“{code}”会成为自身的上级或继任，请另选单位。"


def service_user(name: str) -> User:
    """The named service user under which scheduled work and the operator's commands act."""
    with transaction.atomic():
        user, created = User.objects.get_or_create(
            username=name, defaults={"is_service": True, "password": "!"}
        )
        if not user.is_service:
            raise UsernameTaken(name=name)
        if created:
            record_act(actor=user, act="create_account", subject=user, details={"service": True})
    return user


def create_account(
    *, actor: User, username: str, password: str = "", language: str = "zh-hans"
) -> User:
    """A new account, with no role; without a password it can only use tokens."""
    _check_may_manage(actor)
    try:
        UnicodeUsernameValidator()(username)
    except ValidationError as error:
        raise BadUsername(name=username) from error
    if len(username) > 150:
        raise BadUsername(name=username)
    with transaction.atomic():
        try:
            with transaction.atomic():
                user = User.objects.create_user(
                    username=username, password=password or None, language=language
                )
        except IntegrityError as error:
            raise UsernameTaken(name=username) from error
        record_act(actor=actor, act="create_account", subject=user)
    return user


def set_password(user: User, *, actor: User, password: str) -> User:
    """A new password; open sessions end with it, for the session hash changes."""
    if actor != user:
        _check_may_manage(actor)
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record_act(actor=actor, act="set_password", subject=user)
    return user


def grant_role(
    user: User, *, actor: User, role: Role, organization: Organization, area_code: str = ""
) -> Membership:
    """The role for that organization and area (blank: the city); having it already is no error.

    A body's first handler makes it reachable, on which verdicts rest: that is published.
    """
    _check_may_manage(actor)
    with transaction.atomic():
        if role == Role.HANDLER:
            hold_ground()
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            raise AccountClosed(name=user.username)
        membership, created = Membership.objects.get_or_create(
            user=user, role=role, organization=organization, area_code=area_code
        )
        if created:
            if role == Role.HANDLER:
                publish_standing(actor=actor, act="gain_contact")
            record_act(
                actor=actor,
                act="grant_role",
                subject=user,
                details={"role": role, "organization": organization.code, "area": area_code},
            )
            _keep_staff_in_step(user)
    return membership


def withdraw_role(membership: Membership, *, actor: User) -> User:
    """Take a role back; what the person did in it stays on record."""
    _check_may_manage(actor)
    with transaction.atomic():
        if membership.role == Role.HANDLER:
            hold_ground()
        user = User.objects.select_for_update().get(pk=membership.user_id)
        details = {
            "role": membership.role,
            "organization": membership.organization.code,
            "area": membership.area_code,
        }
        membership.delete()
        if details["role"] == Role.HANDLER:
            publish_standing(actor=actor, act="lose_contact")
        record_act(actor=actor, act="withdraw_role", subject=user, details=details)
        _keep_staff_in_step(user)
    return user


def close_account(user: User, *, actor: User) -> User:
    """The person can no longer enter; the account stays, for its acts carry its name."""
    _check_may_manage(actor)
    with transaction.atomic():
        hold_ground()
        user = User.objects.select_for_update().get(pk=user.pk)
        user.is_active = False
        user.save(update_fields=["is_active"])
        AuthToken.objects.filter(user=user).delete()
        publish_standing(actor=actor, act="lose_contact")
        record_act(actor=actor, act="close_account", subject=user)
    return user


def issue_token(user: User, *, actor: User) -> str:
    """A new bearer token, shown this once; only its hash is kept. Earlier ones stay valid."""
    if actor != user:
        _check_may_manage(actor)
    with transaction.atomic():
        _, token = AuthToken.objects.create(user=user)
        record_act(actor=actor, act="issue_token", subject=user)
    return str(token)


def revoke_tokens(user: User, *, actor: User) -> int:
    """End every bearer token of a user; returns how many there were."""
    if actor != user:
        _check_may_manage(actor)
    with transaction.atomic():
        count: int = AuthToken.objects.filter(user=user).delete()[0]
        record_act(actor=actor, act="revoke_tokens", subject=user, details={"count": count})
    return count


def add_organization(
    *, actor: User, code: str, name: str, kind: OrganizationKind, **changes: Any
) -> Organization:
    """A new body, published as such; `changes` as for `change_organization`."""
    _check_may_manage(actor)
    with transaction.atomic():
        hold_ground()
        try:
            with transaction.atomic():
                organization: Organization = Organization.objects.create(
                    code=code, name=name, kind=kind, **changes
                )
        except IntegrityError as error:
            raise OrganizationExists(code=code) from error
        publish_standing(actor=actor, act="publish_organization")
        record_act(
            actor=actor,
            act="add_organization",
            subject=organization,
            details={"code": code, "name": name, "kind": kind},
        )
    return organization


def change_organization(organization: Organization, *, actor: User, **changes: Any) -> Organization:
    """New name, place in the tree, chief or duty contact; what was there before goes on record.

    What verdicts read of it changes with a ground version of its own.
    """
    _check_may_manage(actor)
    with transaction.atomic():
        hold_ground()
        organization = Organization.objects.select_for_update().get(pk=organization.pk)
        before = {name: getattr(organization, name) for name in changes}
        differing = [name for name in changes if changes[name] != before[name]]
        if not differing:
            return organization
        for link in {"parent", "successor"}.intersection(differing):
            check_no_cycle(organization, link, changes[link])
        for name in differing:
            setattr(organization, name, changes[name])
        organization.save(update_fields=differing)
        publish_standing(actor=actor, act="publish_organization")
        record_act(
            actor=actor,
            act="change_organization",
            subject=organization,
            details={name: [_word(before[name]), _word(changes[name])] for name in differing},
        )
    return organization


def check_no_cycle(organization: Organization, link: str, other: Organization | None) -> None:
    """Raise OwnAncestor if the body would be reached again by going on from its new parent or successor."""
    passed: set[int] = set()
    while other is not None and other.pk not in passed:
        if other.pk == organization.pk:
            raise OwnAncestor(code=organization.code, link=link)
        passed.add(other.pk)
        other = getattr(other, link)


def _word(value: Any) -> str:
    return value.code if isinstance(value, Organization) else str(value or "")


def _check_may_manage(actor: User) -> None:
    if not may_manage_people(actor):
        raise OnlyAdministrators


def _keep_staff_in_step(user: User) -> None:
    """The admin pages are for administrators and, to read, for auditors, as long as they are."""
    user.is_staff = user.memberships.filter(role__in=[Role.ADMINISTRATOR, Role.AUDITOR]).exists()
    user.save(update_fields=["is_staff"])
