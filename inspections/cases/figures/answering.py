"""What came in and what became of it: reconciled (N2), how much and how soon it ended (P14), how soon people heard (N8)."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case as Choice,
)
from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Least

from inspections.cases.closing.models import HandlerReply
from inspections.cases.figures.portions import Percentile, seconds, share
from inspections.cases.models import (
    ENDED_STATES,
    Assignment,
    Callback,
    Case,
    CaseState,
    ClosingBasis,
)
from inspections.requests.models import Channel, RequestAnswer, ServiceRequest

DISPATCHED_WITHIN = timedelta(minutes=2)  # Chengdu (C1)
A_DAY = timedelta(days=1)
NOT_OF_ITS_OWN = [CaseState.DECLINED, CaseState.MERGED]  # what goes on elsewhere is counted there
BINS = [
    timedelta(minutes=15),  # Ningxiang (N8)
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=7),
]


def dispatching(cases: QuerySet[Case], begin: datetime, end: datetime) -> dict[str, Any]:
    """From the report's arrival here to the first body that has it (C1); those first verified on the spot are not the desk's minutes."""
    first = (
        Assignment.objects.filter(case=OuterRef("pk"))
        .order_by()
        .values("case")
        .annotate(first=Min("dispatched_at"))
        .values("first")
    )
    sent = cases.filter(
        opened_at__gte=begin, opened_at__lt=end, dispatched_at__isnull=False, verified_at=None
    ).annotate(sent=Subquery(first, output_field=DateTimeField()))
    told = sent.annotate(span=_span(F("sent") - F("opened_at"))).aggregate(
        median=Percentile("span", 0.5),
        p95=Percentile("span", 0.95),
        count=Count("pk"),
        soon=Count("pk", filter=Q(span__lte=DISPATCHED_WITHIN)),
    )
    return share(told["soon"], told["count"]) | {
        "median_s": seconds(told["median"]),
        "p95_s": seconds(told["p95"]),
        "within_s": DISPATCHED_WITHIN.total_seconds(),
    }


def volume(reported: QuerySet[Case]) -> dict[str, Any]:
    """How many cases; of those of their own (not declined, not merged) how many are ended, of these within a day (P14);
    and how many were found by patrols (B32)."""
    over = Q(closed_at__isnull=False)
    told = reported.exclude(state__in=NOT_OF_ITS_OWN).aggregate(
        count=Count("pk"),
        ended=Count("pk", filter=over),
        soon=Count("pk", filter=over & Q(closed_at__lte=F("reported_at") + A_DAY)),
        self_found=Count("pk", filter=Q(channel=Channel.PATROL)),
    )
    return {
        "volume": reported.count(),
        "closed": share(told["ended"], told["count"]),
        "within_a_day": share(told["soon"], told["ended"]),
        "self_found": share(told["self_found"], told["count"]),
    }


def reconciled(
    requests: QuerySet[ServiceRequest], begin: datetime, end: datetime
) -> dict[str, int]:
    """Received less declined is valid; valid is answered at the desk, done on the spot, passed on, or waiting (N2)."""
    here = Q(answered_here=True) | Q(held__case__state=CaseState.ANSWERED)
    fate = Choice(
        When(held__case__state=CaseState.DECLINED, then=Value("declined")),
        When(held__case__dispatched_at__isnull=False, then=Value("passed_on")),
        When(held__case__closing_basis=ClosingBasis.ON_SPOT, then=Value("on_spot")),
        When(here, then=Value("answered")),
        default=Value("waiting"),
    )
    rows = (
        _said(requests, begin, end)
        .annotate(answered_here=Exists(RequestAnswer.objects.filter(request=OuterRef("pk"))))
        .annotate(fate=fate)
        .order_by()
        .values("fate")
        .annotate(
            count=Count("pk"),
            over=Count("pk", filter=Q(held__case__state__in=ENDED_STATES) | here),
        )
    )
    told = dict.fromkeys(["declined", "passed_on", "on_spot", "answered", "waiting"], 0)
    told |= {row["fate"]: row["count"] for row in rows}
    received = sum(told.values())
    return told | {
        "received": received,
        "valid": received - told["declined"],
        "ended": sum(row["over"] for row in rows),
    }


def feedback(requests: QuerySet[ServiceRequest], begin: datetime, end: datetime) -> dict[str, Any]:
    """From what somebody said to the first answer they had: the desk's, the handling body's own, or a callback (N8)."""
    ways = [
        _first(RequestAnswer.objects.filter(request=OuterRef("pk")), "answered_at", "request"),
        _first(_to_them(HandlerReply), "made_at", "case"),
        _first(_to_them(Callback), "made_at", "case"),
        Choice(When(held__case__state=CaseState.ANSWERED, then=F("held__case__closed_at"))),
    ]
    heard = _said(requests, begin, end).annotate(
        heard=Least(*ways), span=_span(F("heard") - F("reported_at"))
    )
    told = heard.aggregate(
        received=Count("pk"),
        count=Count("pk", filter=Q(heard__isnull=False)),
        median=Percentile("span", 0.5),
        p95=Percentile("span", 0.95),
        **{f"bin_{n}": Count("pk", filter=Q(span__lte=within)) for n, within in enumerate(BINS)},
    )
    up_to = [told[f"bin_{n}"] for n in range(len(BINS))] + [told["count"]]
    limits = [within.total_seconds() for within in BINS] + [None]
    return share(told["count"], told["received"]) | {
        "median_s": seconds(told["median"]),
        "p95_s": seconds(told["p95"]),
        "bins": [
            {"within_s": limit, "count": count - before}
            for limit, count, before in zip(limits, up_to, [0, *up_to], strict=False)
        ],
    }


def _said(
    requests: QuerySet[ServiceRequest], begin: datetime, end: datetime
) -> QuerySet[ServiceRequest]:
    """What was said in that time, each with the case that it feeds now as `held`."""
    held = FilteredRelation("links", condition=Q(links__left_at__isnull=True))
    return requests.filter(reported_at__gte=begin, reported_at__lt=end).annotate(held=held)


def _to_them(model: type[HandlerReply] | type[Callback]) -> QuerySet[Any]:
    """What reached them about the case, since they spoke."""
    there = {"case": OuterRef("held__case"), "made_at__gte": OuterRef("reported_at")}
    return model.objects.filter(reached=True, **there)


def _first(rows: QuerySet[Any], moment: str, of: str) -> Subquery:
    first = rows.order_by().values(of).annotate(first=Min(moment)).values("first")
    return Subquery(first, output_field=DateTimeField())


def _span(expression: Any) -> Any:
    return ExpressionWrapper(expression, output_field=DurationField())
