"""GeoReport v2 over HTTP: discovery, services, definitions, requests, tokens, and four questions more.

Beyond the specification: `bbox`, `page` and `page_size` on lists, `extensions=true`, photos sent with a
report (`media`), `accepts` (will you take a report of this point?) and the service area as GeoJSON.
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt
from knox.auth import TokenAuthentication
from rest_framework import exceptions
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from core.errors import Invalid, Missing, NotPermitted
from core.models import User
from core.operations import run_once
from core.views import client_address
from grid.ground.queries import the_city
from inspections.intake.limits import count_use, refuse_used_up
from inspections.intake.open311.errors import in_words, refusal_to, refused
from inspections.intake.open311.formats import TYPES, written
from inspections.intake.open311.queries import (
    category_coded,
    changed_at,
    outline_of_city,
    request_of_token,
    requests_told,
    requests_wanted,
    service_of,
    services,
)
from inspections.intake.open311.questions import attributes_of
from inspections.intake.open311.reading import (
    LocationNeeded,
    UnknownService,
    category_in,
    key_of,
    keys_in,
    page_in,
    point_in,
    report_in,
    text_in,
    wanted_in,
)
from inspections.intake.open311.telling import Teller, jurisdictions, notice, service_told
from inspections.intake.open311.use_cases import report, would_accept
from inspections.intake.use_cases.public import MOST_PHOTOS, keep_photo

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
READ, REPORT, GUESS = "open311_read", "open311", "guess"  # what is counted, in PUBLIC_LIMITS


UNSAID = {"api_key", "media", "media[]"}  # what says nothing of a report, or is said by its content


class UnknownJurisdiction(Missing):
    """jurisdiction_id '{jurisdiction_id}' was not found: leave it out, or write '{ours}'."""

    zh = "没有 jurisdiction_id“{jurisdiction_id}”：可省略，或填写“{ours}”。"


class KeyNeeded(NotPermitted):
    """api_key is missing: get one from the city, and send it as api_key or as a bearer token."""

    zh = "缺少 api_key：请向本市申请，并以 api_key 参数或 Bearer 令牌发送。"


class BadKey(NotPermitted):
    """Invalid api_key received: it is unknown or was revoked."""

    zh = "api_key 无效：不存在或已撤销。"


class BadOperationKey(Invalid):
    """'Idempotency-Key' must be 1 to 200 visible ASCII characters; a UUID is a good choice."""

    zh = "Idempotency-Key 须为 1 至 200 个可见 ASCII 字符，建议使用 UUID。"


class TooManyPhotos(Invalid):
    """At most {most} photos can be sent with a report."""

    zh = "一次最多附 {most} 张照片。"


class GeoReportView(APIView):
    """One address of the door: no account, no cookie; errors as GeoReport writes them."""

    schema = None
    authentication_classes: list[Any] = []
    permission_classes: list[Any] = []
    parser_classes = [FormParser, MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse another city's jurisdiction_id, whatever is asked."""
        super().initial(request, *args, **kwargs)
        asked = text_in(self.given(request), "jurisdiction_id", 300)
        ours = jurisdictions(request)
        if asked and asked not in ours:
            raise UnknownJurisdiction(jurisdiction_id=asked[:100], ours=ours[0])

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Any page may read: nothing here depends on who is signed in."""
        response["Access-Control-Allow-Origin"] = "*"
        response.setdefault("Cache-Control", "no-cache")
        return super().finalize_response(request, response, *args, **kwargs)

    def get_exception_handler(self) -> Any:
        """GeoReport's own words for refusals."""
        return refusal_to

    def given(self, request: Request) -> dict[str, Any]:
        """The parameters, whether they came in the address or the body."""
        body = request.data.dict() if hasattr(request.data, "dict") else {}
        return {**request.query_params.dict(), **body}

    def answer(self, root: str, told: Any) -> HttpResponse:
        """In the format that was asked for."""
        ending = self.kwargs["ending"]
        return HttpResponse(written(root, told, ending), content_type=TYPES[ending])


class DiscoveryView(GeoReportView):
    """Where the API is, in which formats, and how to get a key."""

    def get(self, request: Request, ending: str) -> HttpResponse:
        """`extensions=true` adds the service area to the endpoint."""
        city = the_city()
        here = request.build_absolute_uri().split("/discovery.")[0]
        changed = (changed_at() or city.founded_at).isoformat(timespec="seconds")
        endpoint: dict[str, Any] = {
            "specification": SPECIFICATION,
            "url": here,
            "changeset": changed,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        if _extended(self.given(request)):
            endpoint["service_area"] = f"{here}/service_area.geojson"
            endpoint["jurisdiction_id"] = jurisdictions(request)[0]
        told = {
            "changeset": changed,
            "contact": _("%(city)s：请致电 12345。") % {"city": city.name},
            "key_service": _("请致电 12345 或联系平台管理员申请 api_key。"),
            "endpoints": [endpoint],
        }
        return self.answer("discovery", told)


class ServicesView(GeoReportView):
    """What can be reported."""

    def get(self, request: Request, ending: str) -> HttpResponse:
        """With lat and long: what can be reported there, which outside the city is nothing."""
        count_use(READ, client_address(request))
        point = point_in(self.given(request))
        if point is not None and not would_accept(point.x, point.y, None).accepted:
            return self.answer("services", [])
        return self.answer("services", [service_told(service) for service in services()])


class DefinitionView(GeoReportView):
    """What reports of one service may, or must, answer."""

    def get(self, request: Request, code: str, ending: str) -> HttpResponse:
        """404 for a service that is none."""
        count_use(READ, client_address(request))
        category = category_coded(text_in({"code": code}, "code"))
        if category is None:
            raise UnknownService(service_code=code[:100])
        told = {
            "service_code": service_of(category).code,
            "attributes": attributes_of(category),
        }
        return self.answer("service_definition", told)


class RequestsView(GeoReportView):
    """Reports: those that everybody may see, and a new one."""

    def get(self, request: Request, ending: str) -> HttpResponse:
        """The newest first; by default of the last 90 days, 1,000 at most."""
        count_use(READ, client_address(request))
        given = self.given(request)
        city = the_city()
        teller = Teller.of(request, city, extended=_extended(given))
        if text_in(given, "service_request_id", 20_000):
            keys = keys_in(given)
        else:
            offset, count = page_in(given)
            keys = requests_wanted(wanted_in(given, city), offset=offset, count=count)
        return self.answer("service_requests", [teller.request(row) for row in requests_told(keys)])

    def post(self, request: Request, ending: str) -> HttpResponse:
        """A report; with an `Idempotency-Key` it is taken once, however often it is sent."""
        given = self.given(request)
        actor = actor_of(request, given)
        count_use(REPORT, f"key {actor.pk}")
        form: Any = request.data
        many = {name: form.getlist(name) for name in form}
        stated = report_in(given, many, photos=_photos(request))
        account = text_in(given, "account_id", 200)

        def work() -> str:
            reported = report(stated, actor=actor)
            told = {
                "service_request_id": str(reported.request.pk),
                "service_notice": notice(reported, request),
                **({"account_id": account} if account else {}),
            }
            return json.dumps([told])

        key = request.headers.get("Idempotency-Key")
        if key is None:
            return self.answer("service_requests", json.loads(work()))
        if not (0 < len(key) <= 200 and key.isascii() and key.isprintable()):
            raise BadOperationKey
        said = [[name, list(map(str, many[name]))] for name in sorted(many) if name not in UNSAID]
        content = json.dumps([said, sorted(stated.photos)]).encode()
        outcome = run_once(actor=actor, key=f"open311-{key}"[:200], content=content, work=work)
        return self.answer("service_requests", json.loads(outcome.answer))


class RequestView(GeoReportView):
    """One report."""

    def get(self, request: Request, key: str, ending: str) -> HttpResponse:
        """A list of one, as the specification has it; 404 where there is none for everybody."""
        count_use(READ, client_address(request))
        found = requests_told([known for known in [key_of(key)] if known is not None])
        if not found:
            raise Missing
        teller = Teller.of(request, the_city(), extended=_extended(self.given(request)))
        return self.answer("service_requests", [teller.request(row) for row in found])


class TokenView(GeoReportView):
    """The id of a report by its tracking code."""

    def get(self, request: Request, token: str, ending: str) -> HttpResponse:
        """404, and counted as a guess, for a code that is none."""
        address = client_address(request)
        refuse_used_up(GUESS, address)
        code = "".join(letter for letter in token.upper() if letter.isalnum())[:64]
        found = request_of_token(code)
        if found is None:
            count_use(GUESS, address)
            raise Missing
        told = {"service_request_id": str(found.pk), "token": token}
        return self.answer("service_requests", [told])


class AcceptsView(GeoReportView):
    """Will you take a report of this point?"""

    def get(self, request: Request, ending: str) -> HttpResponse:
        """`lat`, `long` and, if known, `service_code` → accepted, and who would answer for it."""
        count_use("search", client_address(request))
        given = self.given(request)
        point = point_in(given)
        if point is None:
            raise LocationNeeded
        category = category_in(given) if text_in(given, "service_code") else None
        would = would_accept(point.x, point.y, category)
        told = {
            "accepted": would.accepted,
            "reason": "" if would.accepted else _("该位置不在本市范围内。"),
            "agency_responsible": would.responsible,
        }
        return self.answer("acceptance", told)


class ServiceAreaView(GeoReportView):
    """The ground for which reports are taken."""

    def get(self, request: Request) -> HttpResponse:
        """A GeoJSON Feature; 404 before the city has any ground."""
        count_use(READ, client_address(request))
        outline = outline_of_city()
        if outline is None:
            raise Missing
        told = {
            "type": "Feature",
            "properties": {"jurisdiction_id": jurisdictions(request)[0]},
            "geometry": json.loads(outline),
        }
        text = json.dumps(told, ensure_ascii=False)
        return HttpResponse(text, content_type="application/geo+json")


@method_decorator(csrf_exempt, name="dispatch")
class FrontDoor(View):
    """The root, and what is none of our addresses, however it is asked."""

    def dispatch(self, request: HttpRequest, rest: str = "") -> HttpResponse:
        """To the discovery; else 404 in the format that the address ends with."""
        if rest in {"", "discovery"}:
            return HttpResponseRedirect("/open311/v2/discovery.json")
        ending = "xml" if rest.endswith(".xml") else "json"
        return refused(404, in_words(Missing()), ending)


def actor_of(request: Request, given: dict[str, Any]) -> User:
    """Whose key it is; raises KeyNeeded, BadKey."""
    header = request.headers.get("Authorization", "")
    key = text_in(given, "api_key", 200)
    if not key and header.startswith("Bearer "):
        key = header.removeprefix("Bearer ").strip()
    if not key:
        raise KeyNeeded
    try:
        user, _token = TokenAuthentication().authenticate_credentials(key.encode())
    except exceptions.AuthenticationFailed as wrong:
        raise BadKey from wrong
    if not isinstance(user, User):
        raise BadKey
    return user


def _photos(request: Request) -> list[str]:
    """Photos sent along as files, taken in by their content; raises what is wrong with one."""
    files = [*request.FILES.getlist("media"), *request.FILES.getlist("media[]")]
    if len(files) > MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS)
    kept = (keep_photo(file, size=file.size or 0).sha256 for file in files)
    return list(dict.fromkeys(kept))


def _extended(given: dict[str, Any]) -> bool:
    return text_in(given, "extensions").lower() in {"true", "1", "yes"}
