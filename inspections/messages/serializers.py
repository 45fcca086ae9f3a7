"""How a notice is shown."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from grid.jurisdiction.serializers import BodySerializer, ExplanationSerializer
from inspections.messages.delivery.words import LANGUAGES, text
from inspections.messages.models import Notice, NoticeKind


class CountsSerializer(serializers.Serializer[Any]):
    """How much."""

    facilities = serializers.IntegerField()
    cases = serializers.IntegerField()


class NoticeSerializer(serializers.ModelSerializer[Notice]):
    """What is told to a body of yours, in words and in numbers."""

    organization = BodySerializer(read_only=True)
    kind_name = serializers.CharField(source="get_kind_display", read_only=True)
    change_set = serializers.CharField(source="change_set.number", default=None, read_only=True)
    case = serializers.CharField(source="case.number", default=None, read_only=True)
    title = serializers.SerializerMethodField(help_text="of the change set")
    gained = serializers.SerializerMethodField()
    lost = serializers.SerializerMethodField()
    words = serializers.SerializerMethodField()
    unread = serializers.BooleanField(read_only=True)

    class Meta:
        model = Notice
        fields = [
            "id",
            "at",
            "organization",
            "kind",
            "kind_name",
            "change_set",
            "case",
            "title",
            "gained",
            "lost",
            "words",
            "unread",
        ]

    def get_title(self, notice: Notice) -> str:
        """As it was when it was published."""
        return str(notice.told.get("title", ""))

    @extend_schema_field(CountsSerializer)
    def get_gained(self, notice: Notice) -> dict[str, int]:
        """What the body answers for since."""
        return _counts(notice, "gained")

    @extend_schema_field(CountsSerializer)
    def get_lost(self, notice: Notice) -> dict[str, int]:
        """What the body answers for no more."""
        return _counts(notice, "lost")

    @extend_schema_field(ExplanationSerializer)
    def get_words(self, notice: Notice) -> dict[str, str]:
        """In both languages."""
        if notice.kind == NoticeKind.CASE:
            return {
                language: text(str(notice.told.get("kind")), notice.told, language)
                for language in LANGUAGES
            }
        gained, lost = _counts(notice, "gained"), _counts(notice, "lost")
        day = str(notice.told.get("from_day", ""))
        told = {"title": self.get_title(notice), "day": day}
        if notice.change_set is None:
            zh = "底图有记录到期生效或失效：贵单位{parts}。"
            en = "Records of the ground began or ceased to hold: your body {parts}. "
        else:
            told["number"] = notice.change_set.number
            zh = (
                "底图变更集 {number}“{title}”已发布"
                + ("，自 {day} 起" if day else "")
                + "：贵单位{parts}。"
            )
            en = (
                "Change set {number} “{title}” was published"
                + (", from {day} on" if day else "")
                + ": your body {parts}. "
            )
        zh += "在办案件由派遣中心决定是否改派，此前仍由原单位办理。"
        en += "The desk decides about open cases; until then they stay where they are."
        return {
            "zh-Hans": zh.format(
                parts="；".join(
                    f"{word}部件 {count['facilities']} 处、在办案件 {count['cases']} 件"
                    for word, count in (("新增", gained), ("移出", lost))
                    if any(count.values())
                ),
                **told,
            ),
            "en": en.format(
                parts="; ".join(
                    f"{word} {count['facilities']} facilities and {count['cases']} open cases"
                    for word, count in (("gains", gained), ("loses", lost))
                    if any(count.values())
                ),
                **told,
            ),
        }


def _counts(notice: Notice, way: str) -> dict[str, int]:
    moved = notice.told.get(way, {})
    return {kind: int(moved.get(kind, 0)) for kind in ("facilities", "cases")}
