"""A handler of another body asks for a case that is not theirs, by every side door there is."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from core.audit import subject_of
from grid.evidence.models import Evidence
from inspections.cases.models import Case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, prove, ward

__all__ = ["evidence_folder", "ward"]  # fixtures

pytestmark = pytest.mark.django_db


@pytest.fixture
def dark(ward: Ward) -> tuple[Case, Evidence]:
    """A handled case of the lamp company with a photo."""
    case = case_in(ward, "handled")
    return case, prove(ward, case)


def side_doors(ward: Ward, case: Case, photo: Evidence) -> Iterator[str]:
    """Addresses that would answer something if they looked only at what they are asked for."""
    request = case.requests.get()
    lon, lat = ward.lonlat(250, 250)
    box = f"{lon - 0.01},{lat - 0.01},{lon + 0.01},{lat + 0.01}"
    about, key = subject_of(case)
    yield from (
        f"cases/?{asked}"
        for asked in (
            f"number={case.number}",
            f"q={case.number}",
            "q=路灯",
            f"subject_id={case.pk}",
            f"bbox={box}",
            "organization=LAMP",
            "open=true",
            f"cell={case.cell_code}",
            "area=500236",
            "category=0118",
            "outcome=presumed",
            "channel=phone",
            "clock=overdue",
        )
    )
    yield from (
        f"requests/?{asked}"
        for asked in (f"code={request.code}", f"case={case.number}", f"subject_id={request.pk}")
    )
    yield from (f"tasks/?case={case.number}", f"tasks/?near={lon},{lat}", "tasks/?kind=check")
    yield from (f"evidence/?sha256={photo.file_id}", f"evidence/?case={case.number}")
    yield f"audit/?subject_type={about}&subject_id={key}"


def test_nothing_of_it_is_shown(ward: Ward, dark: tuple[Case, Evidence]) -> None:
    case, photo = dark
    cy, di = client_of(ward.cy), client_of(ward.di)
    shown_to_di = 0
    for door in side_doors(ward, case, photo):
        told = cy.get(f"/api/v1/{door}")
        assert told.status_code in {200, 400}, door
        if told.status_code == 200:
            listed = told.json()
            assert (listed.get("features") or listed.get("results") or []) == [], door
        theirs = di.get(f"/api/v1/{door}").json()
        shown_to_di += bool(theirs.get("features") or theirs.get("results"))
    assert shown_to_di >= 15  # the doors do open, for those whose case it is


def test_its_photo_is_not_served_by_its_hash(ward: Ward, dark: tuple[Case, Evidence]) -> None:
    _, photo = dark
    for person, status in ((ward.di, 200), (ward.cy, 404)):
        browser = Client()
        browser.force_login(person)
        assert browser.get(f"/evidence/{photo.file_id}.jpg").status_code == status
    assert Client().get(f"/evidence/{photo.file_id}.jpg").status_code == 404


def test_its_photo_is_not_taken_into_a_case_of_ones_own(
    ward: Ward, dark: tuple[Case, Evidence]
) -> None:
    case, photo = dark
    cy = client_of(ward.cy)
    head = cy.head(f"/api/v1/sync/blobs/{photo.file_id}")
    assert head["Upload-Offset"] == "0"  # as for a file that nobody has
    told = operation(cy, "add_evidence", {"case": case.number, "evidence": [sent(photo)]})
    assert told.status_code == 404


def test_nothing_can_be_done_with_it_offline_either(
    ward: Ward, dark: tuple[Case, Evidence]
) -> None:
    case, _ = dark
    before = case.version
    for kind in ("check", "rework", "close", "move_pin", "urge", "refuse"):
        told = operation(client_of(ward.cy), kind, {"case": case.number, "reason": "x"})
        assert told.status_code == 404, kind
    case.refresh_from_db()
    assert case.version == before


def operation(client: Any, kind: str, payload: dict[str, Any]) -> Any:
    key = str(uuid4())
    body = {"id": key, "kind": kind, "device": "d", "sequence": 1, "payload": payload}
    return client.put(f"/api/v1/sync/operations/{key}", body, format="json")


def sent(photo: Evidence) -> dict[str, Any]:
    return {"sha256": photo.file_id, "filename": "x.jpg", "size": 1, "mime": "image/jpeg"}
