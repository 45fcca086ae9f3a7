"""How organizations and one's own roles are shown."""

from rest_framework import serializers

from core.models import AuditEntry, User
from grid.organizations.models import Membership, Organization


class OrganizationName(serializers.ModelSerializer[Organization]):
    """An organization in passing: code and name."""

    class Meta:
        model = Organization
        fields = ["code", "name"]


class OwnRole(serializers.ModelSerializer[Membership]):
    """One role of one's own: where it counts; a blank area is the whole city."""

    organization = OrganizationName()
    area = serializers.CharField(source="area_code")

    class Meta:
        model = Membership
        fields = ["role", "organization", "area"]


class Me(serializers.ModelSerializer[User]):
    """Who is asking, and what a screen needs to act for them."""

    name = serializers.CharField(source="username")
    roles = OwnRole(source="memberships", many=True)
    csrf = serializers.SerializerMethodField(help_text="send it back as X-CSRFToken")

    class Meta:
        model = User
        fields = ["name", "language", "roles", "csrf"]

    def get_csrf(self, user: User) -> str:
        """The session's CSRF token; the view puts it into the context."""
        return str(self.context["csrf"])


class OrganizationDetails(serializers.ModelSerializer[Organization]):
    """A body: where it stands in the tree, who leads it, whom to call."""

    parent = OrganizationName(allow_null=True)
    successor = OrganizationName(allow_null=True)
    area = serializers.CharField(source="area_code", help_text="code; blank: the whole city")

    class Meta:
        model = Organization
        fields = [
            "code", "name", "kind", "parent", "successor", "successor_from", "chief", "phone",
            "area",
        ]  # fmt: skip


class AuditLine(serializers.ModelSerializer[AuditEntry]):
    """One entry of the trail; `hash` chains it to the one before."""

    actor = serializers.CharField(source="actor.username")

    class Meta:
        model = AuditEntry
        fields = [
            "seq",
            "at",
            "actor",
            "act",
            "subject_type",
            "subject_id",
            "reason",
            "details",
            "hash",
        ]
