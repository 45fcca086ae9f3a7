"""The written report to the leader in charge (F10): facts, both replies, map, leader by portfolio; PDF and Word."""

import zipfile
from io import BytesIO
from typing import Any

import pytest
from docx import Document
from pytest_django import Settings

from core.models import User
from inspections.cases.models import Case, CaseState
from inspections.cases.use_cases import reassign_case
from inspections.disputes.models import Grounds
from inspections.disputes.use_cases import request_return
from inspections.joint.marks.use_cases import refer_case
from maps.reports.leaders.words import REPORT
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, ward
from tests.maps.reports.test_letters import texts

__all__ = ["evidence_folder", "ward"]

pytestmark = [pytest.mark.django_db, pytest.mark.mission("F10")]


@pytest.fixture(autouse=True)
def _pictures(settings: Settings, tmp_path: Any) -> None:
    settings.MAP_PICTURES = tmp_path


def denied_twice(ward: Ward) -> Case:
    """Both bodies deny a dark street: in dispute, and referred to the leader."""
    User.objects.filter(pk=ward.lu.pk).update(first_name="卢副区长")
    case = case_in(ward, "accepted", text="300米长街一片漆黑，电话 13812345678")
    case = request_return(case, actor=ward.di, grounds=Grounds.NOT_OURS, reason="并未移交城管局")
    case = reassign_case(case, actor=ward.ada, reason="改派住建委", to=ward.bodies["housing"])
    case = request_return(
        case, actor=ward.fu, grounds=Grounds.NOT_OUR_AREA, reason="不在物业管理范围\x01"
    )
    return refer_case(case, actor=ward.ada, reason="请县政府分管领导领办")


def address(case: Case, kind: str, language: str = "zh-Hans") -> str:
    return f"/sheets/cases/{case.number}/report.{kind}?lang={language}"


EXPECTED = (
    "卢副区长",  # the leader, by name and portfolio
    "分管城管局",
    "300米长街一片漆黑",
    "路灯管理处",
    "并未移交城管局",
    "住建委",
    "不在物业管理范围",
    "请县政府分管领导领办",
    "两家单位均不认领",
    "请分管领导领办",
    "领导批示",
)


def test_the_word_file_holds_facts_both_replies_map_and_leader(ward: Ward) -> None:
    case = denied_twice(ward)
    content = client_of(ward.ada).get(address(case, "docx")).content
    said = texts(content)
    for words in (*EXPECTED, case.number):
        assert words in said
    assert "13812345678" not in said
    files = zipfile.ZipFile(BytesIO(content)).namelist()
    assert [name for name in files if name.startswith("word/media/")] == ["word/media/image1.png"]
    heads = ["单位", "时间", "形式", "内容"]
    tables = Document(BytesIO(content)).tables
    (table,) = [one for one in tables if [cell.text for cell in one.rows[0].cells] == heads]
    told = [(row.cells[0].text, row.cells[3].text) for row in table.rows[1:]]
    assert told == [("路灯管理处", "并未移交城管局"), ("住建委", "不在物业管理范围")]


def test_the_pdf_is_read_in_the_browser(ward: Ward) -> None:
    case = denied_twice(ward)
    answer = client_of(ward.lu).get(address(case, "pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer.content.startswith(b"%PDF")


def test_the_page_says_the_same_in_english(ward: Ward) -> None:
    case = denied_twice(ward)
    said = texts(client_of(ward.ada).get(address(case, "docx", "en")).content)
    assert f"Report on case {case.number}" in said
    for words in ("in charge of 城管局", "What each body says", "Instruction"):
        assert words in said
    for words in ("分管领导领办，", "三、各方答复", "呈报缘由"):
        assert words not in said


def test_a_case_that_was_only_reported_has_a_report_too(ward: Ward) -> None:
    case = case_in(ward, "reported")
    said = texts(client_of(ward.ada).get(address(case, "docx")).content)
    for words in ("尚未立案", "尚未派遣", "尚无单位书面答复", "请指定"):
        assert words in said


def test_every_state_and_ground_has_its_words() -> None:
    for word in (*CaseState.values, *Grounds.values):
        assert f"state_{word}" in REPORT or word in REPORT


def test_who_may_not_see_the_case_gets_no_report(ward: Ward) -> None:
    case = denied_twice(ward)
    got = {
        name: client_of(ward.people[name]).get(address(case, "docx")).status_code
        for name in ("ada", "lu", "cy", "xi")
    }
    assert got == {"ada": 200, "lu": 200, "cy": 404, "xi": 404}
    assert client_of(ward.ada).get(address(case, "pdf", "fr")).status_code == 400
