"""Notices over HTTP: what is told to one's bodies, the unread first."""

from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, QuerySet, When
from django.http import HttpResponse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api import answer_once, person_of
from core.errors import Missing
from core.models import User
from grid.ground.views import GroundFilters, GroundViewSet, SubjectIds
from inspections.messages.models import Notice, NoticeReading
from inspections.messages.serializers import NoticeSerializer
from inspections.messages.use_cases import read_notice


class NoticeFilters(GroundFilters):
    """Notices by their fields."""

    subject_id = SubjectIds()
    unread = filters.BooleanFilter(field_name="unread", help_text="true: not read by you yet")


def with_unread(notices: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Notices with whether this person has not read them yet."""
    read = NoticeReading.objects.filter(notice=OuterRef("pk"), user=user)
    shown: QuerySet[Any] = notices.select_related("organization", "change_set", "case").annotate(
        unread=Case(When(Exists(read), then=0), default=1, output_field=IntegerField())
    )
    return shown


class NoticeViewSet(GroundViewSet):
    """What is told to one's bodies: the unread first, then the newest."""

    queryset = Notice.objects.all()
    serializer_class = NoticeSerializer
    filterset_class = NoticeFilters
    lookup_field = "pk"
    lookup_value_regex = "[0-9]{1,18}"
    keyset = ("-unread", "-id")
    dated = False

    def get_queryset(self) -> Any:
        """With what this person has read."""
        notices = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return notices
        return with_unread(notices, person_of(self.request))


class ReadNoticeView(APIView):
    """A person has read a notice."""

    @extend_schema(request=None, responses={201: NoticeSerializer, 200: NoticeSerializer})
    def post(self, request: Request, pk: int) -> HttpResponse:
        """Note it; to ask again changes nothing."""
        user = person_of(request)
        notice = Notice.objects.visible_to(user).filter(pk=pk).first()
        if notice is None:
            raise Missing

        def read() -> Any:
            read_notice(notice, actor=user)
            shown = with_unread(Notice.objects.filter(pk=pk), user).get()
            return NoticeSerializer(shown).data

        return answer_once(request, read)
