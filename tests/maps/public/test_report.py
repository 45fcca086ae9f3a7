"""The report form: without an account or JavaScript, nothing lost on an error, and never a department."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from shapely import Point

from grid.catalogue.models import Category
from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.requests.models import Requester, ServiceRequest
from maps.public.choices import CHOICES, category_for
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward
from tests.photos import photo

COMMUNITY = "500236001001"


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def filled(ward: Ward, at: tuple[float, float] = (250, 250), **stated: Any) -> dict[str, Any]:
    """A form as a citizen fills it in."""
    lon, lat = ward.lonlat(*at)
    page = Client().get("/report/").content.decode()
    usual = {"token": token_in(page), "lon": lon, "lat": lat, "what": "light", "text": "整条街不亮"}
    return usual | stated


def jpeg(seed: int = 1, name: str = "张三的照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(seed=seed), "image/jpeg")


@pytest.mark.mission("P16", "F1")
def test_a_report_is_taken_and_its_code_shown_at_once(ward: Ward) -> None:
    Category.objects.create(code="0631", kind="matter", name="路灯不亮")
    body = filled(ward, photos=[jpeg(1), jpeg(2)], name="张三", phone="138 1234 5678")
    answer = Client(enforce_csrf_checks=True).post("/report/", body, follow=True)
    request = ServiceRequest.objects.get()
    code = request.tracking_code
    shown = f"{code[:4]}-{code[4:8]}-{code[8:]}"
    assert answer.redirect_chain == [(f"/track/{shown}?new", 302)]
    page = answer.content.decode()
    assert shown in page
    assert "138" not in re.sub(code, "", page).replace(shown, "")
    assert (request.channel, request.text) == ("web", "路灯不亮：整条街不亮")
    assert request.category is not None
    assert request.category.name == "路灯不亮"
    assert Case.objects.get().requests.get() == request
    assert Evidence.objects.filter(purpose="report").count() == 2
    assert "张三" not in "".join(Evidence.objects.values_list("filename", flat=True))
    assert Requester.objects.get().reachable


@pytest.mark.mission("C18")
def test_there_is_no_field_for_a_department(ward: Ward) -> None:
    page = Client().get("/report/").content.decode()
    names = set(re.findall(r'<(?:input|select|textarea)[^>]* name="(\w+)"', page))
    assert names == {
        *("token", "lon", "lat", "accuracy_m", "facility", "community", "place_words"),
        *("what", "text", "photos", "name", "phone", "email", "enterprise", "next"),
        "csrfmiddlewaretoken",
    }
    bodies = [body.name for body in ward.bodies.values() if body.name != "街道"]
    assert [name for name in bodies if name in page] == []


@pytest.mark.mission("P16")
def test_three_steps(ward: Ward) -> None:
    page = Client().get("/report/").content.decode()
    assert re.findall(r'<section class="step" data-step="(\d)"', page) == ["1", "2", "3"]


def test_without_a_map_a_community_and_words_are_enough(ward: Ward) -> None:
    body = filled(ward, community=COMMUNITY, place_words="同丰路12号门口") | {"lon": "", "lat": ""}
    assert Client().post("/report/", body).status_code == 302
    request = ServiceRequest.objects.get()
    assert "（位置：同丰路12号门口）" in request.text
    assert request.area_code == COMMUNITY
    assert request.accuracy_m is not None
    assert 500 < request.accuracy_m < 1000  # from the middle of the square to its corners
    assert Case.objects.count() == 1


def test_who_only_asks_is_answered_at_the_desk(ward: Ward) -> None:
    assert Client().post("/report/", filled(ward, what="ask", text="几点亮灯？")).status_code == 302
    request = ServiceRequest.objects.get()
    assert (request.nature, request.text, Case.objects.count()) == ("enquiry", "几点亮灯？", 0)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"lon": "", "lat": ""}, "请说明问题在哪里"),
        ({"lon": -70, "lat": -33}, "不在本市范围内"),
        ({"lon": 200, "lat": 30}, "经纬度"),
        ({"lon": "nan", "lat": "inf"}, "请说明问题在哪里"),
        ({"lon": "", "lat": "", "community": COMMUNITY, "place_words": ""}, "请说明具体位置"),
        ({"lon": "", "lat": "", "community": "nowhere", "place_words": "x"}, "请从列表中选择社区"),
        ({"what": ""}, "请选择一项"),
        ({"what": "lamp-company"}, "请选择一项"),
        ({"what": "other", "text": ""}, "请用一两句话"),
        ({"text": "长" * 2001}, "2000"),
        ({"phone": "12"}, "电话号码有误"),
        ({"email": "nobody"}, "电子邮箱有误"),
        (
            {"photos": [SimpleUploadedFile("a.jpg", b"x", "image/jpeg")]},
            "第 1 张照片：只能附上照片",
        ),
        ({"photos": [jpeg(n) for n in range(5)]}, "最多 4 张照片"),
        ({"token": "forged"}, "内容都还在"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    ward: Ward, wrong: dict[str, Any], said: str
) -> None:
    right = {"text": "独一无二的话", "name": "张三", "place_words": "门口"}
    body = filled(ward, **right | wrong)
    for file in body.get("photos", []):
        file.seek(0)
    answer = Client().post("/report/", body)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    for name in set(right) - set(wrong):
        assert right[name] in page
    assert not ServiceRequest.objects.exists()


def test_photos_are_kept_when_something_else_is_wrong(ward: Ward) -> None:
    bad = SimpleUploadedFile("b.jpg", b"x", "image/jpeg")
    page = Client().post("/report/", filled(ward, photos=[jpeg(1), bad])).content.decode()
    held = re.findall(r'name="kept" value="([^"]+)"', page)
    assert (len(held), "已收下 1 张照片" in page) == (1, True)
    again = filled(ward, kept=[*held, "forged"], photos=[jpeg(2)])
    assert Client().post("/report/", again).status_code == 302
    assert Evidence.objects.count() == 2


def test_no_more_files_are_read_than_photos_are_taken(ward: Ward) -> None:
    bad = [SimpleUploadedFile("b.jpg", b"x", "image/jpeg") for _ in range(30)]
    headers = {"Accept": "application/json"}
    told = Client().post("/report/", filled(ward, photos=bad), headers=headers).json()
    assert (len(told["photos"]), len(told["faults"])) == (4, 5)


def test_an_old_form_is_given_a_new_token_and_keeps_its_text(ward: Ward) -> None:
    with time_machine.travel(timezone.now() - timedelta(days=8)):
        body = filled(ward)
    page = Client().post("/report/", body).content.decode()
    assert "整条街不亮" in page
    assert Client().post("/report/", body | {"token": token_in(page)}).status_code == 302


def test_twice_the_same_is_one_report_and_a_changed_form_is_asked_about(ward: Ward) -> None:
    body = filled(ward)
    answers = [Client().post("/report/", body) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    changed = Client().post("/report/", body | {"text": "井盖也坏了"})
    assert (changed.status_code, "井盖也坏了" in changed.content.decode()) == (409, True)
    assert ServiceRequest.objects.count() == 1


def test_too_often_says_when_and_keeps_the_text(ward: Ward, settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "report=1/1h"
    assert Client().post("/report/", filled(ward)).status_code == 302
    answer = Client().post("/report/", filled(ward, text="第二件"))
    page = answer.content.decode()
    assert (answer.status_code, int(answer["Retry-After"]) <= 3600) == (429, True)
    assert ("分钟后重试" in page, "第二件" in page) == (True, True)
    assert ServiceRequest.objects.count() == 1


def test_a_script_is_told_what_to_mend_and_which_photos_are_held(ward: Ward) -> None:
    bad = SimpleUploadedFile("b.jpg", b"x", "image/jpeg")
    body = filled(ward, photos=[bad, jpeg(1)], phone="1")
    answer = Client().post("/report/", body, headers={"Accept": "application/json"})
    told = answer.json()
    assert answer.status_code == 422
    assert [(fault["field"], fault["step"]) for fault in told["faults"]] == [
        ("phone", 3),
        ("photos", 2),
    ]
    assert [held is not None for held in told["photos"]] == [False, True]
    again = filled(ward, kept=[told["photos"][1]])
    done = Client().post("/report/", again, headers={"Accept": "application/json"}).json()
    assert done["to"].startswith("/track/")
    assert Evidence.objects.count() == 1


def test_a_request_too_large_is_refused_unread(ward: Ward) -> None:
    answer = Client().post("/report/", filled(ward), CONTENT_LENGTH=str(200 * 1024 * 1024))
    assert (answer.status_code, "25 MB" in answer.content.decode()) == (413, True)


def test_places_are_found_by_words_and_told_in_words(ward: Ward) -> None:
    ground.facility("LD-7", "0118", Point(250, 250), ward.version)
    lon, lat = ward.lonlat(250, 250)
    spot = Client().get(f"/report/place.json?lon={lon}&lat={lat}").json()
    assert (spot["inside"], spot["community"]) == (True, "500236001001")
    assert Client().get("/report/place.json?lon=-70&lat=-33").json()["inside"] is False
    for wrong in ("", "?lon=x&lat=1", "?lon=nan&lat=1", "?lon=999&lat=1"):
        assert Client().get(f"/report/place.json{wrong}").status_code == 400
    found = Client().get("/report/search.json?q=LD").json()["results"]
    assert [(one["kind"], one["code"]) for one in found] == [("facility", "LD-7")]
    assert Client().get("/report/search.json?q=%25").json()["results"] == []
    assert Client().get("/report/search.json?q=%00").json()["results"] == []


def test_searching_has_a_limit(ward: Ward, settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "search=1/1h"
    answers = [Client().get("/report/search.json?q=x").status_code for _ in range(2)]
    assert answers == [200, 429]


def test_every_choice_has_words_and_finds_its_class_or_none(ward: Ward) -> None:
    Category.objects.create(code="0631", kind="matter", name="路灯不亮")
    found = {choice.key: category_for(choice) for choice in CHOICES}
    light = found.pop("light")
    assert light is not None
    assert light.name == "路灯不亮"
    assert set(found.values()) == {None}
    assert all(str(choice.words) for choice in CHOICES)


@pytest.mark.parametrize(
    "address",
    [
        "/report/?facility=%00",
        "/report/place.json?lon=nan&lat=29",
        "/report/place.json?lon=inf&lat=29",
        "/report/place.json?lon=1e308&lat=1e308",
        "/report/search.json?q=%00%25",
        "/track/%00",
        "/f/%00",
    ],
)
def test_nonsense_in_an_address_is_answered(ward: Ward, address: str) -> None:
    assert Client().get(address).status_code < 500
