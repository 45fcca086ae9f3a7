"""Who made a request: kept apart, shown masked, read in clear only by those who may and on record."""

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from core.errors import DomainError
from core.models import AuditEntry, Operation
from grid.organizations.models import Role
from grid.organizations.use_cases import service_user
from inspections.cases.models import Rating
from inspections.cases.use_cases import call_back, close_case, dispatch_case, file_case
from inspections.cases.use_cases.closing import Said
from inspections.intake.use_cases.retention import erase_expired, kept_for
from inspections.requests.models import Requester, ServiceRequest
from inspections.requests.queries import reachable
from inspections.requests.use_cases.requesters import Person
from tests import factories
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, prove

NAME, PHONE, EMAIL = "张建国", "138 1234 5678", "jianguo@example.cn"
WHO = {"name": NAME, "phone": PHONE, "email": EMAIL}
GIVEAWAYS = [NAME, PHONE, "13812345678", EMAIL, "jianguo"]


def reported(ward: Ward, requester: dict[str, str] | None = None, **stated: Any) -> dict[str, Any]:
    """A request from the desk about a lamp at (250, 250), as answered."""
    lon, lat = ward.lonlat(250, 250)
    body = {"channel": "phone", "category": "0118", "text": "路灯不亮", "lon": lon, "lat": lat}
    answer = client_of(ward.ada).post(
        "/api/v1/requests/",
        body | stated | ({"requester": requester} if requester else {}),
        format="json",
        headers={"Idempotency-Key": f"report-{ServiceRequest.objects.count()}"},
    )
    assert answer.status_code == 201, answer.json()
    told: dict[str, Any] = answer.json()["properties"]
    return told


def ask(ward: Ward, who: str, path: str, **body: Any) -> Any:
    return client_of(ward.people[who]).post(f"/api/v1/requests/{path}", body, format="json")


def everything_stored(*besides: str) -> str:
    """All rows of all tables as text, those of some tables left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s)",
            [list(besides)],
        )
        texts = []
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM \"{table}\" t")  # noqa: S608
            texts.append(cursor.fetchone()[0])
    return "\n".join(texts)


def test_no_table_but_one_knows_who_it_was_and_that_one_sealed(ward: Ward) -> None:
    told = reported(ward, WHO)
    assert ask(ward, "ada", f"{told['code']}/requester/", reason=f"回电 {PHONE}").status_code == 200
    assert (
        ask(ward, "ada", "by_phone/", phone=PHONE, reason=f"查 {PHONE} 的记录").status_code == 200
    )
    stored = everything_stored()
    assert [word for word in GIVEAWAYS if word in stored] == []
    assert Requester.objects.get().phone_mark not in everything_stored("inspections_requester")
    assert "路灯不亮" in stored


def test_what_was_asked_cannot_be_tried_against_all_numbers(ward: Ward) -> None:
    """The mark by which a repeat is known is keyed: all but the number stands in the database."""
    body = {"text": "路灯不亮", "requester": {"phone": PHONE}}
    key = {"Idempotency-Key": "k"}
    client_of(ward.ada).post("/api/v1/requests/", body, format="json", headers=key)
    bare = json.dumps(["POST", "/api/v1/requests/", body], sort_keys=True).encode()
    assert Operation.objects.get().content_sha256 != hashlib.sha256(bare).hexdigest()


def test_staff_see_a_mask(ward: Ward) -> None:
    told = reported(ward, WHO)
    assert told["requester"] == {
        "kind": "citizen",
        "name": "张**",
        "phone": "138****5678",
        "email": "j***@example.cn",
        "reachable": True,
        "erased_at": None,
    }
    for who in ("ada", "bo", "lu", "vi"):
        shown = (
            client_of(ward.people[who]).get(f"/api/v1/requests/{told['code']}/").content.decode()
        )
        assert "138****5678" in shown
        assert [word for word in GIVEAWAYS if word in shown] == []
    listed = client_of(ward.ada).get("/api/v1/requests/").content.decode()
    assert [word for word in [*GIVEAWAYS, "****"] if word in listed] == []


def test_reading_in_clear_takes_a_reason_and_is_on_record_every_time(ward: Ward) -> None:
    code = reported(ward, WHO)["code"]
    refused = ask(ward, "ada", f"{code}/requester/", reason=" ")
    assert (refused.status_code, refused.json()["code"]) == (400, "reason_required")
    for reason in ("回访", "再次回访"):
        answer = ask(ward, "ada", f"{code}/requester/", reason=reason)
        assert answer.json() == {**WHO, "kind": "citizen"}
        assert answer["Cache-Control"] == "no-store"
    read = AuditEntry.objects.filter(act="read_requester").order_by("id")
    request = ServiceRequest.objects.get()
    assert [(e.actor.username, e.reason, e.subject_id, e.details) for e in read] == [
        ("ada", "回访", str(request.pk), {}),
        ("ada", "再次回访", str(request.pk), {}),
    ]
    assert client_of(ward.ada).get(f"/api/v1/requests/{code}/requester/").status_code == 405


def test_the_leads_handler_may_read_and_nobody_else_of_the_field(ward: Ward) -> None:
    told = reported(ward, WHO)
    case = ServiceRequest.objects.get().cases.get()
    owner = factories.member("ow", Role.OWNER, ward.bodies["lamp"])
    factories.member("au", Role.AUDITOR, ward.bodies["centre"])
    far = factories.member("fa", Role.DISPATCHER, ward.bodies["else"], "510000")
    ward.people |= {"ow": owner, "fa": far, "au": factories.user("au"), "no": factories.user("no")}

    def answers() -> dict[str, int]:
        path = f"{told['code']}/requester/"
        return {name: ask(ward, name, path, reason="回访").status_code for name in ward.people}

    before = answers()
    assert {name for name, status in before.items() if status == 200} == {"ada"}
    case = file_case(case, actor=ward.ada)
    dispatch_case(case, actor=ward.ada)
    after = answers()
    assert {name for name, status in after.items() if status == 200} == {"ada", "di"}
    assert {name for name, status in after.items() if status == 403} == {
        "bo",
        "ed",
        "vi",
        "lu",
        "su",
        "au",
    }
    assert {name for name, status in after.items() if status == 404} == {
        "cy",
        "fu",
        "xi",
        "ow",
        "fa",
        "no",
    }
    readers = AuditEntry.objects.filter(act="read_requester").values_list(
        "actor__username", flat=True
    )
    assert sorted(readers) == ["ada", "ada", "di"]


def test_a_number_finds_its_requests_and_the_search_is_on_record(ward: Ward) -> None:
    first, second = reported(ward, WHO), reported(ward, {"phone": "+8613812345678"})
    reported(ward, {"phone": "13900000000"})
    answer = ask(ward, "ada", "by_phone/", phone="１３８-1234-5678", reason="来电查询")
    found = [feature["properties"]["code"] for feature in answer.json()["features"]]
    assert found == [second["code"], first["code"]]
    entry = AuditEntry.objects.get(act="search_requests_by_phone")
    assert (entry.reason, entry.details) == ("来电查询", {"requests": found})
    nobody = ask(ward, "ada", "by_phone/", phone="13700000000", reason="来电查询")
    assert nobody.json()["features"] == []
    assert AuditEntry.objects.filter(act="search_requests_by_phone").count() == 2
    assert ask(ward, "ada", "by_phone/", phone="1", reason="?").json()["code"] == "bad_phone"
    assert ask(ward, "ada", "by_phone/", phone=PHONE).json()["code"] == "reason_required"
    assert {
        ask(ward, w, "by_phone/", phone=PHONE, reason="x").status_code
        for w in ("bo", "di", "cy", "lu")
    } == {403}


def test_a_dispatcher_of_another_area_finds_nothing(ward: Ward) -> None:
    reported(ward, WHO)
    ward.people["fa"] = factories.member("fa", Role.DISPATCHER, ward.bodies["else"], "510000")
    assert ask(ward, "fa", "by_phone/", phone=PHONE, reason="x").json()["features"] == []


def test_erasing_forgets_for_good_and_keeps_the_request(ward: Ward) -> None:
    told = reported(ward, WHO | {"kind": "enterprise"})
    assert ask(ward, "bo", f"{told['code']}/erase/", reason="本人要求").status_code == 403
    assert ask(ward, "ada", f"{told['code']}/erase/").status_code == 400
    for _ in range(2):
        answer = ask(ward, "ada", f"{told['code']}/erase/", reason="本人要求")
        left = answer.json()["properties"]["requester"]
        assert (left["name"], left["phone"], left["reachable"]) == ("", "", False)
        assert (left["kind"], bool(left["erased_at"])) == ("enterprise", True)
    assert AuditEntry.objects.filter(act="erase_requester").count() == 1
    stored = everything_stored()  # not even the masks, in the answers kept for repeats
    assert [mask for mask in ("张**", "138****5678", "j***@") if mask in stored] == []
    gone = ask(ward, "ada", f"{told['code']}/requester/", reason="回访")
    assert (gone.status_code, gone.json()["code"]) == (410, "requester_erased")
    assert ask(ward, "ada", "by_phone/", phone=PHONE, reason="x").json()["features"] == []
    assert not reachable(ServiceRequest.objects.all())
    assert ServiceRequest.objects.get().text == "路灯不亮"


@pytest.mark.mission("F19")
def test_who_can_be_reached_is_told_before_the_case_is_closed(ward: Ward) -> None:
    case = case_in(ward, "checked", requester=Person(phone=PHONE))
    prove(ward, case)
    with pytest.raises(DomainError) as refusal:
        close_case(case, actor=ward.bo)
    assert refusal.value.status == 409
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, solved=True))
    assert close_case(case, actor=ward.bo).closing_basis == "callback"
    nobody = case_in(ward, "checked")
    prove(ward, nobody, seed=7)
    assert close_case(nobody, actor=ward.bo).closing_basis == "anonymous"


def test_who_left_nothing_leaves_no_row(ward: Ward) -> None:
    told = reported(ward, {"name": " ", "phone": ""})
    assert (told["requester"], Requester.objects.count()) == (None, 0)
    gone = ask(ward, "ada", f"{told['code']}/requester/", reason="回访")
    assert (gone.status_code, gone.json()["code"]) == (404, "no_requester")


@pytest.mark.mission("C20")
def test_citizens_and_enterprises_are_told_apart(ward: Ward) -> None:
    reported(ward, WHO)
    firm = reported(ward, {"name": "某某公司", "kind": "enterprise"})
    listed = client_of(ward.ada).get("/api/v1/requests/?requester_kind=enterprise").json()
    assert [f["properties"]["code"] for f in listed["features"]] == [firm["code"]]
    assert listed["features"][0]["properties"]["requester_kind"] == "enterprise"


@pytest.mark.parametrize(
    ("who", "code"),
    [
        ({"phone": "12"}, "bad_phone"),
        ({"email": "not-an-address"}, "bad_email"),
        ({"kind": "?"}, "invalid"),
    ],
)
def test_nonsense_is_refused_whole(ward: Ward, who: dict[str, str], code: str) -> None:
    answer = client_of(ward.ada).post(
        "/api/v1/requests/", {"text": "x", "requester": who}, format="json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not ServiceRequest.objects.exists()


def test_every_night_those_whose_time_is_over_are_forgotten(ward: Ward, settings: Settings) -> None:
    settings.REQUESTERS_KEPT = "default=100,web=10"
    worker = service_user("retention")
    still_open = reported(ward, WHO)
    phone = reported(ward, WHO, nature="enquiry")
    web = reported(ward, WHO, nature="enquiry", channel="web")
    now = timezone.now()
    assert erase_expired(actor=worker, now=now + timedelta(days=9)) == 0
    assert erase_expired(actor=worker, now=now + timedelta(days=11)) == 1
    assert erase_expired(actor=worker, now=now + timedelta(days=101)) == 1
    assert erase_expired(actor=worker, now=now + timedelta(days=101)) == 0
    erased = Requester.objects.filter(erased_at__isnull=False).values_list(
        "request__code", flat=True
    )
    assert set(erased) == {phone["code"], web["code"]}
    assert still_open["code"] not in erased
    assert AuditEntry.objects.filter(act="erase_requesters").count() == 2


def test_how_long_is_a_setting_that_is_read_with_care(settings: Settings) -> None:
    assert (kept_for("phone").days, kept_for("web").days) == (730, 365)
    for wrong in ("web=365", "default=", "default=1,fax=2", "default=-1"):
        settings.REQUESTERS_KEPT = wrong
        with pytest.raises(ImproperlyConfigured):
            kept_for("phone")


def test_the_key_is_changed_without_losing_anybody(ward: Ward, settings: Settings) -> None:
    settings.PRIVACY_KEYS = ["first"]
    code = reported(ward, WHO)["code"]
    settings.PRIVACY_KEYS = ["second", "first"]
    call_command("reseal_requesters", verbosity=0)
    settings.PRIVACY_KEYS = ["second"]
    assert ask(ward, "ada", f"{code}/requester/", reason="回访").json()["name"] == NAME
    assert len(ask(ward, "ada", "by_phone/", phone=PHONE, reason="x").json()["features"]) == 1


def test_the_case_shows_a_mask_too_and_owes_a_callback(ward: Ward) -> None:
    told = reported(ward, WHO)
    shown = client_of(ward.ada).get(f"/api/v1/cases/{told['case']}/").json()["properties"]
    assert shown["requests"][0]["requester"]["phone"] == "138****5678"
    assert shown["needs_callback"]
    nobody = reported(ward)
    shown = client_of(ward.ada).get(f"/api/v1/cases/{nobody['case']}/").json()["properties"]
    assert (shown["requests"][0]["requester"], shown["needs_callback"]) == (None, False)
