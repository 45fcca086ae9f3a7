"""What GeoReport reads: services, their questions, the requests that everybody may see, the city's outline."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.gis.geos import Polygon
from django.db import connection
from django.db.models import (
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils import timezone

from core.audit import subject_of
from grid.areas.models import Area
from grid.catalogue.models import Category, CategoryKind, Duty
from grid.evidence.models import Evidence
from grid.ground.models import GroundVersion
from inspections.cases.models import ENDED_STATES, Assignment, AssignmentKind, Case, CaseRequest
from inspections.intake.open311.models import ServiceQuestion
from inspections.requests.models import Channel, RequestAnswer, RequestRelease, ServiceRequest

NEWEST = ("-reported_at", "-id")
# The city's outline; where none was given, its outermost areas, else all its cells.
_OUTLINE = """
    SELECT ST_AsGeoJSON(ST_SimplifyPreserveTopology(shape, 0.0001), 6) FROM (
        SELECT coalesce(
            (SELECT boundary FROM grid_city),
            (SELECT ST_Union(boundary) FROM grid_area
             WHERE level = 'district' AND upper_inf(recorded_during) AND valid_during @> now()),
            (SELECT ST_Union(boundary) FROM grid_cell
             WHERE upper_inf(recorded_during) AND valid_during @> now())
        ) AS shape) AS city
    WHERE shape IS NOT NULL"""


@dataclass(frozen=True)
class Service:
    """A category as something that can be reported."""

    code: str
    name: str
    category: Category
    description: str
    group: str
    keywords: list[str]
    has_questions: bool


@dataclass(frozen=True)
class Listed:
    """A request that everybody may see, with what may be shown of it."""

    request: ServiceRequest
    case: Case | None
    words: str
    answered_at: datetime | None
    agency: str
    place_names: list[str]
    photos: list[str] = field(default_factory=list)


def service_code(category: Category, facility_codes: frozenset[str]) -> str:
    """The code of a category, with its kind before it where a facility class has the same."""
    twin = category.kind != CategoryKind.FACILITY and category.code in facility_codes
    return f"{category.kind}:{category.code}" if twin else category.code


def facility_codes() -> frozenset[str]:
    """The codes that mean a facility class."""
    facilities = Category.objects.filter(kind=CategoryKind.FACILITY)
    return frozenset(facilities.values_list("code", flat=True))


def services() -> list[Service]:
    """What can be reported: every class that has a duty in force or stands lowest, by code."""
    duties: dict[int, list[Duty]] = defaultdict(list)
    for duty in Duty.objects.as_of(timezone.now(), None).order_by("pk"):
        duties[duty.category_id].append(duty)
    categories = list(Category.objects.select_related("parent").order_by("code", "kind"))
    majors = {category.parent_id for category in categories}
    asked = set(ServiceQuestion.objects.values_list("category_id", flat=True))
    facilities = frozenset(c.code for c in categories if c.kind == CategoryKind.FACILITY)
    return [
        _service(category, duties[category.pk], category.pk in asked, facilities)
        for category in categories
        if category.pk not in majors or category.pk in duties
    ]


def service_of(category: Category) -> Service:
    """One category as a service."""
    duties = list(Duty.objects.as_of(timezone.now(), None).filter(category=category).order_by("pk"))
    asked = ServiceQuestion.objects.filter(category=category).exists()
    return _service(category, duties, asked, facility_codes())


def category_coded(code: str) -> Category | None:
    """The category of a service code: `0118`, or `matter:0118` where a facility class has the code."""
    kind, _, bare = code.rpartition(":")
    found = Category.objects.filter(code=bare).select_related("parent").order_by("kind", "pk")
    return found.filter(kind=kind).first() if kind else found.first()


def scenarios_of(category: Category) -> list[str]:
    """The scenarios that its duties tell apart."""
    named = Duty.objects.as_of(timezone.now(), None).filter(category=category).exclude(scenario="")
    return sorted(set(named.values_list("scenario", flat=True)))


def _service(
    category: Category, duties: Sequence[Duty], asked: bool, facilities: frozenset[str]
) -> Service:
    about = next((d.filing_condition for d in duties if d.filing_condition), "")
    scenarios = sorted({duty.scenario for duty in duties if duty.scenario})
    parent = category.parent.name if category.parent else ""
    return Service(
        code=service_code(category, facilities),
        name=category.name,
        category=category,
        description=about or category.name,
        group=parent or str(CategoryKind(category.kind).label),
        keywords=[word for word in (parent, *scenarios) if word],
        has_questions=bool(asked or scenarios or category.kind == CategoryKind.FACILITY),
    )


def listed() -> QuerySet[ServiceRequest]:
    """Requests that everybody may see: those of this door, and those whose words the desk released."""
    return _shown().filter(Q(channel=Channel.OPEN311) | ~Q(words=""))


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to."""

    start: datetime
    end: datetime
    categories: Sequence[Category] | None = None
    closed: bool | None = None
    box: Polygon | None = None


def requests_wanted(wanted: Wanted, *, offset: int, count: int) -> list[int]:
    """Keys of the requests wanted, the newest first: two walks along an index, merged."""
    rows = _shown().filter(reported_at__gte=wanted.start, reported_at__lte=wanted.end)
    if wanted.categories is not None:
        rows = rows.filter(category__in=wanted.categories)
    if wanted.box is not None:
        rows = rows.filter(place__bboverlaps=wanted.box, place__intersects=wanted.box)
    if wanted.closed is not None:
        links = CaseRequest.objects.filter(request=OuterRef("pk"), left_at__isnull=True)
        ended = Q(Exists(links.filter(case__state__in=ENDED_STATES)))
        answered = Q(answered_at__isnull=False) | Q(closed_at__isnull=False)
        closed = ended | (~Q(Exists(links)) & answered)
        rows = rows.filter(closed if wanted.closed else ~closed)
    released = RequestRelease.objects.exclude(text="").values("request")
    branches = [
        rows.filter(channel=Channel.OPEN311),
        rows.exclude(channel=Channel.OPEN311).exclude(words="").filter(pk__in=released),
    ]
    ours, others = (
        branch.order_by(*NEWEST).values_list("pk", "reported_at")[: offset + count]
        for branch in branches
    )
    merged = sorted({*ours, *others}, key=lambda row: (row[1], row[0]), reverse=True)
    return [key for key, _ in merged[offset : offset + count]]


def requests_told(keys: Iterable[int]) -> list[Listed]:
    """The listed requests of these keys, in their order, with all that is shown of them."""
    lead = Assignment.objects.filter(kind=AssignmentKind.LEAD).order_by(
        F("ended_at").desc(nulls_first=True), "-id"
    )
    links = CaseRequest.objects.filter(left_at__isnull=True).select_related("case__category")
    links = links.annotate(
        agency=Subquery(
            lead.filter(case=OuterRef("case")).values("organization__name")[:1],
            output_field=CharField(),
        )
    )
    wanted = list(dict.fromkeys(keys))
    rows = listed().select_related("category", "georeport")
    found = rows.prefetch_related(Prefetch("links", queryset=links, to_attr="standing"))
    by_key = found.in_bulk(wanted)
    requests: list[Any] = [by_key[key] for key in wanted if key in by_key]
    photos = _photos(requests)
    codes = {code for request in requests for code in _areas(request)}
    names = dict(Area.objects.current().filter(code__in=codes).values_list("code", "name"))
    return [
        Listed(
            request=request,
            case=link.case if link else None,
            words=request.words,
            answered_at=request.answered_at,
            agency=(link.agency or "") if link else "",
            place_names=[names[code] for code in _areas(request) if code in names],
            photos=photos.get(request.pk, []),
        )
        for request in requests
        for link in [next(iter(request.standing), None)]
    ]


def _shown() -> QuerySet[Any]:
    """Requests with the words released last (blank: none) and when the desk answered."""
    releases = RequestRelease.objects.filter(request=OuterRef("pk")).order_by("-id")
    answers = RequestAnswer.objects.filter(request=OuterRef("pk")).order_by("-id")
    rows: QuerySet[Any] = ServiceRequest.objects.annotate(
        words=Coalesce(Subquery(releases.values("text")[:1]), Value(""), output_field=TextField()),
        answered_at=Subquery(answers.values("answered_at")[:1]),
    )
    return rows


def _areas(request: ServiceRequest) -> list[str]:
    """The areas of a request by GB/T 2260 codes, the innermost first."""
    code = request.area_code
    return [code, *(code[:length] for length in (9, 6) if len(code) > length)] if code else []


def _photos(requests: Sequence[Any]) -> dict[int, list[str]]:
    """By key of the request, the hashes of released photos of it and its case, in order."""
    owners: dict[tuple[str, str], list[int]] = defaultdict(list)
    for request in requests:
        cases = [link.case for link in request.standing]
        for subject in (request, *cases):
            owners[subject_of(subject)].append(request.pk)
    about = Q(pk__in=[])
    for kind in {kind for kind, _ in owners}:
        ids = [key for other, key in owners if other == kind]
        about |= Q(subject_type=kind, subject_id__in=ids)
    shown = Evidence.objects.filter(
        about, released_at__isnull=False, file__width__isnull=False
    ).order_by("pk")
    found: dict[int, list[str]] = defaultdict(list)
    for row in shown:
        for key in owners[(row.subject_type, row.subject_id)]:
            found[key].append(row.file_id)
    return found


def request_of_token(token: str) -> ServiceRequest | None:
    """The request of a tracking code."""
    found: ServiceRequest | None = ServiceRequest.objects.filter(tracking_code=token).first()
    return found


def outline_of_city() -> str | None:
    """The ground for which reports are taken, as GeoJSON; None before there is any."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTLINE)
        row = cursor.fetchone()
    return str(row[0]) if row else None


def changed_at() -> datetime | None:
    """When services or their definitions may have changed last: the newest publication."""
    newest = GroundVersion.objects.order_by("-number").values_list("published_at", flat=True)
    return newest.first()
