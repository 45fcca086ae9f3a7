"""The public reports through a service user: once per form, with photos, all or nothing."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.gis.geos import Point

from core.models import AuditEntry, User
from core.operations import DifferentContent
from grid.evidence.content import UnreadableFile
from grid.evidence.models import Evidence, StoredFile
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case, skip_verification
from inspections.intake.use_cases.public import (
    PhotoNotTaken,
    PublicReport,
    Taken,
    keep_photo,
    report_publicly,
)
from inspections.requests.models import Requester, ServiceRequest
from inspections.requests.use_cases.requesters import BadPhone, Person
from tests import factories
from tests.clones import Clone, at_once
from tests.conftest import client_of
from tests.inspections.conftest import Ward, ward_here
from tests.photos import encoded, photo, picture


def report_of(ward: Ward, token: str = "form-1", **stated: Any) -> PublicReport:  # noqa: S107
    lon, lat = ward.lonlat(250, 250)
    usual: dict[str, Any] = {
        "category": ward.lamps,
        "text": "路灯不亮",
        "place": Point(lon, lat, srid=4326),
    }
    return PublicReport(token=token, **usual | stated)


def kept(data: bytes) -> str:
    return keep_photo(BytesIO(data), size=len(data)).sha256


def test_a_report_becomes_a_case_of_the_web_by_a_service_user(ward: Ward) -> None:
    taken = report_publicly(report_of(ward, requester=Person(name="张三", phone="13812345678")))
    request = ServiceRequest.objects.get(tracking_code=taken.tracking_code)
    case = request.cases.get()
    assert (request.channel, case.channel, case.state) == ("web", "web", "reported")
    assert (request.recorded_by.username, request.recorded_by.is_service) == ("public-web", True)
    assert request.requester.reachable
    assert set(AuditEntry.objects.values_list("actor__username", flat=True)) == {"public-web"}


def test_photos_are_put_forward_for_the_request(ward: Ward) -> None:
    hashes = [kept(photo(seed=seed)) for seed in (1, 2)]
    taken = report_publicly(report_of(ward, photos=[*hashes, "0" * 64]))
    request = ServiceRequest.objects.get(tracking_code=taken.tracking_code)
    rows = Evidence.objects.order_by("id")
    assert [(row.file_id, row.purpose, row.subject_code) for row in rows] == [
        (sha256, "report", request.code) for sha256 in hashes
    ]
    assert not rows.filter(released_at__isnull=False).exists()
    assert {row.filename for row in rows} == {"photo-1", "photo-2"}


def test_photos_of_a_report_are_seen_by_whoever_sees_it_and_by_nobody_else(ward: Ward) -> None:
    sha256 = kept(photo(seed=1))
    taken = report_publicly(report_of(ward, photos=[sha256]))
    case = ServiceRequest.objects.get(tracking_code=taken.tracking_code).cases.get()

    def seers() -> set[str]:
        people: dict[str, User | None] = {**ward.people, "nobody": None, "no": factories.user("no")}
        path = f"/evidence/{sha256}.jpg"
        return {n for n, p in people.items() if client_of(p).get(path).status_code == 200}

    assert seers() == {"ada", "bo", "ed", "lu", "vi"}
    case = skip_verification(case, actor=ward.ada, reason="多人反映")
    dispatch_case(file_case(case, actor=ward.ada), actor=ward.ada)
    assert seers() == {"ada", "bo", "ed", "lu", "vi", "di", "su"}


def test_the_same_form_is_taken_once_and_a_changed_one_is_not_lost_silently(ward: Ward) -> None:
    first = report_publicly(report_of(ward))
    assert report_publicly(report_of(ward)) == Taken(first.tracking_code, repeated=True)
    with pytest.raises(DifferentContent):
        report_publicly(report_of(ward, text="井盖也坏了"))
    report_publicly(report_of(ward, token="form-2", text="井盖也坏了"))
    assert (ServiceRequest.objects.count(), Case.objects.count()) == (2, 2)


def test_a_refusal_leaves_nothing(ward: Ward) -> None:
    with pytest.raises(BadPhone):
        report_publicly(report_of(ward, requester=Person(phone="12")))
    assert not ServiceRequest.objects.exists()
    assert not Requester.objects.exists()
    assert report_publicly(report_of(ward)).repeated is False  # the form may be tried again


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"not a picture", PhotoNotTaken),
        (b"%PDF-1.4 \n%%EOF", PhotoNotTaken),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", PhotoNotTaken),
        (photo(seed=1)[:2000], UnreadableFile),
        (b"", UnreadableFile),
    ],
)
def test_what_is_no_photo_is_refused_by_its_content(
    ward: Ward, data: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        kept(data)


def test_png_and_webp_are_photos_too_and_too_large_is_said(ward: Ward) -> None:
    for form in ("PNG", "WEBP"):
        kept(encoded(picture(3), form))
    assert set(StoredFile.objects.values_list("mime", flat=True)) == {"image/png", "image/webp"}
    with pytest.raises(PhotoNotTaken):
        keep_photo(BytesIO(b""), size=26 * 1024 * 1024)


def test_of_two_clicks_at_once_one_is_taken_and_both_are_told_the_code(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward = ward_here()
    report = report_of(ward)
    taken = at_once([lambda: report_publicly(report)] * 4)
    assert len({one.tracking_code for one in taken}) == 1
    assert sorted(one.repeated for one in taken) == [False, True, True, True]
    assert ServiceRequest.objects.count() == 1
