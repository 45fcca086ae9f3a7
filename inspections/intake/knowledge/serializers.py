"""How answers are shown, and what the acts upon them take."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.models import User
from core.workflow import available_acts
from grid.jurisdiction.asking import category_of
from inspections.cases.serializers import AvailableAct
from inspections.intake.knowledge.models import KnowledgeEntry

ACTS = ("edit", "publish", "pin", "unpin", "withdraw")


class KnowledgeLine(serializers.ModelSerializer[KnowledgeEntry]):
    """A question, its answer, and how far it may be trusted."""

    category = serializers.CharField(source="category.code", default=None, help_text="code or null")
    category_name = serializers.CharField(source="category.name", default=None)
    hot = serializers.BooleanField(help_text="pinned, or asked often of late")
    recent = serializers.IntegerField(help_text="requests answered with it in the last 30 days")
    state_name = serializers.CharField(source="get_state_display", read_only=True)
    author = serializers.CharField(source="author.username", read_only=True)
    reviewer = serializers.CharField(source="reviewer.username", default=None, read_only=True)
    available_acts = serializers.SerializerMethodField()

    class Meta:
        model = KnowledgeEntry
        fields = [
            "id",
            "question",
            "answer",
            "basis",
            "keywords",
            "category",
            "category_name",
            "hot",
            "pinned",
            "recent",
            "valid_from",
            "valid_to",
            "state",
            "state_name",
            "replaces",
            "author",
            "reviewer",
            "published_at",
            "version",
            "available_acts",
        ]

    @extend_schema_field(AvailableAct(many=True))
    def get_available_acts(self, entry: KnowledgeEntry) -> list[dict[str, Any]]:
        """What the reader may do with it now."""
        user = self.context["request"].user
        if not isinstance(user, User):
            return []
        shown = []
        for line in available_acts(entry, user):
            own = line.act == "publish" and entry.author_id == user.pk
            twice = line.act in {"pin", "unpin"} and (line.act == "pin") == entry.pinned
            if line.act in ACTS and not own and not twice:
                shown.append({"act": line.act, "name": line.zh, "needs_reason": line.needs_reason})
        return shown


class EntryStated(serializers.Serializer[Any]):
    """What a draft says; an edit names only what changes."""

    question = serializers.CharField(max_length=300, required=False)
    answer = serializers.CharField(max_length=10_000, required=False)
    basis = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    keywords = serializers.CharField(max_length=300, required=False, allow_blank=True)
    category = serializers.CharField(
        max_length=200, required=False, allow_null=True, allow_blank=True, help_text="code or name"
    )
    valid_from = serializers.DateField(required=False)
    valid_to = serializers.DateField(required=False, allow_null=True)

    def validate_category(self, given: str | None) -> Any:
        """A category that exists, or none."""
        return category_of(given) if given else None


class DraftStated(EntryStated):
    """A new entry, or one that replaces another."""

    pinned = serializers.BooleanField(required=False, default=False)
    replaces = serializers.IntegerField(required=False, allow_null=True, help_text="id of an entry")


class KnowledgeAct(EntryStated):
    """What the acts take: edit the fields of the entry; withdraw a reason."""

    reason = serializers.CharField(max_length=2_000, required=False, allow_blank=True)
    base_version = serializers.IntegerField(required=False, min_value=0)


class AnswerFrom(serializers.Serializer[Any]):
    """Which request is answered; with the entry's words unless there are others."""

    request = serializers.CharField(max_length=64, help_text="code")
    text = serializers.CharField(max_length=10_000, required=False, allow_blank=True, default="")
