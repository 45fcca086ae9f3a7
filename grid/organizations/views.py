"""Organizations, and oneself."""

from typing import Any

from django.db.models import QuerySet
from django.middleware.csrf import get_token
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from core.errors import NotPermitted
from core.models import AuditEntry, User
from core.visibility import may_see
from grid.ground.parameters import refuse_unknown
from grid.ground.views import GroundFilters, GroundViewSet, InstantFilter
from grid.organizations.models import Organization, OrganizationKind
from grid.organizations.permissions import is_member, may_read_all_audit
from grid.organizations.serializers import AuditLine, Me, OrganizationDetails


class SubjectNeeded(NotPermitted):
    """Only auditors read the whole trail; name one subject by subject_type and subject_id."""

    zh = "只有审计和管理员可以查阅全部记录；请用 subject_type 和 subject_id 指明一个对象。"


class OrganizationFilters(GroundFilters):
    """Organizations by their fields."""

    code = filters.CharFilter()
    name = filters.CharFilter()
    kind = filters.ChoiceFilter(choices=OrganizationKind.choices)
    parent = filters.CharFilter(field_name="parent__code", help_text="code")
    area = filters.CharFilter(field_name="area_code", help_text="code")


class OrganizationViewSet(GroundViewSet):
    """Bodies that can answer for something."""

    queryset = Organization.objects.select_related("parent", "successor")
    serializer_class = OrganizationDetails
    filterset_class = OrganizationFilters
    dated = False


class AuditFilters(GroundFilters):
    """The trail by actor, act, subject and time."""

    actor = filters.CharFilter(field_name="actor__username", help_text="name of the account")
    act = filters.CharFilter()
    subject_type = filters.CharFilter(help_text="such as grid.groundversion")
    subject_id = filters.CharFilter()
    since = InstantFilter(field_name="at", lookup_expr="gte")
    until = InstantFilter(field_name="at", lookup_expr="lt")


class AuditViewSet(ListModelMixin, GenericViewSet[AuditEntry]):
    """The trail, newest first: all of it for auditors and administrators; for others the acts upon
    one subject that they may see, named by `subject_type` and `subject_id`.
    """

    queryset = AuditEntry.objects.filter(seq__isnull=False).select_related("actor")
    serializer_class = AuditLine
    filter_backends = [filters.DjangoFilterBackend]
    filterset_class = AuditFilters
    keyset = ("-seq",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who asks is checked first, then what is asked."""
        super().initial(request, *args, **kwargs)
        known = {"cursor", "limit", *self.filterset_class.base_filters}
        refuse_unknown(request.query_params.dict(), known)

    def get_queryset(self) -> QuerySet[AuditEntry]:
        """What the user may read; nothing for who may not see the subject."""
        entries = super().get_queryset()
        user = self.request.user
        if getattr(self, "swagger_fake_view", False) or may_read_all_audit(user):
            return entries
        subject = [self.request.query_params.get(name) for name in ("subject_type", "subject_id")]
        if not isinstance(user, User) or not is_member(user):
            return entries.none()
        if not all(subject):
            raise SubjectNeeded
        subject_type, subject_id = map(str, subject)
        return entries if may_see(user, subject_type, subject_id) else entries.none()


class MeView(APIView):
    """Who is asking."""

    @extend_schema(responses=Me, summary="Who is asking: name, roles, language, CSRF token")
    def get(self, request: Request) -> Response:
        """The user of the session or token, with the roles held."""
        user = User.objects.prefetch_related("memberships__organization").get(
            username=request.user.get_username()
        )
        return Response(Me(user, context={"csrf": get_token(request._request)}).data)
