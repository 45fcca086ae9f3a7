"""Cases over HTTP: the whole way by requests alone, refusals in words, and no case shown to others."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from inspections.cases.use_cases import reassign_case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, prove, report
from tests.photos import encoded, photo, picture


def post(
    client: APIClient,
    path: str,
    body: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    return client.post(f"/api/v1/{path}", body or {}, format="json", headers=headers or {})


def test_the_main_job_over_http(ward: Ward) -> None:
    ada, di, bo = (client_of(ward.people[name]) for name in ("ada", "di", "bo"))
    lon, lat = ward.lonlat(250, 250)
    told = post(
        ada,
        "requests/",
        {"channel": "phone", "category": "0118", "text": "路灯不亮", "lon": lon, "lat": lat},
    )
    assert told.status_code == 201, told.json()
    number = told.json()["properties"]["case"]
    case = ada.get(f"/api/v1/cases/{number}/").json()["properties"]
    assert [a["act"] for a in case["available_acts"]] == [
        "file",
        "decline",
        "answer",
        "move_pin",
        "merge",
        "list_hard",
        "refer",
        "add_evidence",
    ]
    filed = post(ada, f"cases/{number}/file/", {"base_version": case["version"]})
    assert filed.status_code == 201, filed.json()
    verdict = filed.json()["properties"]["verdict"]
    assert (verdict["outcome"], verdict["dispatch_to"]["code"]) == ("presumed", "LAMP")
    sent = post(ada, f"cases/{number}/dispatch/")
    assert sent.json()["properties"]["lead"] == {"code": "LAMP", "name": "路灯管理处"}
    tasks = di.get("/api/v1/tasks/?kind=handle&status=open").json()["features"]
    assert [t["properties"]["case"] for t in tasks] == [number]
    for act in ("accept", "handle"):
        assert post(di, f"cases/{number}/{act}/").status_code == 201
    assert post(bo, f"cases/{number}/check/").status_code == 201

    def add(at: tuple[float, float], seed: int) -> Any:
        data = photo(*ward.lonlat(*at), taken_at=timezone.now(), seed=seed)
        file = SimpleUploadedFile("现场.jpg", data, "image/jpeg")
        return bo.post(f"/api/v1/cases/{number}/add_evidence/", {"file": file}, format="multipart")

    assert [f["code"] for f in add((250, 900), 1).json()["findings"]] == ["too_far"]
    refused = bo.post(
        f"/api/v1/cases/{number}/close/", {}, format="json", headers={"Accept-Language": "en"}
    )
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["code"] == "proof_missing"
    assert "现场.jpg: The photo was taken 650 m from the place of the case" in problem["detail"]
    finding = problem["details"]["photos"][0]["findings"][0]
    assert (finding["distance_m"], finding["limit_m"]) == (650, 100)
    assert "650 米" in finding["words"]["zh-Hans"]
    assert add((252, 250), 2).json()["accepted"] is True
    closed = post(bo, f"cases/{number}/close/")
    assert closed.status_code == 201
    case = closed.json()["properties"]
    assert (case["state"], case["solved"], case["available_acts"]) == (
        "closed",
        True,
        [
            {"act": "reopen", "name": "重新办理", "needs_reason": True},
            {"act": "add_evidence", "name": "添加证据", "needs_reason": False},
        ],
    )
    trail = bo.get(f"/api/v1/cases/{number}/trail/").json()["results"]
    assert [e["act"] for e in trail][-4:] == ["check", "add_evidence", "add_evidence", "close"]
    assert {e["actor"] for e in trail} == {"ada", "di", "bo"}


def test_an_act_repeated_under_its_key_is_done_once(ward: Ward) -> None:
    case, ada = report(ward), client_of(ward.ada)
    path, key = f"cases/{case.number}/file/", {"Idempotency-Key": "k1"}
    first, again = post(ada, path, headers=key), post(ada, path, headers=key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    other = post(ada, path, {"reason": "x"}, key)
    assert (other.status_code, other.json()["code"]) == (409, "different_content")
    assert post(ada, path).json()["code"] == "wrong_state"


def test_an_act_upon_an_old_version_is_refused(ward: Ward) -> None:
    case = case_in(ward, "filed")
    answer = post(client_of(ward.ada), f"cases/{case.number}/dispatch/", {"base_version": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "lost_race")
    assert answer.json()["details"] == {"base_version": 1, "version": 2}


def test_unknown_acts_and_bad_fields_are_named(ward: Ward) -> None:
    case, ada = report(ward), client_of(ward.ada)
    unknown = post(ada, f"cases/{case.number}/abolish/")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "unknown_act")
    for body in ({"category": "nonsense"}, {"urgency": "very"}, {"lon": "x"}, {"base_version": -1}):
        assert post(ada, f"cases/{case.number}/file/", body).status_code == 400
    assert post(ada, f"cases/{case.number}/dispatch/", {"to": "NOBODY"}).status_code == 400


def numbers(client: APIClient, path: str = "/api/v1/cases/") -> list[str]:
    return sorted(f["properties"]["number"] for f in client.get(path).json()["features"])


def test_each_sees_their_own_cases(ward: Ward) -> None:
    lamp, desk = case_in(ward, "dispatched"), case_in(ward, "reported")
    everything = sorted([lamp.number, desk.number])
    expected = {
        "ada": everything,
        "bo": everything,
        "lu": everything,
        "vi": everything,
        "di": [lamp.number],
        "su": [lamp.number],  # supervises
        "cy": [],
        "fu": [],
        "xi": [],  # inspects another district
    }
    assert {name: numbers(client_of(ward.people[name])) for name in expected} == expected


def test_a_body_sees_its_closed_cases_and_not_those_taken_from_it(ward: Ward) -> None:
    closed, taken = case_in(ward, "closed"), case_in(ward, "accepted")
    reassign_case(taken, actor=ward.ada, to=ward.bodies["housing"], reason="错派")
    assert numbers(client_of(ward.di)) == [closed.number]
    assert numbers(client_of(ward.fu)) == [taken.number]


@pytest.mark.parametrize("name", ["cy", "fu", "xi"])
def test_nothing_of_a_case_leaks(ward: Ward, name: str) -> None:
    case = case_in(ward, "handled")
    evidence = prove(ward, case)
    client = client_of(ward.people[name])
    sha256 = evidence.file_id
    for path in (
        f"/api/v1/cases/{case.number}/",
        f"/api/v1/cases/{case.number}/trail/",
        f"/api/v1/evidence/{evidence.pk}/",
        f"/api/v1/requests/{case.requests.get().code}/",
        f"/api/v1/tasks/{case.tasks.get(status='open').pk}/",
        f"/evidence/{sha256}.jpg",
    ):
        answer = client.get(path)
        assert (path, answer.status_code) == (path, 404)
    for path in (
        "/api/v1/cases/",
        f"/api/v1/cases/?number={case.number}",
        "/api/v1/requests/",
        "/api/v1/tasks/",
        f"/api/v1/evidence/?sha256={sha256}",
        f"/api/v1/evidence/?case={case.number}",
    ):
        assert client.get(path).json()["features"] == [], path
    for act in ("accept", "check", "close", "nonsense"):
        assert post(client, f"cases/{case.number}/{act}/").status_code == 404
    file = SimpleUploadedFile("a.jpg", encoded(picture()), "image/jpeg")
    path = f"/api/v1/cases/{case.number}/add_evidence/"
    assert client.post(path, {"file": file}, format="multipart").status_code == 404


def test_without_an_account_there_is_nothing(ward: Ward) -> None:
    case = case_in(ward, "filed")
    client = client_of(None)
    for path in ("cases/", f"cases/{case.number}/", "requests/", "tasks/", "evidence/"):
        assert client.get(f"/api/v1/{path}").status_code in {401, 403}
    assert post(client, f"cases/{case.number}/dispatch/").status_code in {401, 403}


def test_the_copy_is_shown_to_those_of_the_case_and_never_the_original(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    data = photo(*ward.lonlat(250, 250), taken_at=timezone.now())
    evidence = prove(ward, case, data=data)
    (feature,) = client_of(ward.di).get(f"/api/v1/evidence/?case={case.number}").json()["features"]
    shown = client_of(ward.di).get(feature["properties"]["public_url"])
    body = shown.content
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "private" in shown["Cache-Control"]
    assert body.startswith(b"\xff\xd8")
    assert b"Exif" in data
    assert b"Exif" not in body
    lon, lat = feature["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx(ward.lonlat(250, 250), abs=1e-6)
    public = client_of(None)
    path = f"/evidence/{evidence.file_id}.jpg"
    assert public.get(path).status_code == 404
    evidence.released_at = timezone.now()
    evidence.save()
    assert public.get(path, headers={"Accept": "image/avif,image/webp"}).status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/api/v1/cases/", "/api/v1/requests/", "/api/v1/tasks/", "/api/v1/evidence/"],
)
def test_a_list_asks_as_often_for_three_rows_as_for_one(ward: Ward, path: str) -> None:
    client = client_of(ward.di if "tasks" in path else ward.ada)

    def asked(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            answer = client.get(path)
        assert len(answer.json()["features"]) == count
        return len(queries)

    prove(ward, case_in(ward, "dispatched"), seed=1)
    client.get(path)  # sessions and settings are read once
    once = asked(1)
    for seed in (2, 3):
        prove(ward, case_in(ward, "dispatched"), seed=seed)
    assert asked(3) == once


def test_lists_page_by_key_and_filter(ward: Ward) -> None:
    cases = [case_in(ward, "filed").number for _ in range(3)]
    west, east = case_in(ward, "dispatched"), report(ward, at=(800, 800))
    ada = client_of(ward.ada)
    page = ada.get("/api/v1/cases/?limit=2").json()
    assert [f["id"] for f in page["features"]] == [east.number, west.number]
    rest = ada.get(page["next"]).json()
    assert [f["id"] for f in rest["features"]] == cases[:0:-1]
    assert numbers(ada, "/api/v1/cases/?state=filed") == cases
    assert numbers(ada, "/api/v1/cases/?organization=LAMP") == [west.number]
    assert numbers(ada, "/api/v1/cases/?cell=500236001001002") == [east.number]
    assert len(numbers(ada, "/api/v1/cases/?area=500236001")) == 5
    assert numbers(ada, "/api/v1/cases/?outcome=presumed&open=true") == sorted(
        [*cases, west.number]
    )
    (lon, lat), (lon2, lat2) = ward.lonlat(700, 700), ward.lonlat(900, 900)
    assert numbers(ada, f"/api/v1/cases/?bbox={lon},{lat},{lon2},{lat2}") == [east.number]
    assert ada.get("/api/v1/cases/?colour=red").status_code == 400
    moved = ada.get(f"/api/v1/cases/{east.number}/?datum=gcj02").json()["geometry"]["coordinates"]
    assert abs(moved[0] - ward.lonlat(800, 800)[0]) > 0.001


HOSTILE = {
    "html": (b"<html><script>alert(1)</script>", "unsupported_type"),
    "empty": (b"", "invalid"),
    "cut": (encoded(picture())[:3000], "unreadable_file"),
    "svg": (b"<svg/>", "unsupported_type"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_is_no_picture_is_refused_with_its_reason(ward: Ward, name: str) -> None:
    data, code = HOSTILE[name]
    case = case_in(ward, "handled")
    file = SimpleUploadedFile("x.jpg", data, "image/jpeg")
    path = f"/api/v1/cases/{case.number}/add_evidence/"
    answer = client_of(ward.bo).post(path, {"file": file}, format="multipart")
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {code, "unreadable_file"}


def test_statements_that_make_no_sense_are_refused_not_broken_by(ward: Ward) -> None:
    case = case_in(ward, "handled")
    path = f"/api/v1/cases/{case.number}/add_evidence/"
    for stated in (
        {"fixes": "not json"},
        {"fixes": "[1, 2]"},
        {"fixes": '[{"lon": NaN, "lat": 1}]'},
        {"fixes": json.dumps([{"lon": 1, "lat": 1}] * 51)},
        {"fixes": json.dumps([{"lon": 1, "lat": 1, "datum": "mars"}])},
        {"fixes": json.dumps([{"lon": 1, "lat": 1, "note": "a\x00b"}])},
        {"captured_at": "yesterday"},
        {"captured_at": "2026-11-21T08:00:00"},
    ):
        file = SimpleUploadedFile("x.jpg", encoded(picture()), "image/jpeg")
        answer = client_of(ward.bo).post(path, {"file": file, **stated}, format="multipart")
        assert (stated, answer.status_code) == (stated, 400)


def test_fixes_that_are_no_positions_are_kept_and_not_counted(ward: Ward) -> None:
    fixes = [{"lon": 0, "lat": 0}, {"lon": None, "lat": 3}, {"lon": 500, "lat": 3}, {"lon": "x"}]
    evidence = prove(ward, case_in(ward, "handled"), None, fixes=fixes)
    assert (evidence.position, evidence.fixes) == (None, fixes)
    assert [f["code"] for f in evidence.findings] == ["no_position"]


def test_what_a_live_event_names_is_found_by_subject_id(ward: Ward) -> None:
    ada = client_of(ward.people["ada"])
    first, second, _ = (case_in(ward, "reported") for _ in range(3))
    found = ada.get(f"/api/v1/cases/?subject_id={first.pk},{second.pk}").json()["features"]
    assert {case["properties"]["number"] for case in found} == {first.number, second.number}
    assert ada.get("/api/v1/cases/?subject_id=x").status_code == 400
