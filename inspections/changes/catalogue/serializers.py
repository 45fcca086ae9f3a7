"""How drafts of the catalogue are shown, line by line against what is in force, and what acts on them take."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.models import User
from core.workflow import available_acts
from grid.areas.models import Zone
from grid.catalogue.limits import limit_written
from grid.catalogue.models import Category, CategoryKind, Duty, PartyRole, Severity, Urgency
from grid.catalogue.queries import BODIES, compare, key_of
from grid.catalogue.serializers import CatalogueDuty, DifferenceLine
from grid.jurisdiction.asking import category_of
from grid.organizations.queries import area_named, organization_named
from inspections.cases.serializers import AvailableAct
from inspections.changes.catalogue.lines import missing_of
from inspections.changes.catalogue.models import DraftLine, EditionDraft
from inspections.changes.models import ChangeSetState
from inspections.changes.serializers import ImpactSerializer

ACTS = ("edit_catalogue", "review_catalogue", "withdraw", "preview", "publish")


class DraftSummary(serializers.ModelSerializer[EditionDraft]):
    """A draft in a list; `number` is that of its change set."""

    number = serializers.CharField(source="change_set.number")
    title = serializers.CharField(source="change_set.title")
    reason = serializers.CharField(source="change_set.reason")
    state = serializers.ChoiceField(source="change_set.state", choices=ChangeSetState.choices)
    state_name = serializers.CharField(source="change_set.get_state_display")
    version = serializers.IntegerField(source="change_set.version")
    author = serializers.CharField(source="change_set.author.username")
    approver = serializers.CharField(source="change_set.approver.username", default=None)
    created_at = serializers.DateTimeField(source="change_set.created_at")
    ended_at = serializers.DateTimeField(source="change_set.ended_at")
    edition = serializers.IntegerField(
        source="edition.number", help_text="the edition it became; null until it is published"
    )
    lines = serializers.IntegerField(source="line_count")

    class Meta:
        model = EditionDraft
        fields = [
            "number",
            "title",
            "reason",
            "state",
            "state_name",
            "version",
            "author",
            "approver",
            "created_at",
            "ended_at",
            "effective_on",
            "edition",
            "lines",
        ]


class DraftDetail(DraftSummary):
    """A draft whole: how many lines lack something, what it moves, and what you may do now."""

    incomplete = serializers.SerializerMethodField(help_text="lines that lack a mandatory field")
    unreviewed = serializers.SerializerMethodField(help_text="lines without legal review")
    impact = ImpactSerializer(source="change_set.impact", allow_null=True)
    available_acts = serializers.SerializerMethodField()

    class Meta(DraftSummary.Meta):
        fields = [
            *DraftSummary.Meta.fields,
            "incomplete",
            "unreviewed",
            "impact",
            "available_acts",
        ]

    def get_incomplete(self, draft: EditionDraft) -> int:
        """Lines that could not be published even if they were reviewed."""
        return sum(bool(set(missing_of(line)) - {"review"}) for line in self.context["lines"])

    def get_unreviewed(self, draft: EditionDraft) -> int:
        """Lines nobody of the law has passed."""
        return sum("review" in missing_of(line) for line in self.context["lines"])

    @extend_schema_field(AvailableAct(many=True))
    def get_available_acts(self, draft: EditionDraft) -> list[dict[str, Any]]:
        """Write, review, preview, publish, withdraw; publishing for a second person alone."""
        user = self.context["request"].user
        if not isinstance(user, User):
            return []
        own = draft.change_set.author_id == user.pk or any(
            line.author_id == user.pk for line in self.context["lines"]
        )
        return [
            {"act": line.act, "name": line.zh, "needs_reason": line.needs_reason}
            for line in available_acts(draft.change_set, user)
            if line.act in ACTS and not (line.act == "publish" and own)
        ]


class LineShown(serializers.ModelSerializer[DraftLine]):
    """A line of a draft: what it says, what differs from what is in force, what it lacks."""

    duty = CatalogueDuty()
    change = serializers.SerializerMethodField(help_text="added, changed, unchanged or ended")
    changes = serializers.SerializerMethodField()
    limits = serializers.SerializerMethodField()
    missing = serializers.SerializerMethodField(
        help_text="what it lacks before it can be published"
    )
    author = serializers.CharField(source="author.username")
    reviewer = serializers.CharField(source="reviewer.username", default=None)

    class Meta:
        model = DraftLine
        fields = [
            "duty",
            "change",
            "changes",
            "limits",
            "missing",
            "ends",
            "replaces",
            "remark",
            "author",
            "reviewer",
            "edited_at",
        ]

    def get_change(self, line: DraftLine) -> str:
        """Against the catalogue in force."""
        if line.ends:
            return "ended"
        if key_of(line.duty) not in self._in_force:
            return "added"
        return (
            "changed" if self._told(line)["changes"] or self._told(line)["limits"] else "unchanged"
        )

    def get_changes(self, line: DraftLine) -> list[dict[str, Any]]:
        """Fields that differ from what is in force; the review is told apart."""
        return [one for one in self._told(line)["changes"] if not one["field"].startswith("review")]

    def get_limits(self, line: DraftLine) -> list[dict[str, Any]]:
        """Limits that differ from those in force."""
        limits: list[dict[str, Any]] = self._told(line)["limits"]
        return limits

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_missing(self, line: DraftLine) -> list[str]:
        """Mandatory fields that are blank, and `review`."""
        return missing_of(line)

    @property
    def _in_force(self) -> Mapping[tuple[int, str, str], Duty]:
        found: Mapping[tuple[int, str, str], Duty] = self.context["in_force"]
        return found

    def _told(self, line: DraftLine) -> dict[str, Any]:
        former = self._in_force.get(key_of(line.duty))
        shown: dict[str, Any] = DifferenceLine(compare(former, line.duty)).data
        return shown


class LimitStated(serializers.Serializer[Any]):
    """Limits for an urgency and zone: `30min`, `4wh`, `5wd`, `2h`; blank: any, or none."""

    urgency = serializers.ChoiceField(choices=["", *Urgency.values], default="", allow_blank=True)
    zone = serializers.ChoiceField(choices=["", *Zone.values], default="", allow_blank=True)
    file_by = serializers.CharField(default="", allow_blank=True, max_length=16)
    respond_by = serializers.CharField(default="", allow_blank=True, max_length=16)
    arrive_by = serializers.CharField(default="", allow_blank=True, max_length=16)
    resolve_by = serializers.CharField(default="", allow_blank=True, max_length=16)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Limits as the catalogue writes them."""
        clocks = {name: value for name, value in given.items() if name.endswith("_by")}
        return given | {name: limit_written(value) for name, value in clocks.items()}


class BodyField(serializers.CharField):
    """A body by code or exact name; null or blank: none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False, allow_blank=True, allow_null=True, max_length=200, **kwargs
        )


class BaseStated(serializers.Serializer[Any]):
    """What every act takes."""

    base_version = serializers.IntegerField(
        required=False, min_value=0, allow_null=True, help_text="the `version` you saw"
    )


class ClassStated(serializers.Serializer[Any]):
    """What makes a class; its code is the line's `category`."""

    kind = serializers.ChoiceField(choices=CategoryKind.choices)
    name = serializers.CharField(max_length=200)
    parent = serializers.CharField(  # type: ignore[assignment]
        required=False, allow_blank=True, default="", max_length=200, help_text="its major: code"
    )

    def validate_parent(self, given: str) -> Category | None:
        """The major, by code or name."""
        return category_of(given) if given else None


class LineStated(BaseStated):
    """One line; what it does not state stays as drafted, else as it is in force."""

    category = serializers.CharField(max_length=200, help_text="code, kind:code or name")
    new_class = ClassStated(
        required=False, allow_null=True, help_text="where the class is new: what it is"
    )
    replaces = serializers.ListField(
        child=serializers.CharField(max_length=200),
        required=False,
        help_text="the classes for which this one stands from then on; their duties end",
    )
    scenario = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    area = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=64, help_text="code or name"
    )
    ends = serializers.BooleanField(required=False, default=False)
    role = serializers.ChoiceField(choices=PartyRole.choices, required=False)
    organization = BodyField()
    supervisor = BodyField()
    custodian = BodyField()
    assists = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    legal_basis = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    filing_condition = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    closing_condition = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    standard = serializers.CharField(required=False, allow_blank=True, max_length=5_000)
    guide = serializers.CharField(required=False, allow_blank=True, max_length=20_000)
    severity = serializers.ChoiceField(
        choices=["", *Severity.values], required=False, allow_blank=True
    )
    photos = serializers.IntegerField(required=False, min_value=0, max_value=20)
    limits = LimitStated(many=True, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """With the bodies that are meant."""
        bodies = {name: given[name] for name in BODIES if name in given}
        named = {name: organization_named(text) if text else None for name, text in bodies.items()}
        return given | named

    def validate_replaces(self, given: list[str]) -> list[Category]:
        """The classes."""
        return [category_of(text) for text in given]

    def validate_area(self, given: str) -> str:
        """Its code."""
        return area_named(given) if given else ""

    def validate_assists(self, given: list[str]) -> list[str]:
        """The codes of the bodies."""
        return [organization_named(name).code for name in given]


class EditionDraftRequest(serializers.Serializer[Any]):
    """A new draft."""

    title = serializers.CharField(max_length=200)
    reason = serializers.CharField(required=False, allow_blank=True, default="", max_length=2_000)
    effective_on = serializers.DateField(required=False, allow_null=True, default=None)


class EffectiveStated(BaseStated):
    """From which day the draft holds once published."""

    effective_on = serializers.DateField(allow_null=True)


class ReviewStated(BaseStated):
    """Which lines pass the legal review, or with a remark go back to who wrote them."""

    duties = serializers.ListField(
        child=serializers.IntegerField(),
        required=False,
        help_text="ids; all that wait if not given",
    )
    remark = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=2_000, help_text="why it goes back"
    )
