"""The work under /api/v1/."""

from django.urls import URLPattern, URLResolver, include, path
from rest_framework.routers import SimpleRouter

from inspections.cases.closing.views import ExclusionViewSet, ReworkCauseView, ReworkViewSet
from inspections.cases.emergencies.views import EmergencyViewSet, LiftEmergencyView
from inspections.cases.figures.views import FiguresView
from inspections.cases.supervision.views import ReminderViewSet, SupervisionViewSet
from inspections.cases.timing.views import ExtensionViewSet, ParkingViewSet
from inspections.cases.views import AddEvidenceView, CaseActView, CaseViewSet, TrailView
from inspections.changes.catalogue.views import (
    DraftLinesView,
    DraftLineView,
    EditionDraftViewSet,
    EffectiveView,
    ReviewView,
)
from inspections.changes.faults.views import FaultActView, FaultCountView, FaultViewSet
from inspections.changes.sweeps.views import SweepBatchView
from inspections.changes.views import (
    ChangeActView,
    ChangeItemsView,
    ChangeItemView,
    ChangeSetViewSet,
    ImpactFileView,
    ImpactView,
)
from inspections.disputes.views import DisputeViewSet, ReturnViewSet, TransferViewSet
from inspections.fieldwork.views import TaskViewSet, VisitView, VisitViewSet
from inspections.intake.calls.views import (
    CallsView,
    ConfirmationsView,
    ConfirmBackView,
    FedBackView,
)
from inspections.intake.channels.views import IntakeChannelViewSet, SharesView
from inspections.intake.duplicates.views import CandidatesView, SimilarView
from inspections.intake.gatherings.views import (
    GatheringViewSet,
    MinutesFileView,
    MinutesView,
    SaidView,
)
from inspections.intake.inbox.views import InboxCountsView, InboxViewSet, JoinView, OpenView
from inspections.intake.knowledge.views import (
    AnswerFromView,
    KnowledgeActView,
    KnowledgeViewSet,
)
from inspections.intake.upstream.views import SendAgainView, UpstreamOrderViewSet
from inspections.intake.views import IntakeViewSet, LocateView, ReleaseEvidenceView
from inspections.joint import urls as joint
from inspections.messages.delivery.views import MessageViewSet, ResendView
from inspections.messages.views import NoticeViewSet, ReadNoticeView
from inspections.requests.views import (
    AnswerView,
    ByPhoneView,
    EraseView,
    ReleaseView,
    RequesterView,
)
from inspections.sync.views import BlobView, OperationView

router = SimpleRouter()
router.register("requests", IntakeViewSet, "requests")
router.register("desk/inbox", InboxViewSet, "inbox")
router.register("gatherings", GatheringViewSet, "gatherings")
router.register("channels", IntakeChannelViewSet, "channels")
router.register("upstream-orders", UpstreamOrderViewSet, "upstream-orders")
router.register("cases", CaseViewSet, "cases")
router.register("tasks", TaskViewSet, "tasks")
router.register("visits", VisitViewSet, "visits")
router.register("returns", ReturnViewSet, "returns")
router.register("transfers", TransferViewSet, "transfers")
router.register("extensions", ExtensionViewSet, "extensions")
router.register("parkings", ParkingViewSet, "parkings")
router.register("emergencies", EmergencyViewSet, "emergencies")
router.register("reminders", ReminderViewSet, "reminders")
router.register("supervisions", SupervisionViewSet, "supervisions")
router.register("reworks", ReworkViewSet, "reworks")
router.register("exclusions", ExclusionViewSet, "exclusions")
router.register("disputes", DisputeViewSet, "disputes")
router.register("ground-faults", FaultViewSet, "ground-faults")
router.register("change-sets", ChangeSetViewSet, "change-sets")
router.register("messages", MessageViewSet, "messages")
router.register("catalogue/drafts", EditionDraftViewSet, "catalogue-drafts")
router.register("notices", NoticeViewSet, "notices")
router.register("knowledge", KnowledgeViewSet, "knowledge")
joint.register(router)

urlpatterns: list[URLPattern | URLResolver] = [
    path("channels/shares/", SharesView.as_view(), name="channel-shares"),
    path("cases/candidates/", CandidatesView.as_view(), name="case-candidates"),
    path("cases/similar/", SimilarView.as_view(), name="case-similar"),
    *joint.case_patterns,
    path("cases/<str:number>/sweep/batch/", SweepBatchView.as_view(), name="case-sweep-batch"),
    path("cases/<str:number>/trail/", TrailView.as_view(), name="case-trail"),
    path("cases/<str:number>/add_evidence/", AddEvidenceView.as_view(), name="case-add-evidence"),
    path("cases/<str:number>/<slug:act>/", CaseActView.as_view(), name="case-act"),
    path("reworks/causes/", ReworkCauseView.as_view(), name="rework-causes"),
    path("desk/figures/", FiguresView.as_view(), name="desk-figures"),
    path("emergencies/<int:pk>/lift/", LiftEmergencyView.as_view(), name="emergency-lift"),
    path("ground-faults/counts/", FaultCountView.as_view(), name="ground-fault-counts"),
    path("ground-faults/<int:pk>/<slug:act>/", FaultActView.as_view(), name="ground-fault-act"),
    path("change-sets/<str:number>/items/", ChangeItemsView.as_view(), name="change-set-items"),
    path(
        "change-sets/<str:number>/items/<int:item>/",
        ChangeItemView.as_view(),
        name="change-set-item",
    ),
    path("change-sets/<str:number>/impact/", ImpactView.as_view(), name="change-set-impact"),
    path(
        "change-sets/<str:number>/impact.csv",
        ImpactFileView.as_view(),
        {"ending": "csv"},
        name="change-set-impact-csv",
    ),
    path(
        "change-sets/<str:number>/impact.geojson",
        ImpactFileView.as_view(),
        {"ending": "geojson"},
        name="change-set-impact-geojson",
    ),
    path("change-sets/<str:number>/<slug:act>/", ChangeActView.as_view(), name="change-set-act"),
    path("catalogue/drafts/<str:number>/duties/", DraftLinesView.as_view(), name="draft-lines"),
    path(
        "catalogue/drafts/<str:number>/duties/<int:pk>/", DraftLineView.as_view(), name="draft-line"
    ),
    path("catalogue/drafts/<str:number>/review/", ReviewView.as_view(), name="draft-review"),
    path("catalogue/drafts/<str:number>/effective/", EffectiveView.as_view(), name="draft-date"),
    path("knowledge/<int:pk>/answer/", AnswerFromView.as_view(), name="knowledge-answer"),
    path("knowledge/<int:pk>/<slug:act>/", KnowledgeActView.as_view(), name="knowledge-act"),
    path("messages/<int:pk>/resend/", ResendView.as_view(), name="message-resend"),
    path("notices/<int:pk>/read/", ReadNoticeView.as_view(), name="notice-read"),
    *joint.urlpatterns,
    path(
        "upstream-orders/<int:pk>/reports/<int:report>/send_again/",
        SendAgainView.as_view(),
        name="upstream-send-again",
    ),
    path("gatherings/<int:pk>/minutes/", MinutesView.as_view(), name="gathering-minutes"),
    path(
        "gatherings/<int:pk>/minutes/<slug:sha256>/",
        MinutesFileView.as_view(),
        name="gathering-file",
    ),
    path("gatherings/<int:pk>/requests/", SaidView.as_view(), name="gathering-requests"),
    path("requests/by_phone/", ByPhoneView.as_view(), name="requests-by-phone"),
    path("desk/inbox/counts/", InboxCountsView.as_view(), name="inbox-counts"),
    path("requests/<str:code>/join/", JoinView.as_view(), name="request-join"),
    path("requests/<str:code>/open/", OpenView.as_view(), name="request-open"),
    path("desk/calls/", CallsView.as_view(), name="desk-calls"),
    path("desk/confirmations/", ConfirmationsView.as_view(), name="desk-confirmations"),
    path("requests/<str:code>/fed_back/", FedBackView.as_view(), name="request-fed-back"),
    path(
        "requests/<str:code>/confirm_back/",
        ConfirmBackView.as_view(),
        name="request-confirm-back",
    ),
    path("requests/<str:code>/requester/", RequesterView.as_view(), name="request-requester"),
    path("requests/<str:code>/answer/", AnswerView.as_view(), name="request-answer"),
    path("requests/<str:code>/locate/", LocateView.as_view(), name="request-locate"),
    path("requests/<str:code>/release/", ReleaseView.as_view(), name="request-release"),
    path("requests/<str:code>/erase/", EraseView.as_view(), name="request-erase"),
    path("evidence/<int:pk>/release/", ReleaseEvidenceView.as_view(), name="evidence-release"),
    path("tasks/<int:pk>/visit/", VisitView.as_view(), name="task-visit"),
    path("sync/blobs/<str:sha256>", BlobView.as_view(), name="sync-blob"),
    path("sync/operations/<uuid:operation>", OperationView.as_view(), name="sync-operation"),
    path("", include(router.urls)),
]
