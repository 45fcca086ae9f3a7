"""The knowledge base over HTTP: what to answer today, the entries one by one, and acts upon them."""

from typing import Any

from django.db.models import prefetch_related_objects
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from core.models import User
from core.pages import limit_of
from core.workflow import UnknownAct
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from grid.jurisdiction.asking import category_of
from inspections.intake.knowledge.models import KnowledgeEntry, KnowledgeState
from inspections.intake.knowledge.queries import answers_to, entries_read
from inspections.intake.knowledge.serializers import (
    ACTS,
    AnswerFrom,
    DraftStated,
    KnowledgeAct,
    KnowledgeLine,
)
from inspections.intake.knowledge.use_cases import (
    answer_from,
    draft_entry,
    edit_entry,
    pin_entry,
    publish_entry,
    withdraw_entry,
)
from inspections.requests.serializers import RequestDetail
from inspections.requests.views import ONCE, request_as_json, request_seen_by

SHOWN = 20


class KnowledgeFilters(GroundFilters):
    """With `state` the entries page by page, the newest first; else what may be answered today."""

    subject_id = SubjectIds()
    state = filters.MultipleChoiceFilter(choices=KnowledgeState.choices)
    q = filters.CharFilter(
        method="unfiltered", max_length=500, help_text="what somebody asks, in any words"
    )
    category = filters.CharFilter(
        method="unfiltered", help_text="code or name: its entries, and those of wider categories"
    )

    def unfiltered(self, queryset: Any, name: str, value: str) -> Any:
        """Answered by the search, not by a filter."""
        return queryset


class KnowledgeViewSet(GroundViewSet):
    """What to answer today: the nearest to `q` first, without one the hot questions."""

    queryset = KnowledgeEntry.objects.all()
    serializer_class = KnowledgeLine
    filterset_class = KnowledgeFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-id",)
    dated = False

    def get_queryset(self) -> Any:
        """With how often each was used of late."""
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        return entries_read().visible_to(self.request.user)

    def get_serializer_context(self) -> dict[str, Any]:
        """The roles of who asks, read once."""
        if isinstance(self.request.user, User):
            prefetch_related_objects([self.request.user], "memberships")
        return super().get_serializer_context()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """With `state` (or an event's `subject_id`) all entries; else the answers, at most `limit`."""
        asked = request.query_params
        if "state" in asked or "subject_id" in asked:
            return super().list(request, *args, **kwargs)
        limit = limit_of(asked["limit"]) if "limit" in asked else SHOWN
        category = category_of(asked["category"]) if asked.get("category") else None
        found = answers_to(
            person_of(request), question=asked.get("q", "")[:500], category=category, limit=limit
        )
        return Response({"results": self.get_serializer(found, many=True).data, "next": None})

    @extend_schema(
        request=DraftStated, parameters=[ONCE], responses={201: KnowledgeLine, 200: KnowledgeLine}
    )
    def create(self, request: Request) -> HttpResponse:
        """Draft an entry, or one that `replaces` another once a second person publishes it."""
        user = person_of(request)
        form = DraftStated(data=request.data)
        form.is_valid(raise_exception=True)
        stated = dict(form.validated_data)
        replaced = stated.pop("replaces", None)
        former = entry_seen_by(user, replaced) if replaced is not None else None
        pinned = stated.pop("pinned")
        return answer_once(
            request,
            lambda: _as_json(
                draft_entry(actor=user, stated=stated, pinned=pinned, replaces=former), request
            ),
        )


class KnowledgeActView(APIView):
    """Acts upon an entry; which ones are possible now stands in its `available_acts`."""

    @extend_schema(
        request=KnowledgeAct,
        operation_id="knowledge_act_create",
        parameters=[OpenApiParameter("act", str, OpenApiParameter.PATH, enum=list(ACTS)), ONCE],
        responses={201: KnowledgeLine, 200: KnowledgeLine},
    )
    def post(self, request: Request, pk: int, act: str) -> HttpResponse:
        """edit {fields} · publish · pin · unpin · withdraw {reason}; answers the entry as it is then."""
        user = person_of(request)
        entry = entry_seen_by(user, pk)
        if act not in ACTS:
            raise UnknownAct(act=act, acts=list(ACTS))
        form = KnowledgeAct(data=request.data)
        form.is_valid(raise_exception=True)
        return answer_once(
            request, lambda: _as_json(_done(entry, act, user, form.validated_data), request)
        )


class AnswerFromView(APIView):
    """Answering a request at once from the knowledge base."""

    @extend_schema(
        request=AnswerFrom,
        operation_id="knowledge_answer_create",
        parameters=[ONCE],
        responses={201: RequestDetail, 200: RequestDetail},
    )
    def post(self, request: Request, pk: int) -> HttpResponse:
        """{request, text}: in the entry's words unless `text` says others; answers the request."""
        user = person_of(request)
        entry = entry_seen_by(user, pk)
        form = AnswerFrom(data=request.data)
        form.is_valid(raise_exception=True)
        asked = form.validated_data
        subject = request_seen_by(user, asked["request"])

        def work() -> Any:
            answer_from(entry, request=subject, actor=user, text=asked["text"])
            return request_as_json(subject, request)

        return answer_once(request, work)


def entry_seen_by(user: User, pk: int) -> KnowledgeEntry:
    """The entry; raises Missing where the user may not see it."""
    entry: KnowledgeEntry | None = KnowledgeEntry.objects.visible_to(user).filter(pk=pk).first()
    if entry is None:
        raise Missing(id=pk)
    return entry


def _done(entry: KnowledgeEntry, act: str, user: User, asked: dict[str, Any]) -> KnowledgeEntry:
    base = asked.get("base_version")
    if act == "edit":
        return edit_entry(entry, actor=user, stated=asked, base_version=base)
    if act == "publish":
        return publish_entry(entry, actor=user, base_version=base)
    if act == "withdraw":
        reason = asked.get("reason", "")
        return withdraw_entry(entry, actor=user, reason=reason, base_version=base)
    return pin_entry(entry, actor=user, pinned=act == "pin", base_version=base)


def _as_json(entry: KnowledgeEntry, request: Request) -> Any:
    fresh = entries_read().get(pk=entry.pk)
    return KnowledgeLine(fresh, context={"request": request}).data
