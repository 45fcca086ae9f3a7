"""manage.py account: an account, a role, a password, a token."""

import secrets
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from core.errors import DomainError
from core.models import User
from grid.organizations.models import Organization, Role
from grid.organizations.queries import area_named, organization_named
from grid.organizations.use_cases import (
    AccountClosed,
    create_account,
    grant_role,
    issue_token,
    revoke_tokens,
    service_user,
    set_password,
)


class Command(BaseCommand):
    """Make an account or add a role to one; repeating the command changes nothing."""

    help = "Make an account, or add a role, a new password or a token to an existing one."

    def add_arguments(self, parser: CommandParser) -> None:
        """The contract's arguments."""
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--role", help=f"one of: {', '.join(Role.values)}")
        parser.add_argument("--organization", metavar="CODE", help="code or exact name")
        parser.add_argument(
            "--area",
            metavar="CODE",
            default="",
            help="the area and all below it; the city if not given",
        )
        parser.add_argument("--password", metavar="P", help="for the screens")
        parser.add_argument(
            "--token", action="store_true", help="print a new bearer token, alone, on stdout"
        )
        parser.add_argument(
            "--revoke-tokens", action="store_true", help="first end every token the account has"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Parse, act, answer; a refusal changes nothing."""
        existing = User.objects.filter(username=options["name"]).first()
        role = self._role(options, existing)
        if options["password"] is not None and not options["password"]:
            raise CommandError("--password is empty")
        try:
            with transaction.atomic():
                token = self._act(options, existing, role)
        except DomainError as error:
            raise CommandError(error.message) from error
        if token:
            self.stdout.write(token)

    def _role(self, options: dict[str, Any], existing: User | None) -> Role | None:
        """The role asked for; none is needed to change an account that exists."""
        if options["role"] is None and options["organization"] is None and existing:
            return None
        if options["role"] is None or options["organization"] is None:
            raise CommandError("a role needs both --role ROLE and --organization CODE")
        if options["role"] not in Role.values:
            raise CommandError(
                f"no role {options['role']!r}; the roles are: {', '.join(Role.values)}"
            )
        return Role(options["role"])

    def _act(self, options: dict[str, Any], existing: User | None, role: Role | None) -> str:
        organization: Organization | None = None
        area_code = ""
        if role:
            organization = organization_named(options["organization"])
            area_code = area_named(options["area"]) if options["area"] else ""
        operator = service_user("operator")
        if existing is not None and not existing.is_active:
            raise AccountClosed(name=existing.username)
        user = existing or create_account(actor=operator, username=options["name"])
        self._say(f"{'account' if existing else 'new account'} {user.username}")
        if role and organization:
            grant_role(
                user, actor=operator, role=role, organization=organization, area_code=area_code
            )
            place = f" for area {area_code}" if area_code else ""
            self._say(f"role {role} in {organization.code} {organization.name}{place}")
        self._password(options, user, operator, is_new=existing is None)
        if options["revoke_tokens"]:
            self._say(f"{revoke_tokens(user, actor=operator)} tokens revoked")
        return issue_token(user, actor=operator) if options["token"] else ""

    def _password(
        self, options: dict[str, Any], user: User, operator: User, *, is_new: bool
    ) -> None:
        password = options["password"]
        if password is None:
            if not is_new or options["token"]:
                return
            password = secrets.token_urlsafe(9)
            self._say(f"password {password}")
        if user.check_password(password):
            return  # the same again: open sessions stay open
        # The operator of the machine decides: a weak password is called weak, not refused.
        try:
            validate_password(password, user)
        except ValidationError as error:
            self._say(f"warning: a weak password: {' '.join(error.messages)}")
        set_password(user, actor=operator, password=password)

    def _say(self, line: str) -> None:
        """Everything but the token goes to stderr."""
        self.stderr.write(line, style_func=str)
