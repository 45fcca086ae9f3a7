"""A meeting with residents: several requests, its minutes kept once and shown at each of them."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotPermitted
from core.models import AuditEntry
from grid.evidence.models import Evidence, StoredFile
from grid.evidence.use_cases import keep_file
from inspections.intake.gatherings.models import Gathering, GatheringRequest
from inspections.intake.gatherings.use_cases import (
    NoSuchArea,
    NotFromMeeting,
    SaidElsewhere,
    add_minutes,
    add_said,
    record_gathering,
)
from inspections.requests.models import ServiceRequest
from tests.conftest import client_of
from tests.inspections.conftest import PDF, Ward, enquiry, gathered, report
from tests.photos import photo

HELD = {"title": "西门社区民情联系会", "held_at": "2026-03-02T02:00:00Z", "place": "社区会议室"}


def said(ward: Ward) -> list[ServiceRequest]:
    """What two residents said: one thing to repair, one question."""
    case = report(ward, channel="meeting")
    return [case.requests.get(), enquiry(ward, "何时装充电桩？", channel="meeting")]


def minutes(client: Any, key: int, data: bytes = PDF, name: str = "纪要.pdf") -> Any:
    file = SimpleUploadedFile(name, data, "application/pdf")
    return client.post(f"/api/v1/gatherings/{key}/minutes/", {"file": file}, format="multipart")


@pytest.mark.mission("P19")
def test_the_minutes_are_kept_once_and_shown_at_each_request(ward: Ward) -> None:
    ada = client_of(ward.ada)
    made = ada.post("/api/v1/gatherings/", HELD | {"area": "500236001"}, format="json").json()
    requests = said(ward)
    for _ in range(2):  # the same file again is the same
        assert minutes(ada, made["id"]).status_code == 201
    told = {"requests": [requests[0].code, requests[1].tracking_code]}
    whole = ada.post(f"/api/v1/gatherings/{made['id']}/requests/", told, format="json").json()
    assert sorted(one["code"] for one in whole["requests"]) == sorted(one.code for one in requests)
    assert StoredFile.objects.count() == Evidence.objects.count() == 1
    for one in requests:
        shown = ada.get(f"/api/v1/requests/{one.code}/").json()["properties"]["gathering"]
        assert (shown["title"], shown["requests"]) == (HELD["title"], [one.code])
        (file,) = shown["minutes"]
        assert file["filename"] == "纪要.pdf"
        opened = ada.get(file["url"])
        assert (opened.getvalue(), opened["Content-Type"]) == (PDF, "application/pdf")
        assert opened["Content-Disposition"].startswith("attachment")
    number = requests[0].cases.get().number
    (met,) = ada.get(f"/api/v1/cases/{number}/").json()["properties"]["gatherings"]
    assert (met["requests"], len(met["minutes"])) == ([requests[0].code], 1)
    acts = AuditEntry.objects.filter(subject_type="inspections.gathering")
    assert list(acts.order_by("id").values_list("act", flat=True)) == [
        "record_gathering",
        "add_evidence",
        "add_said",
    ]


def test_signed_minutes_as_a_photo_are_shown_as_their_copy(ward: Ward) -> None:
    ada, key = client_of(ward.ada), gathered(ward)["gathering"]
    picture = photo(*ward.lonlat(250, 250), taken_at=timezone.now(), seed=5)
    whole = minutes(ada, int(str(key)), picture, "签到表.jpg").json()
    url = whole["minutes"][1]["url"]
    assert url.startswith("/evidence/")
    assert ada.get(url).status_code == 200
    sealed = f"/api/v1/gatherings/{key}/minutes/{whole['minutes'][1]['sha256']}/"
    assert ada.get(sealed).status_code == 404  # the original of a photo is never shown


def test_whoever_sees_the_request_but_not_the_meeting_reads_no_minutes(ward: Ward) -> None:
    gathered(ward)
    code = GatheringRequest.objects.get().request.code
    shown = client_of(ward.bo).get(f"/api/v1/requests/{code}/").json()["properties"]["gathering"]
    assert (shown["title"], shown["minutes"]) == ("西门民情联系会", [])
    plain = enquiry(ward, "路灯几点亮？").code
    shown = client_of(ward.ada).get(f"/api/v1/requests/{plain}/").json()["properties"]
    assert shown["gathering"] is None


def test_what_does_not_hold_together_is_refused(ward: Ward) -> None:
    held: dict[str, Any] = {"title": "民情联系会", "held_at": timezone.now() - timedelta(days=1)}
    with pytest.raises(NotPermitted):
        record_gathering(actor=ward.bo, **held)
    with pytest.raises(NoSuchArea):
        record_gathering(actor=ward.ada, area="999", **held)
    first, other = (record_gathering(actor=ward.ada, **held) for _ in range(2))
    (one, _) = requests = said(ward)
    with pytest.raises(NotFromMeeting):
        add_said(first, actor=ward.ada, requests=[one, report(ward).requests.get()])
    with pytest.raises(NotPermitted):
        add_said(first, actor=ward.di, requests=requests)
    kept = keep_file(BytesIO(PDF), size=len(PDF))
    with pytest.raises(NotPermitted):
        add_minutes(first, actor=ward.di, file=kept, filename="a.pdf", mime="application/pdf")
    add_said(first, actor=ward.ada, requests=requests)
    add_said(first, actor=ward.ada, requests=requests)  # changes nothing
    with pytest.raises(SaidElsewhere):
        add_said(other, actor=ward.ada, requests=[one])
    assert GatheringRequest.objects.filter(gathering=first).count() == 2
    ada = client_of(ward.ada)
    told = {"requests": [one.code, "R-none"]}
    answer = ada.post(f"/api/v1/gatherings/{first.pk}/requests/", told, format="json")
    assert (answer.status_code, answer.json()["details"]["codes"]) == (404, ["R-none"])
    assert ada.post(f"/api/v1/gatherings/{first.pk}/minutes/", {}).status_code == 400


def test_three_meetings_take_as_many_queries_as_one(ward: Ward) -> None:
    client, counts = client_of(ward.ada), []
    for number in (1, 2):
        for _ in range(number):
            made = record_gathering(actor=ward.ada, title="民情联系会", held_at=timezone.now())
            add_said(made, actor=ward.ada, requests=said(ward))
        with CaptureQueriesContext(connection) as queries:
            rows = client.get("/api/v1/gatherings/").json()["results"]
        counts.append(len(queries))
    assert [row["requests_count"] for row in rows] == [2, 2, 2]
    assert counts[0] == counts[1]
    assert Gathering.objects.visible_to(ward.ada).count() == 3
