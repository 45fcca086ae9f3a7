"""Word files: the letter on a return and the sheet of a case, for whoever may see them, to be edited on."""

import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from docx import Document
from pytest_django import Settings

from inspections.cases.models import Case
from inspections.cases.supervision.use_cases import issue_reminders
from inspections.cases.use_cases import reply_to_requester
from inspections.disputes.models import Grounds
from inspections.disputes.use_cases import grant_return, request_return
from maps.reports.letters.reminder import html_of
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, prove, ward

__all__ = ["evidence_folder", "ward"]

pytestmark = pytest.mark.django_db


def texts(content: bytes) -> str:
    paper = Document(BytesIO(content))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def returned(ward: Ward) -> Case:
    case = case_in(ward, "accepted")
    photo = prove(ward, case, by="di", filename="未移交.jpg")
    return request_return(
        case,
        actor=ward.di,
        grounds=Grounds.NOT_OURS,
        reason="还没移交市政\x01",
        to=ward.bodies["housing"],
        evidence=[photo.pk],
    )


def test_the_letter_holds_facts_verdict_evidence_and_room_for_the_decision(ward: Ward) -> None:
    case = returned(ward)
    asked = case.returns.get()
    answer = client_of(ward.ada).get(f"/sheets/returns/{asked.pk}.docx")
    assert answer["Content-Disposition"].endswith(f'{case.number}-return-{asked.pk}.docx"')
    said = texts(answer.content)
    assert case.verdict is not None
    for words in (
        "退单审核意见书",
        "致：路灯管理处",
        case.number,
        "还没移交市政",
        "住建委",
        "未移交.jpg",
        case.verdict.answer["explanation"]["zh-Hans"],
        "□ 不同意退单",
    ):
        assert words in said
    document = zipfile.ZipFile(BytesIO(answer.content)).read("word/document.xml").decode()
    assert 'w:eastAsia="仿宋"' in document
    grant_return(case, actor=ward.ada, reason="未移交属实")
    english = client_of(ward.ada).get(f"/sheets/returns/{asked.pk}.docx?lang=en").content
    assert "Granted; it goes to 住建委." in texts(english)
    assert "Reason: 未移交属实" in texts(english)


def test_who_may_not_see_the_return_gets_no_letter(ward: Ward) -> None:
    asked = returned(ward).returns.get()
    got = {
        name: client_of(ward.people[name]).get(f"/sheets/returns/{asked.pk}.docx").status_code
        for name in ("ada", "di", "lu", "cy", "xi")
    }
    assert got == {"ada": 200, "di": 200, "lu": 200, "cy": 404, "xi": 404}
    assert client_of(ward.ada).get(f"/sheets/returns/{asked.pk}.docx?lang=fr").status_code == 400


def test_the_queue_says_who_would_have_it(ward: Ward) -> None:
    case = returned(ward)
    (row,) = client_of(ward.ada).get("/api/v1/returns/?status=asked").json()["results"]
    assert row["receiver"] == {"code": "HOUSING", "name": "住建委"}
    assert (row["case_version"], row["times_returned"]) == (case.version, 1)
    assert row["category_name"] == case.category.name  # type: ignore[union-attr]


@pytest.mark.mission("N22")
def test_the_sheet_of_a_case_carries_the_stamps_the_city_has_chosen(
    ward: Ward, settings: Settings
) -> None:
    case = case_in(ward, "handled", text="路灯不亮，电话 13812345678")
    reply_to_requester(case, actor=ward.di, reason="已更换灯泡")
    settings.SHEET_STAMPS = ["first_receiver", "called_back=四制之二"]
    said = texts(client_of(ward.ada).get(f"/sheets/cases/{case.number}.docx").content)
    assert "13812345678" not in said
    for words in ("首接负责制", "四制之二", "路灯管理处", "已更换灯泡", "■", "□"):
        assert words in said
    assert "限时办结制" not in said
    assert client_of(ward.cy).get(f"/sheets/cases/{case.number}.docx").status_code == 404


def test_a_reminder_is_printed_for_whoever_may_see_its_case(ward: Ward) -> None:
    case = case_in(ward, "accepted")
    later = timezone.now() + timedelta(days=30)
    issue_reminders(later, actor=ward.ada)
    reminder = case.reminders.filter(clock="resolve").get()
    answer = client_of(ward.di).get(f"/sheets/reminders/{reminder.pk}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer.content.startswith(b"%PDF")
    said = html_of(reminder, "di", later, "zh-Hans")
    for words in (reminder.number, "路灯管理处：", case.number, "超期提醒", "请立即办理"):
        assert words in said
    assert "act at once" in html_of(reminder, "di", later, "en")
    assert client_of(ward.cy).get(f"/sheets/reminders/{reminder.pk}.pdf").status_code == 404
