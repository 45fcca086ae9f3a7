"""Following a report: plain words, public steps, the deadline; no number, no name, no note, no guessing."""

import re

import pytest
from django.test import Client
from pytest_django import Settings

from grid.evidence.models import Evidence
from inspections.cases.models import Case
from inspections.intake.use_cases.releasing import release_evidence
from inspections.requests.models import ServiceRequest
from inspections.requests.use_cases.desk import answer_request, release_request
from maps.public.tracking import normal_code, shown_code
from tests.inspections.conftest import Ward, case_in, prove, report

STATES = [
    *("reported", "verified", "filed", "dispatched", "accepted", "handled", "checked"),
    *("called_back", "closed", "archived", "declined", "answered"),
]


def page_of(request: ServiceRequest, language: str = "zh-hans") -> str:
    answer = Client(headers={"Accept-Language": language}).get(f"/track/{request.tracking_code}")
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"
    assert (answer["X-Robots-Tag"], answer["Referrer-Policy"]) == ("noindex", "same-origin")
    return answer.content.decode()


def steps_of(page: str) -> dict[str, list[str]]:
    """The steps of the way by how they stand."""
    found: dict[str, list[str]] = {}
    for how, name in re.findall(r'<li class="(done|now|later)"[^>]*>\s*<span>([^< ]+)', page):
        found.setdefault(how, []).append(name)
    return found


@pytest.mark.parametrize("state", STATES)
def test_every_state_has_its_words_and_gives_nothing_away(ward: Ward, state: str) -> None:
    case = case_in(ward, state, text="说话的人电话13812345678")
    page = page_of(case.requests.get())
    assert "13812345678" not in page
    assert case.number not in page
    assert [name for name in ward.people if re.search(rf"\b{name}\b", page)] == []
    english = page_of(case.requests.get(), "en").split('id="content"')[1].split("<footer")[0]
    told = re.sub(r"<[^>]+>", " ", english)
    for name in (*(body.name for body in ward.bodies.values()), ward.lamps.name, case.answer):
        told = told.replace(name, "") if name else told
    assert "The way so far" in told
    assert re.findall(r"[一-鿿]+", told) == []


def test_the_way_from_received_to_closed(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    page = page_of(case.requests.get())
    assert steps_of(page)["done"] == ["已收到", "立案", "派给处理单位", "受理"]
    assert steps_of(page)["now"] == ["处理完毕"]
    assert "路灯管理处正在处理" in page
    closed = page_of(case_in(ward, "closed").requests.get())
    assert set(steps_of(closed)) == {"done"}
    assert "已解决" in closed


@pytest.mark.mission("F21")
def test_the_deadline_is_public(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    assert case.resolve_by is not None
    page = page_of(case.requests.get())
    assert "办理期限" in page
    assert f"{case.resolve_by.year}年" in page.split("办理期限")[1]
    assert "路灯管理处" in page
    early = page_of(report(ward, channel="web").requests.get())
    assert "立案时确定" in early
    Case.objects.filter(pk=case.pk).update(resolve_by=case.reported_at)
    assert "已超期" in page_of(case.requests.get())


def test_a_report_from_the_web_is_first_verified(ward: Ward) -> None:
    page = page_of(report(ward, channel="web").requests.get())
    assert steps_of(page)["now"] == ["现场核实"]


@pytest.mark.parametrize("outcome", ["unowned", "contested", "uncertain", "undetermined"])
def test_where_nobody_answers_it_is_said_and_who_acts_meanwhile(ward: Ward, outcome: str) -> None:
    case = case_in(ward, "dispatched")
    assert case.verdict is not None
    case.verdict.pk, case.verdict.outcome = None, outcome
    case.verdict.save(force_insert=True)
    Case.objects.filter(pk=case.pk).update(verdict=case.verdict)
    page = page_of(case.requests.get())
    assert "在明确之前，由街道先行处置。" in page


def test_the_desks_answer_is_read_here(ward: Ward) -> None:
    case_in(ward, "answered")
    enquiry = ServiceRequest.objects.latest("id")
    assert "答复" in page_of(enquiry)
    alone = ServiceRequest.objects.create(
        code="Q1", channel="web", nature="enquiry", text="几点亮灯？", reported_at=enquiry.reported_at,
        recorded_by=ward.ada,
    )  # fmt: skip
    assert "等待答复" in page_of(alone)
    answer_request(alone, actor=ward.ada, text="日落时亮灯；电话 13812345678")
    page = page_of(alone)
    assert ("日落时亮灯" in page, "13812345678" in page, "几点亮灯" in page) == (True, False, False)


def test_words_and_photos_appear_only_after_their_release(ward: Ward) -> None:
    case = case_in(ward, "accepted", text="同丰路一片漆黑")
    request = case.requests.get()
    evidence = prove(ward, case)
    page = page_of(request)
    assert ("同丰路一片漆黑" in page, evidence.file_id in page) == (False, False)
    release_request(request, actor=ward.ada)
    release_evidence(evidence, actor=ward.ada)
    page = page_of(request)
    assert ("同丰路一片漆黑" in page, evidence.file_id in page) == (True, True)
    release_evidence(Evidence.objects.get(), actor=ward.ada, public=False)
    assert evidence.file_id not in page_of(request)


def test_codes_are_taken_as_people_type_them(ward: Ward) -> None:
    code = report(ward).requests.get().tracking_code
    for typed in (code.lower(), f" {code[:4]} {code[4:8]} {code[8:]} ", shown_code(code).lower()):
        asked = Client().get("/track/", {"code": typed}, follow=True)
        assert (asked.status_code, shown_code(code) in asked.content.decode()) == (200, True)
    assert normal_code("ｂｃｄ－2 3") == "BCD23"


def test_an_unknown_code_is_answered_kindly_and_counted(ward: Ward, settings: Settings) -> None:
    settings.PUBLIC_LIMITS = "guess=2/10min"
    code = report(ward).requests.get().tracking_code
    for guess in ("BCDFGHJKLMNPQ", "BCDFGHJKLMNPS"):
        assert Client().get(f"/track/{code}").status_code == 200
        answer = Client().get(f"/track/{guess}")
        assert (answer.status_code, "请逐字核对" in answer.content.decode()) == (404, True)
    for guess in ("BCDFGHJKLMNPR", code):  # once used up, a hit is not told from a miss
        answer = Client().get(f"/track/{guess}")
        assert (answer.status_code, answer["Retry-After"] != "") == (429, True)
    assert Client().get("/track/").status_code == 200


def test_neither_case_numbers_nor_codes_of_requests_lead_here(ward: Ward) -> None:
    case = report(ward)
    request = case.requests.get()
    request.code = "25-000001"
    request.save()
    for guess in (case.number, request.code, str(case.pk), "%00", "x" * 500):
        assert Client().get(f"/track/{guess}").status_code == 404
