"""What all these pages have in common: they are read, by those to whom the table of roles shows it."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest

from grid.organizations.models import Role
from grid.organizations.permissions import has_role


def reads(request: HttpRequest, *roles: Role) -> bool:
    """Whether the reader holds one of the roles; being let in by `is_staff` is not enough."""
    return has_role(request.user, *roles)


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]
    """To read; nothing is added, changed or removed here."""

    readers: ClassVar[tuple[Role, ...]] = (Role.ADMINISTRATOR,)
    show_full_result_count = False
    list_per_page = 50

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who holds a role that reads this."""
        return reads(request, *self.readers)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """As for each of its records."""
        return reads(request, *self.readers)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody."""
        return False
