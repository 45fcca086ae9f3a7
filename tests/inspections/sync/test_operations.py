"""Operations of a phone: done once, in any order of arrival, nothing lost, a receipt for every hash."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.cases.use_cases import reassign_case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in
from tests.photos import photo


def upload(client: Any, data: bytes) -> str:
    sha256 = hashlib.sha256(data).hexdigest()
    path = f"/api/v1/sync/blobs/{sha256}"
    assert client.put(path, data, content_type="image/jpeg").status_code == 201
    return sha256


def operation(kind: str, case: Case, **payload: Any) -> dict[str, Any]:
    base_version = payload.pop("base_version", None)
    return {
        "id": str(uuid4()),
        "kind": kind,
        "device": "phone-1",
        "sequence": 7,
        "base_version": base_version,
        "captured_at": timezone.now().isoformat(),
        "payload": {"case": case.number, **payload},
    }


def send(client: Any, told: dict[str, Any]) -> Any:
    return client.put(f"/api/v1/sync/operations/{told['id']}", told, format="json")


def shot(ward: Ward, sha256: str, at: tuple[float, float] = (250, 250)) -> dict[str, Any]:
    lon, lat = ward.lonlat(*at)
    now = timezone.now().isoformat()
    fix = {"lon": lon, "lat": lat, "accuracy_m": 6.5, "at": now, "datum": "wgs84"}
    return {
        "sha256": sha256,
        "filename": "IMG_1.jpg",
        "size": 1,
        "mime": "image/jpeg",
        "captured_at": now,
        "fixes": [fix],
    }


def test_evidence_then_close_from_a_phone(ward: Ward) -> None:
    case, bo = case_in(ward, "checked"), client_of(ward.bo)
    sha256 = upload(bo, photo())
    told = operation("add_evidence", case, evidence=[shot(ward, sha256)])
    receipt = send(bo, told)
    assert receipt.status_code == 201, receipt.json()
    assert receipt.json()["sha256"] == [sha256]
    assert receipt.json()["evidence"][0]["findings"] == []
    again = send(bo, told)
    assert (again.status_code, again.content) == (200, receipt.content)
    assert Evidence.objects.count() == 1
    closing = operation("close", case, base_version=receipt.json()["version"])
    closed = send(bo, closing)
    assert (closed.status_code, closed.json()["state"]) == (201, "closed")
    assert send(bo, closing).status_code == 200
    envelope = Evidence.objects.get().envelope
    assert (envelope["device"], envelope["sequence"]) == ("phone-1", 7)


def test_the_same_id_with_other_content_is_refused(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    told = operation("check", case)
    assert send(bo, told).status_code == 201
    told["payload"]["reason"] = "other"
    answer = send(bo, told)
    assert (answer.status_code, answer.json()["code"]) == (409, "different_content")


def test_evidence_before_its_blobs_names_them_and_is_done_after_them(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    here, missing = photo(seed=1), photo(seed=2)
    hashes = [upload(bo, here), hashlib.sha256(missing).hexdigest()]
    told = operation("add_evidence", case, evidence=[shot(ward, h) for h in hashes])
    answer = send(bo, told)
    assert (answer.status_code, answer.json()["code"]) == (424, "missing_blobs")
    assert answer.json()["details"] == {"missing": hashes[1:]}
    assert not Evidence.objects.exists()
    upload(bo, missing)
    assert send(bo, told).json()["sha256"] == hashes


def test_a_hash_known_from_somebody_else_is_not_a_file(ward: Ward) -> None:
    case, bo, di = case_in(ward, "handled"), client_of(ward.bo), client_of(ward.di)
    sha256 = upload(bo, photo())
    assert (
        send(bo, operation("add_evidence", case, evidence=[shot(ward, sha256)])).status_code == 201
    )
    stolen = send(di, operation("add_evidence", case, evidence=[shot(ward, sha256)]))
    assert stolen.status_code == 424


def test_evidence_is_accepted_after_the_case_moved_on_only_the_transition_conflicts(
    ward: Ward,
) -> None:
    case, bo = case_in(ward, "closed"), client_of(ward.bo)
    sha256 = upload(bo, photo())
    late = operation("add_evidence", case, evidence=[shot(ward, sha256)], base_version=1)
    assert send(bo, late).status_code == 201
    conflict = send(bo, operation("close", case, base_version=1))
    assert (conflict.status_code, conflict.json()["code"]) == (409, "lost_race")


@pytest.mark.mission("D7")
def test_the_refusal_of_a_close_reaches_the_phone_in_words(ward: Ward) -> None:
    case, bo = case_in(ward, "checked"), client_of(ward.bo)
    sha256 = upload(bo, photo())
    far = shot(ward, sha256, at=(250, 900))
    assert send(bo, operation("add_evidence", case, evidence=[far])).status_code == 201
    refused = send(bo, operation("close", case))
    assert (refused.status_code, refused.json()["code"]) == (409, "proof_missing")
    assert "IMG_1.jpg" in refused.json()["detail"]
    assert "650 米" in refused.json()["detail"]


def test_acts_and_their_evidence_may_travel_together(ward: Ward) -> None:
    case, bo = case_in(ward, "checked"), client_of(ward.bo)
    sha256 = upload(bo, photo())
    told = operation("close", case, evidence=[shot(ward, sha256)])
    done = send(bo, told)
    assert (done.status_code, done.json()["sha256"], done.json()["state"]) == (
        201,
        [sha256],
        "closed",
    )


def test_a_broken_picture_is_refused_and_stays_on_the_phone(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    sha256 = upload(bo, photo()[:2000])
    answer = send(bo, operation("add_evidence", case, evidence=[shot(ward, sha256)]))
    assert (answer.status_code, answer.json()["code"]) == (422, "unreadable_file")


def test_an_old_photo_by_the_devices_word_is_found(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    item = shot(ward, upload(bo, photo()))
    old = (timezone.now() - timedelta(days=3)).isoformat()
    item["captured_at"] = item["fixes"][0]["at"] = old
    receipt = send(bo, operation("add_evidence", case, evidence=[item])).json()
    assert [f["code"] for f in receipt["evidence"][0]["findings"]] == ["older_than_report"]


def test_nonsense_is_refused_by_name(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    good = operation("check", case)
    other = {**good, "id": str(uuid4())}
    mixed = bo.put(f"/api/v1/sync/operations/{good['id']}", other, format="json")
    assert (mixed.status_code, mixed.json()["code"]) == (400, "invalid")
    for told, status, code in (
        (operation("explode", case), 400, "unknown_kind"),
        ({**good, "payload": {}}, 400, "invalid"),
        ({**good, "payload": {"case": "nobody"}}, 404, "missing"),
        (operation("add_evidence", case), 400, "invalid"),
        (operation("add_evidence", case, evidence=[{"sha256": "zz"}]), 400, "bad_hash"),
        (operation("add_evidence", case, evidence=[3]), 400, "invalid"),
    ):
        answer = send(bo, told)
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_another_bodys_case_is_not_there(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    assert send(client_of(ward.cy), operation("accept", case)).status_code == 404
    assert send(client_of(ward.di), operation("accept", case)).status_code == 201


@pytest.mark.parametrize("meanwhile", ["closed", "reassigned"])
def test_photos_of_a_crew_are_taken_in_after_the_case_was_closed_or_given_to_another(
    ward: Ward, meanwhile: str
) -> None:
    case, di = case_in(ward, "closed" if meanwhile == "closed" else "accepted"), client_of(ward.di)
    if meanwhile == "reassigned":
        reassign_case(case, actor=ward.ada, to=ward.bodies["housing"], reason="改派")
    before = Evidence.objects.count()
    sha256 = upload(di, photo(seed=9))
    told = operation("add_evidence", case, evidence=[shot(ward, sha256)])
    receipt = send(di, told)
    assert (receipt.status_code, receipt.json().get("sha256")) == (201, [sha256])
    assert Evidence.objects.count() == before + 1
    assert di.get(f"/api/v1/cases/{case.number}/").status_code == (
        200 if meanwhile == "closed" else 404
    )
    for act in ("handle", "accept"):
        assert send(di, operation(act, case)).status_code in {403, 404, 409}
    cy = client_of(ward.cy)
    sha256 = upload(cy, photo(seed=10))
    stolen = send(cy, operation("add_evidence", case, evidence=[shot(ward, sha256)]))
    assert stolen.status_code == 404
