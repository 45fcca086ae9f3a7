"""What open cases wait for, as conditions on their rows: one set of words for lists and for counts."""

from django.conf import settings
from django.db.models import Count, F, Q, TextChoices

from inspections.cases.models import Callback, CaseRequest, CaseState
from inspections.cases.queries import ATTEMPTS
from inspections.requests.models import Requester


class Waiting(TextChoices):
    """The act that is to come next."""

    VERIFY = "verify", "待核实"
    FILE = "file", "待立案"
    DISPATCH = "dispatch", "待派遣"
    ACCEPT = "accept", "待受理"
    HANDLE = "handle", "处置中"
    CHECK = "check", "待核查"
    CALLBACK = "callback", "待回访"
    CLOSE = "close", "待结案"


def conditions() -> dict[str, Q]:
    """For each word, which cases wait for it; no case waits for two."""
    unverified = Q(state=CaseState.REPORTED, channel__in=settings.VERIFIED_CHANNELS)
    checked = Q(state=CaseState.CHECKED)
    owed = checked & _callback_owed()
    return {
        Waiting.VERIFY.value: unverified,
        Waiting.FILE.value: Q(state__in=[CaseState.REPORTED, CaseState.VERIFIED]) & ~unverified,
        Waiting.DISPATCH.value: Q(state=CaseState.FILED),
        Waiting.ACCEPT.value: Q(state=CaseState.DISPATCHED),
        Waiting.HANDLE.value: Q(state=CaseState.ACCEPTED),
        Waiting.CHECK.value: Q(state=CaseState.HANDLED),
        Waiting.CALLBACK.value: owed,
        Waiting.CLOSE.value: Q(state=CaseState.CALLED_BACK) | (checked & ~_callback_owed()),
    }


def _callback_owed() -> Q:
    """As `queries.needs_callback` says it of one checked case; a test holds the two together.

    Only checked cases are looked into: the past has hundreds of thousands of requesters.
    """
    reachable = Requester.objects.filter(reachable=True).values("request")
    somebody = CaseRequest.objects.filter(
        case__state=CaseState.CHECKED, left_at__isnull=True, request__in=reachable
    )
    in_vain = (
        Callback.objects.filter(
            case__state=CaseState.CHECKED, reached=False, made_at__gte=F("case__checked_at")
        )
        .values("case")
        .annotate(calls=Count("pk"))
        .filter(calls__gte=ATTEMPTS)
    )
    return Q(called_back_at__isnull=True, pk__in=somebody.values("case")) & ~Q(
        pk__in=in_vain.values("case")
    )
