"""The telephone desk: stages timed (C8), the call back before dispatch (F3), figures."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from core.models import AuditEntry
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case
from inspections.intake.calls.models import ConfirmBack, DeskCall
from inspections.intake.calls.use_cases import DetailsLacking
from tests.conftest import client_of
from tests.inspections.conftest import Ward

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def at(seconds: float) -> str:
    """An instant so many seconds after the beginning of the call."""
    return (NOW - timedelta(seconds=60) + timedelta(seconds=seconds)).isoformat()


def rung(ward: Ward, client: APIClient, **call: Any) -> dict[str, Any]:
    """A call as the telephone form sends it, filed at NOW."""
    lon, lat = ward.lonlat(250, 250)
    stated = {"answered_at": at(0), "noted_at": at(30), "sorted_at": at(40), **call}
    body = {
        "channel": "phone",
        "category": "0118",
        "text": "路灯不亮",
        "lon": lon,
        "lat": lat,
        "requester": {"phone": "13812345678"},
        "call": stated,
    }
    with time_machine.travel(NOW, tick=False):
        answer = client.post("/api/v1/requests/", body, format="json")
    assert answer.status_code == 201, answer.content
    told: dict[str, Any] = answer.json()
    return told


@pytest.mark.mission("C8", "P1")
def test_the_stages_of_a_call_are_kept_and_summed_up(ward: Ward) -> None:
    client = client_of(ward.ada)
    told = rung(ward, client)
    assert told["properties"]["ignored"] == []
    with time_machine.travel(NOW + timedelta(seconds=20), tick=False):
        assert client.post(f"/api/v1/requests/{told['id']}/fed_back/").status_code == 200
    with time_machine.travel(NOW + timedelta(seconds=90), tick=False):
        client.post(f"/api/v1/requests/{told['id']}/fed_back/")  # the first time counts
        figures = client.get("/api/v1/desk/calls/").json()
    stages = {name: (one["calls"], one["p50_s"]) for name, one in figures["stages"].items()}
    assert stages == {
        "noted": (1, 30.0),
        "sorted": (1, 10.0),
        "filed": (1, 20.0),
        "fed_back": (1, 20.0),
        "whole": (1, 60.0),
    }
    assert (figures["filed_within_s"], figures["filed_within"]) == (180, 1)
    assert AuditEntry.objects.filter(act="feed_back").count() == 1
    shown = client.get(f"/api/v1/requests/{told['id']}/").json()["properties"]["call"]
    assert (shown["details_lacking"], shown["confirmations"]) == (False, [])


@pytest.mark.mission("C8")
def test_a_wrong_clock_makes_no_impossible_stage(ward: Ward) -> None:
    rung(ward, client_of(ward.ada), answered_at=at(1000), noted_at=at(-90), sorted_at=at(5000))
    kept = DeskCall.objects.get()
    assert kept.answered_at == kept.noted_at == kept.sorted_at == kept.filed_at == NOW
    DeskCall.objects.all().delete()
    rung(ward, client_of(ward.ada), answered_at=at(-10 * 86400))
    assert NOW - DeskCall.objects.get().answered_at == timedelta(hours=12)


@pytest.mark.mission("F3")
def test_a_report_that_lacks_details_is_dispatched_only_after_a_call_back(ward: Ward) -> None:
    client = client_of(ward.ada)
    told = rung(ward, client, details_lacking=True)
    case = file_case(Case.objects.get(), actor=ward.ada)
    with pytest.raises(DetailsLacking):
        dispatch_case(case, actor=ward.ada)
    waiting = client.get("/api/v1/desk/confirmations/").json()["features"]
    assert [one["id"] for one in waiting] == [told["id"]]
    address = f"/api/v1/requests/{told['id']}/confirm_back/"
    nothing_said = client.post(address, {"reached": True}, format="json")
    assert (nothing_said.status_code, nothing_said.json()["code"]) == (400, "text_needed")
    said = {"reached": True, "text": "在 12 号楼门前"}
    answer = client.post(address, said, format="json", headers={"Idempotency-Key": "one"})
    again = client.post(address, said, format="json", headers={"Idempotency-Key": "one"})
    assert (answer.status_code, again.status_code) == (201, 200)
    (called,) = answer.json()["properties"]["call"]["confirmations"]
    assert (called["reached"], called["text"]) == (True, "在 12 号楼门前")
    assert client.get("/api/v1/desk/confirmations/").json()["features"] == []
    dispatch_case(Case.objects.get(), actor=ward.ada)
    dispatched_at = Case.objects.get().dispatched_at
    assert dispatched_at
    assert ConfirmBack.objects.get().called_at <= dispatched_at
    assert AuditEntry.objects.filter(act="confirm_back").count() == 1


@pytest.mark.mission("F3")
def test_a_call_back_that_nobody_answers_is_logged_and_lets_the_case_go(ward: Ward) -> None:
    client = client_of(ward.ada)
    told = rung(ward, client, details_lacking=True)
    case = file_case(Case.objects.get(), actor=ward.ada)
    answer = client.post(
        f"/api/v1/requests/{told['id']}/confirm_back/", {"reached": False}, format="json"
    )
    assert answer.status_code == 201
    dispatch_case(case, actor=ward.ada)


def test_only_the_desk_calls_back_and_reads_its_figures(ward: Ward) -> None:
    told = rung(ward, client_of(ward.ada))
    for path in ("fed_back", "confirm_back"):
        answer = client_of(ward.bo).post(
            f"/api/v1/requests/{told['id']}/{path}/", {"reached": False}, format="json"
        )
        assert answer.status_code == 403
    for path in ("desk/calls/", "desk/confirmations/"):
        assert client_of(ward.bo).get(f"/api/v1/{path}").status_code == 403
        assert client_of(ward.lu).get(f"/api/v1/{path}").status_code == 200
    assert client_of(ward.ada).get("/api/v1/desk/calls/?since=1").status_code == 400
