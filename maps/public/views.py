"""The public pages: report, track, plate; and the two questions the report's map asks."""

import secrets
from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from core.errors import DomainError
from core.operations import DifferentContent
from core.views import client_address
from grid.ground.models import City
from inspections.intake.limits import TooOften, count_use, refuse_used_up
from inspections.intake.use_cases.public import (
    MOST_BYTES,
    MOST_PHOTOS,
    PublicReport,
    keep_photo,
    report_publicly,
)
from maps.frontend import built
from maps.public import queries
from maps.public.choices import CHOICES, category_for
from maps.public.forms import MOST_TEXT, STEP_OF, ReportForm, in_words, text_of
from maps.public.places import communities, spot_at
from maps.public.plates import plate_of
from maps.public.tracking import normal_code, shown_code, status_of

ENTRY = "public/report.ts"
MOST_REQUEST = MOST_PHOTOS * MOST_BYTES + 4 * 1024 * 1024
FORM, PHOTO = "lamplighter.report.form", "lamplighter.report.photo"  # salts
FORM_LASTS_S = 7 * 24 * 3600
UNPROCESSABLE, TOO_LARGE, TOO_MANY = 422, 413, 429

Fault = dict[str, Any]


def page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page for whoever holds its address: in city time, kept by nobody, found by no engine."""
    city = City.objects.only("name", "timezone").first()
    day = "j M Y, H:i" if get_language() == "en" else "Y年n月j日 H:i"
    with timezone.override(ZoneInfo(city.timezone) if city else None):
        answer = render(request, template, {"city": city, "moment": day, **context}, status=status)
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    answer["Referrer-Policy"] = "same-origin"  # the code in the address tells nobody else
    return answer


def too_often(
    request: HttpRequest, refusal: TooOften, template: str, **context: Any
) -> HttpResponse:
    """429, saying when to try again."""
    answer = page(request, template, {"refusal": in_words(refusal), **context}, TOO_MANY)
    answer["Retry-After"] = str(refusal.details["seconds"])
    return answer


@method_decorator(csrf_exempt, name="dispatch")
class ReportPage(View):
    """Three steps and a tracking code.

    No account acts here, so there is nothing a forged request could borrow: the form carries its
    own signed token (which also makes it count once), and no session can end under somebody's hands.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """The empty form; `?facility=CODE` of a plate fills in the place."""
        values: dict[str, Any] = {}
        code = normal_plate(request.GET.get("facility", ""))
        plate = plate_of(code) if code else None
        if plate is not None and plate.stands:
            values = {"facility": plate.code, "lon": plate.lon, "lat": plate.lat}
        return self._form(request, values, plate=plate)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Taken: on to the code. Not taken: the form as it was filled in, and what to mend."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_REQUEST:
            fault = {"field": "photos", "words": _("照片太大：每张不超过 25 MB，最多 4 张。")}
            return self._refused(request, {}, [fault], [], TOO_LARGE)
        values = request.POST.dict()
        kept = _kept_before(request.POST.getlist("kept"))
        try:
            count_use("report", client_address(request))
        except TooOften as refusal:
            faults = [{"field": "", "words": in_words(refusal)}]
            answer = self._refused(request, values, faults, kept, TOO_MANY)
            answer["Retry-After"] = str(refusal.details["seconds"])
            return answer
        form = ReportForm(request.POST)
        token = _token_of(values.get("token", ""))
        faults, sent = _take_photos(request, kept)
        if not form.is_valid():
            faults = [
                *(
                    {"field": n, "words": str(words)}
                    for n, all_ in form.errors.items()
                    for words in all_
                ),
                *faults,
            ]
        if token is None and not faults:
            faults = [{"field": "", "words": _("页面放置过久，内容都还在：请再提交一次。")}]
        if faults:
            return self._refused(request, values, faults, kept, UNPROCESSABLE, sent)
        given = form.cleaned_data
        try:
            taken = report_publicly(
                PublicReport(
                    token=str(token),
                    category=category_for(given["choice"]),
                    nature=given["choice"].nature,
                    text=text_of(given),
                    place=given["place"],
                    accuracy_m=given["accuracy_m"],
                    facility_code=given["facility"],
                    requester=given["person"],
                    photos=kept,
                )
            )
        except DifferentContent:
            words = _("上一次提交已经收到。要把改动后的内容作为新的一件上报，请再提交一次。")
            faults = [{"field": "", "words": words}]
            return self._refused(request, values, faults, kept, 409, sent)
        except DomainError as refusal:
            faults = [{"field": "", "words": in_words(refusal)}]
            return self._refused(request, values, faults, kept, refusal.status, sent)
        to = reverse("track-code", kwargs={"code": shown_code(taken.tracking_code)}) + "?new"
        if _for_script(request):
            return JsonResponse({"to": to})
        return HttpResponseRedirect(to)

    def _refused(
        self,
        request: HttpRequest,
        values: dict[str, Any],
        faults: list[Fault],
        kept: list[str],
        status: int,
        sent: Sequence[str | None] = (),
    ) -> HttpResponse:
        """A script keeps its page: it is told the faults, and which of its photos need not be sent again."""
        if _for_script(request):
            told = [{**fault, "step": STEP_OF.get(fault["field"], 3)} for fault in faults]
            photos = [signing.dumps(sha256, salt=PHOTO) if sha256 else None for sha256 in sent]
            answer = {"faults": told, "token": _new_token(), "photos": photos}
            return JsonResponse(answer, status=status)
        return self._form(request, values, faults=faults, kept=kept, status=status)

    def _form(
        self,
        request: HttpRequest,
        values: dict[str, Any],
        *,
        plate: Any = None,
        faults: list[Fault] | None = None,
        kept: list[str] | None = None,
        status: int = 200,
    ) -> HttpResponse:
        by_field: dict[str, list[str]] = {}
        for fault in faults or []:
            field = fault["field"] if fault["field"] in STEP_OF else "all"
            by_field.setdefault("lon" if field == "lat" else field, []).append(fault["words"])
        context = {
            "values": values,
            "faults": by_field,
            "all_faults": [fault["words"] for fault in faults or []],
            "kept": [signing.dumps(sha256, salt=PHOTO) for sha256 in kept or []],
            "token": _new_token(),
            "choices": CHOICES,
            "communities": communities(),
            "plate": plate,
            "most_text": MOST_TEXT,
            "most_photos": MOST_PHOTOS,
            "entry": built(ENTRY),
        }
        return page(request, "maps/public/report.html", context, status)


class PlaceQuestion(View):
    """What a position is: `lon`, `lat` → inside, community, near."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """400 for what is no position."""
        try:
            count_use("search", client_address(request))
            spot = spot_at(float(request.GET.get("lon", "")), float(request.GET.get("lat", "")))
        except ValueError:
            return JsonResponse({"words": _("位置有误。")}, status=400)
        except DomainError as refusal:
            return JsonResponse({"words": in_words(refusal)}, status=refusal.status)
        return JsonResponse({"inside": spot.inside, "community": spot.community, "near": spot.near})


class PlaceSearch(View):
    """Places by words: `q` → results with kind, code, name, about, lon, lat."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """At most five of each kind."""
        try:
            count_use("search", client_address(request))
        except TooOften as refusal:
            return JsonResponse({"words": in_words(refusal)}, status=refusal.status)
        words = request.GET.get("q", "").replace("\x00", "")
        return JsonResponse({"results": queries.search(words)})


class TrackEntry(View):
    """Where a code is typed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """With `?code=` on to its page."""
        code = normal_code(request.GET.get("code", ""))
        if code:
            return HttpResponseRedirect(reverse("track-code", kwargs={"code": shown_code(code)}))
        return page(request, "maps/public/track_entry.html", {})


class TrackPage(View):
    """Where a report stands."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """The way of the request; 404 kindly, and counted, for a code that is none."""
        address, asked = client_address(request), normal_code(code)
        template = "maps/public/track_entry.html"
        try:
            refuse_used_up("guess", address)
            found = queries.request_tracked(asked)
            if found is None:
                count_use("guess", address)
                return page(request, template, {"unknown": True, "asked": shown_code(asked)}, 404)
        except TooOften as refusal:
            return too_often(request, refusal, template)
        address_here = reverse("track-code", kwargs={"code": shown_code(asked)})
        context = {
            "status": status_of(found, timezone.now()),
            "new": "new" in request.GET,
            "link": request.build_absolute_uri(address_here),
            "entry": built("public/track.ts"),
        }
        return page(request, "maps/public/track.html", context)


class PlatePage(View):
    """Behind the code on a plate: what it is, who answers for it, and how to report it."""

    def get(self, request: HttpRequest, code: str) -> HttpResponse:
        """404 kindly for a code that is none."""
        plate = plate_of(normal_plate(code))
        if plate is None:
            return page(request, "maps/public/no_plate.html", {"asked": code[:64]}, 404)
        return page(request, "maps/public/plate.html", {"plate": plate})


def normal_plate(code: str) -> str:
    """The code of a plate as typed; a NUL is in none."""
    return code.replace("\x00", "").strip()[:64]


def _for_script(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _new_token() -> str:
    return signing.dumps(secrets.token_hex(16), salt=FORM)


def _token_of(text: str) -> str | None:
    """The form's own secret; None if the form is too old, or not ours."""
    try:
        return str(signing.loads(text, salt=FORM, max_age=FORM_LASTS_S))
    except signing.BadSignature:
        return None


def _kept_before(texts: list[str]) -> list[str]:
    """The photos an earlier try of this form has sent already."""
    found: list[str] = []
    for text in texts[:MOST_PHOTOS]:
        try:
            found.append(str(signing.loads(text, salt=PHOTO, max_age=FORM_LASTS_S)))
        except signing.BadSignature:
            continue
    return found


def _take_photos(request: HttpRequest, kept: list[str]) -> tuple[list[Fault], list[str | None]]:
    """Take in the photos sent, adding to those kept; the faults, and each photo's hash or None."""
    faults: list[Fault] = []
    sent: list[str | None] = []
    for number, file in enumerate(request.FILES.getlist("photos"), 1):
        sha256 = None
        if len(kept) >= MOST_PHOTOS or number > MOST_PHOTOS:  # what cannot be read counts, too
            faults.append({"field": "photos", "words": _("最多 4 张照片，多出的没有收下。")})
            break
        try:
            sha256 = keep_photo(file, size=file.size or 0).sha256  # type: ignore[arg-type]
        except DomainError as refusal:
            which = _("第 %(number)d 张照片：") % {"number": number}
            faults.append({"field": "photos", "words": which + in_words(refusal)})
        sent.append(sha256)
        if sha256 and sha256 not in kept:
            kept.append(sha256)
    return faults, sent
