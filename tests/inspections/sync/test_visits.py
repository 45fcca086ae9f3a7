"""A visit made out of reach of the network: queued, sent later, recorded once."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.cases.use_cases import reassign_case
from inspections.fieldwork.models import Visit
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in
from tests.inspections.sync.test_operations import send, shot, upload
from tests.photos import photo


def operation(ward: Ward, case: Case, **payload: Any) -> dict[str, Any]:
    lon, lat = ward.lonlat(252, 250)
    base_version = payload.pop("base_version", None)
    here = {"outcome": "done", "lon": lon, "lat": lat, "accuracy_m": 8, "datum": "wgs84"}
    return {
        "id": str(uuid4()),
        "kind": "visit",
        "device": "phone-1",
        "sequence": 1,
        "base_version": base_version,
        "captured_at": timezone.now().isoformat(),
        "payload": {"task": case.tasks.order_by("-id")[0].pk} | here | payload,
    }


def test_a_queued_visit_is_recorded_once_at_its_own_time(ward: Ward) -> None:
    case, di = case_in(ward, "accepted"), client_of(ward.di)
    told = operation(ward, case)
    receipt = send(di, told)
    assert receipt.status_code == 201, receipt.content
    assert receipt.json()["visit"]["arrival"] is True
    assert (receipt.json()["case"], receipt.json()["state"]) == (case.number, "accepted")
    again = send(di, told)
    assert (again.status_code, again.content) == (200, receipt.content)
    made = Visit.objects.get()
    assert made.arrived_at.isoformat() == told["captured_at"]


def test_photos_travel_with_the_visit(ward: Ward) -> None:
    case, di = case_in(ward, "accepted"), client_of(ward.di)
    sha256 = upload(di, photo(*ward.lonlat(250, 250), taken_at=timezone.now()))
    receipt = send(di, operation(ward, case, evidence=[shot(ward, sha256)]))
    assert (receipt.status_code, receipt.json()["sha256"]) == (201, [sha256])
    assert (Evidence.objects.count(), Visit.objects.count()) == (1, 1)


def test_blobs_that_are_missing_hold_the_visit_back_whole(ward: Ward) -> None:
    case, di = case_in(ward, "accepted"), client_of(ward.di)
    answer = send(di, operation(ward, case, evidence=[shot(ward, "0" * 64)]))
    assert (answer.status_code, Visit.objects.count()) == (424, 0)


def test_a_pin_moved_on_an_old_version_is_kept_for_the_desk(ward: Ward) -> None:
    case, bo = case_in(ward, "handled"), client_of(ward.bo)
    lon, lat = ward.lonlat(700, 250)
    told = operation(ward, case, outcome="pin_moved", pin={"lon": lon, "lat": lat}, base_version=1)
    receipt = send(bo, told)
    assert receipt.status_code == 201
    assert receipt.json()["visit"]["to_decide"] is True


def test_a_visit_names_a_task_that_one_may_see(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    told = operation(ward, case)
    assert send(client_of(ward.cy), told).status_code == 404
    for task in (None, "1", True, -1, 2**70):
        told = operation(ward, case, task=task)
        assert send(client_of(ward.di), told).status_code in {400, 404}, task
    assert not Visit.objects.exists()


def test_a_visit_told_of_after_the_case_went_to_another_keeps_its_photos(ward: Ward) -> None:
    case, di = case_in(ward, "accepted"), client_of(ward.di)
    told = operation(ward, case)
    sha256 = upload(di, photo(*ward.lonlat(250, 250), taken_at=timezone.now()))
    told["payload"]["evidence"] = [shot(ward, sha256)]
    reassign_case(case, actor=ward.ada, to=ward.bodies["housing"], reason="改派")
    receipt = send(di, told)
    assert (receipt.status_code, receipt.json().get("sha256")) == (201, [sha256])
    assert (Evidence.objects.count(), Visit.objects.count()) == (1, 1)
