"""The desk answers what needs no case, and releases what the public may read; nothing is public before."""

from typing import Any

import pytest
from django.test import Client

from core.models import AuditEntry, OutboxEvent
from grid.evidence.models import Evidence
from inspections.requests.models import RequestAnswer, RequestRelease
from tests.conftest import client_of
from tests.inspections.conftest import Ward, prove, report
from tests.inspections.requests.test_requesters import ask, reported


@pytest.mark.mission("B4")
def test_an_enquiry_is_answered_at_the_desk_in_words(ward: Ward) -> None:
    code = reported(ward, nature="enquiry", text="几点亮灯？")["code"]
    refused = ask(ward, "ada", f"{code}/answer/", text="  ")
    assert refused.status_code == 400
    answer = ask(ward, "ada", f"{code}/answer/", text="日落后 15 分钟内亮灯。")
    assert answer.status_code == 201
    assert answer.json()["properties"]["answers"][0]["text"] == "日落后 15 分钟内亮灯。"
    assert ask(ward, "ada", f"{code}/answer/", text="更正：日落时亮灯。").status_code == 201
    assert RequestAnswer.objects.count() == 2  # appended, never edited
    assert AuditEntry.objects.filter(act="answer_request").count() == 2
    assert OutboxEvent.objects.filter(kind="request_answered").count() == 2
    answered = client_of(ward.ada).get("/api/v1/requests/?answered=true").json()["features"]
    assert [f["properties"]["code"] for f in answered] == [code]


def test_only_the_desk_answers_and_only_what_has_no_case(ward: Ward) -> None:
    code = reported(ward, nature="enquiry")["code"]
    statuses = {who: ask(ward, who, f"{code}/answer/", text="x").status_code for who in ward.people}
    assert {who for who, status in statuses.items() if status == 201} == {"ada"}
    fed = reported(ward)
    refused = ask(ward, "ada", f"{fed['code']}/answer/", text="x")
    assert (refused.status_code, refused.json()["code"]) == (409, "answered_by_its_case")
    assert fed["case"] in refused.json()["detail"]


def test_words_are_public_only_when_released_and_without_numbers(ward: Ward) -> None:
    code = reported(ward, text="路灯不亮，请打 13812345678")["code"]
    assert ask(ward, "bo", f"{code}/release/").status_code == 403
    own = ask(ward, "ada", f"{code}/release/").json()["properties"]["released"]
    assert own["text"] == "路灯不亮，请打 ***"
    theirs = ask(ward, "ada", f"{code}/release/", text="同丰路路灯不亮").json()["properties"]
    assert theirs["released"]["text"] == "同丰路路灯不亮"
    back = ask(ward, "ada", f"{code}/release/", text="").json()["properties"]
    assert (back["released"], RequestRelease.objects.count()) == (None, 3)


def test_a_photo_is_public_only_when_the_desk_releases_it(ward: Ward) -> None:
    case = report(ward)
    evidence = prove(ward, case)

    def seen() -> int:
        return Client().get(f"/evidence/{evidence.file_id}.jpg").status_code

    def release(who: str, **body: Any) -> int:
        path = f"/api/v1/evidence/{evidence.pk}/release/"
        return client_of(ward.people[who]).post(path, body, format="json").status_code

    assert seen() == 404
    statuses = {who: release(who) for who in ward.people if who != "ada"}
    assert set(statuses.values()) == {403, 404}
    assert {statuses[who] for who in ("cy", "fu", "xi")} == {404}
    assert (seen(), release("ada"), seen()) == (404, 201, 200)
    assert (release("ada"), Evidence.objects.get().released_at is not None) == (201, True)
    assert (release("ada", public=False), seen()) == (201, 404)
    acts = AuditEntry.objects.filter(act__endswith="_evidence").order_by("id")
    assert [entry.act for entry in acts] == [
        "add_evidence",
        "release_evidence",
        "withdraw_evidence",
    ]
