"""How change sets, their items and their impact are shown, and what their acts take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework_gis.serializers import GeoFeatureModelSerializer

from core.models import User
from core.workflow import available_acts
from grid.ground.queries import newest_version
from grid.ground.serializers import PlaceField
from grid.jurisdiction.serializers import BodySerializer
from inspections.cases.serializers import AvailableAct
from inspections.changes.models import ChangeItem, ChangeSet, ChangeSetState, ImpactRow
from inspections.changes.permissions import is_second_person

ACTS = ("preview", "publish", "withdraw")


class ChangeItemSerializer(serializers.ModelSerializer[ChangeItem]):
    """One load: what it did when it was tried."""

    by = serializers.CharField(source="added_by.username", read_only=True)

    class Meta:
        model = ChangeItem
        fields = ["id", "layer", "filename", "sha256", "options", "added_at", "by"]

    def to_representation(self, item: ChangeItem) -> dict[str, Any]:
        """With created, updated, unchanged, rejected and warnings."""
        shown: dict[str, Any] = super().to_representation(item)
        told: dict[str, Any] = item.told
        return shown | told


class MoveSerializer(serializers.Serializer[Any]):
    """How much passes from one body to another (null: nobody)."""

    facilities = serializers.IntegerField()
    cases = serializers.IntegerField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        """`from` is no Python name."""
        bodies = {name: BodySerializer(allow_null=True) for name in ("from", "to")}
        return bodies | super().get_fields()


class ImpactSerializer(serializers.Serializer[Any]):
    """What a change set moves, in numbers."""

    computed_at = serializers.DateTimeField()
    at = serializers.DateTimeField(
        required=False,
        help_text="the instant answered for: ahead where what changes begins to hold later",
    )
    ground_version = serializers.IntegerField()
    facilities = serializers.IntegerField()
    cases = serializers.IntegerField()
    moves = MoveSerializer(many=True)


class ChangeSetSerializer(serializers.ModelSerializer[ChangeSet]):
    """A change set in a list."""

    state_name = serializers.CharField(source="get_state_display", read_only=True)
    author = serializers.CharField(source="author.username", read_only=True)
    approver = serializers.CharField(source="approver.username", default=None, read_only=True)
    impact = ImpactSerializer(read_only=True, allow_null=True)
    stale = serializers.SerializerMethodField(
        help_text="the ground changed since the impact was found: preview it again"
    )

    class Meta:
        model = ChangeSet
        fields = [
            "number",
            "title",
            "reason",
            "state",
            "state_name",
            "version",
            "author",
            "approver",
            "base_version",
            "published_version",
            "created_at",
            "ended_at",
            "impact",
            "stale",
        ]

    def get_stale(self, change_set: ChangeSet) -> bool:
        """Only what may still be published can be stale."""
        if change_set.state != ChangeSetState.PREVIEWED:
            return False
        return change_set.impact_on != self._newest()

    def _newest(self) -> int:
        """Asked once for a whole list."""
        shared: Any = self.context
        if "newest_version" not in shared:
            shared["newest_version"] = newest_version()
        newest: int = shared["newest_version"]
        return newest


class ChangeSetDetail(ChangeSetSerializer):
    """A change set whole: its items, and what you may do now."""

    items = serializers.SerializerMethodField()
    available_acts = serializers.SerializerMethodField()
    may_edit = serializers.SerializerMethodField(help_text="you may add and remove items now")

    class Meta(ChangeSetSerializer.Meta):
        fields = [*ChangeSetSerializer.Meta.fields, "items", "available_acts", "may_edit"]

    @extend_schema_field(ChangeItemSerializer(many=True))
    def get_items(self, change_set: ChangeSet) -> Any:
        """In the order they are carried out."""
        items = change_set.items.select_related("added_by").order_by("id")
        return ChangeItemSerializer(items, many=True).data

    @extend_schema_field(AvailableAct(many=True))
    def get_available_acts(self, change_set: ChangeSet) -> list[dict[str, Any]]:
        """Preview, publish, withdraw; publishing is offered to a second person alone."""
        return [
            {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
            for line in self._open(change_set)
            if line.act in ACTS
        ]

    def get_may_edit(self, change_set: ChangeSet) -> bool:
        """Whether items may be added and removed by this user."""
        return any(line.act == "add_item" for line in self._open(change_set))

    def _open(self, change_set: ChangeSet) -> list[Any]:
        user = self.context["request"].user
        if not isinstance(user, User):
            return []
        second = is_second_person(user, change_set)
        return [
            line for line in available_acts(change_set, user) if line.act != "publish" or second
        ]


class ImpactFeature(GeoFeatureModelSerializer):  # type: ignore[misc]
    """A facility or case that changes hands, with its place."""

    place = PlaceField()

    class Meta:
        model = ImpactRow
        geo_field = "place"
        fields = ["id", "kind", "code", "category", "name", "from_outcome", "to_outcome"]

    def get_properties(self, row: ImpactRow, fields: Any) -> dict[str, Any]:
        """With the bodies, and a case's number under its own name."""
        told: dict[str, Any] = super().get_properties(row, fields)
        if row.kind == "case":
            told["number"] = row.code
        return told | {
            "from": _body(row.from_code, row.from_name),
            "to": _body(row.to_code, row.to_name),
        }


def _body(code: str, name: str) -> dict[str, str] | None:
    return {"code": code, "name": name} if code else None


class DraftRequest(serializers.Serializer[Any]):
    """What beginning a change set takes."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class ChangeActRequest(serializers.Serializer[Any]):
    """What an act upon a change set takes."""

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )
    reason = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class EditRequest(ChangeActRequest):
    """An edit by hand: features for a layer, loaded as a GeoJSON file would be."""

    layer = serializers.CharField(max_length=32)
    features = serializers.JSONField(help_text="a GeoJSON FeatureCollection")
    options = serializers.JSONField(required=False, help_text="options of `load` by name")
