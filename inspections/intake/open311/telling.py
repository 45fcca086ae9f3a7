"""What a program is told, as GeoReport names it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from grid.ground.models import City
from inspections.cases.models import Case, CaseState
from inspections.intake.open311.queries import Listed, Service, facility_codes, service_code
from inspections.intake.open311.use_cases import Reported
from inspections.intake.use_cases.receiving import NoPlaceStated


def service_told(service: Service) -> dict[str, Any]:
    """One line of the list of services."""
    return {
        "service_code": service.code,
        "service_name": service.name,
        "description": service.description,
        "metadata": service.has_questions,
        "type": "realtime",
        "keywords": ", ".join(service.keywords),
        "group": service.group,
    }


@dataclass(frozen=True)
class Teller:
    """How requests are told in one answer: the city's clock, codes that need their kind, addresses."""

    asked: Request
    zone: ZoneInfo
    facility_codes: frozenset[str]
    extended: bool = False

    @classmethod
    def of(cls, asked: Request, city: City, *, extended: bool = False) -> "Teller":
        """For one answer."""
        return cls(asked, ZoneInfo(city.timezone), facility_codes(), extended)

    def at(self, moment: datetime | None) -> str | None:
        """An instant with the city's offset, to the second."""
        return moment.astimezone(self.zone).isoformat(timespec="seconds") if moment else None

    def request(self, row: Listed) -> dict[str, Any]:
        """One request as everybody may see it: words, address and photos only once released.

        What is not known (no place, no limit yet) is left out.
        """
        request, case = row.request, row.case
        stated = getattr(request, "georeport", None)
        category = (case.category if case else None) or request.category
        closed = is_closed(row)
        spot = request.place and request.place.point_on_surface
        media = [self._photo(sha256) for sha256 in row.photos]
        own_link = stated.media_url if stated and row.words else ""
        told: dict[str, Any] = {
            "service_request_id": str(request.pk),
            "status": "closed" if closed else "open",
            "status_notes": status_notes(row),
            "service_name": category.name if category else request.category_name,
            "service_code": service_code(category, self.facility_codes) if category else "",
            "description": row.words,
            "agency_responsible": row.agency,
            "service_notice": "",
            "requested_datetime": self.at(request.reported_at),
            "updated_datetime": self.at(updated_at(row)),
            "expected_datetime": self.at(case.resolve_by) if case else None,
            "address": (stated.address if stated and row.words else "")
            or ", ".join(row.place_names),
            "address_id": request.facility_code,
            "zipcode": "",
            "lat": round(spot.y, 7) if spot else None,
            "long": round(spot.x, 7) if spot else None,
            "media_url": next(iter(media), own_link),
        }
        told = {name: value for name, value in told.items() if value is not None}
        if self.extended:
            told["extended_attributes"] = {
                "state": case.state if case else "",
                "cell": request.cell_code,
                "area": request.area_code,
                "photos": [{"media_url": address} for address in media],
            }
        return told

    def _photo(self, sha256: str) -> str:
        address = reverse("evidence-copy", kwargs={"sha256": sha256})
        return str(self.asked.build_absolute_uri(address))


def is_closed(row: Listed) -> bool:
    """Nothing is to be done about it any more."""
    if row.case is not None:
        return row.case.is_ended
    return bool(row.answered_at or row.request.closed_at)


def updated_at(row: Listed) -> datetime:
    """When it was closed; while it is open, the last step it took."""
    case, request = row.case, row.request
    if case is None:
        return row.answered_at or request.closed_at or request.recorded_at
    if case.is_ended and case.closed_at:
        return case.closed_at
    steps = [request.recorded_at, case.opened_at, case.verified_at, case.filed_at]
    steps += [case.dispatched_at, case.handled_at, case.checked_at, case.called_back_at]
    return max(step for step in steps if step)


def status_notes(row: Listed) -> str:
    """Where it stands, in a few words; nothing that anybody wrote."""
    if row.case is None:
        ended = _("已答复") if row.answered_at else _("结案")
        return ended if is_closed(row) else _("已收到")
    return _standing(row.case)


def _standing(case: Case) -> str:
    match case.state:
        case CaseState.REPORTED | CaseState.VERIFIED:
            return _("已收到")
        case CaseState.FILED:
            return _("已立案")
        case CaseState.DISPATCHED:
            return _("已派出")
        case CaseState.ACCEPTED:
            return _("正在处理")
        case CaseState.HANDLED:
            return _("已处理，待核查")
        case CaseState.CHECKED | CaseState.CALLED_BACK:
            return _("已核查")
        case CaseState.CLOSED | CaseState.ARCHIVED:
            return _("已结案，未完全解决") if case.solved is False else _("已解决")
        case CaseState.ANSWERED:
            return _("已答复")
        case _:
            return _("不作为案件处理")


def notice(reported: Reported, asked: Request) -> str:
    """What whoever reported is told at once: the code to follow it by, and what is still missing."""
    code = reported.request.tracking_code
    address = asked.build_absolute_uri(reverse("track-code", kwargs={"code": code}))
    words = _("已收到。查询码 %(code)s，处理进度见 %(address)s 。") % {
        "code": code,
        "address": address,
    }
    if isinstance(reported.why_no_case, NoPlaceStated):
        words += _("还不知道具体位置，工作人员会设法核实。")
    return words


def jurisdictions(asked: Request) -> list[str]:
    """What jurisdiction_id may say: the setting's word, else the host; the city's name, always."""
    city = City.objects.only("name").first()
    host = asked.get_host().rpartition(":")[0] or asked.get_host()
    known = [settings.JURISDICTION_ID, host, city.name if city else ""]
    return [word for word in known if word]
