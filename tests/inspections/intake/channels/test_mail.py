"""E-mail: charsets, encoded words, HTML alone, attachments, forwarded letters, mailboxes; each once."""

import base64
import io
import json
import mailbox
import sys
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import DomainError
from grid.evidence.models import Evidence
from inspections.intake.channels.adapters.mail import NotAReport, read_mail, text_of
from inspections.intake.channels.models import IntakeChannel
from inspections.requests.models import Requester, ServiceRequest
from inspections.requests.privacy import unseal
from tests.inspections.conftest import Ward
from tests.inspections.intake.channels.conftest import bring, channel, signed
from tests.photos import photo


@pytest.fixture
def box(db: None) -> IntakeChannel:
    return channel("MB-1", "email", "县长信箱")


def letter(text: str = "同丰路路灯不亮", **headers: str) -> EmailMessage:
    made = EmailMessage()
    usual = {
        "From": "王秀英 <wang@example.cn>",
        "Subject": "路灯问题",
        "Message-ID": "<1@example.cn>",
    }
    for name, value in (usual | headers).items():
        made[name] = value
    made.set_content(text)
    return made


def posted(box: IntakeChannel, raw: bytes) -> Any:
    return bring(box.code, raw, content_type="message/rfc822", **signed(raw))


@pytest.mark.mission("F1")
def test_a_letter_becomes_a_request(ward: Ward, box: IntakeChannel) -> None:
    made = letter()
    made.add_attachment(photo(*ward.lonlat(250, 250)), "image", "jpeg", filename="现场.jpg")
    made.add_attachment(b"PK..", "application", "zip", filename="全部.zip")
    answer = posted(box, bytes(made))
    assert answer.status_code == 201, answer.content
    kept = ServiceRequest.objects.get()
    assert (kept.channel, kept.text) == ("email", "路灯问题\n\n同丰路路灯不亮")
    who = unseal(Requester.objects.get().sealed)
    assert (who["name"], who["email"]) == ("王秀英", "wang@example.cn")
    assert Evidence.objects.get().purpose == "report"
    assert [note["filename"] for note in kept.receipt.notes] == ["全部.zip"]
    again = posted(box, bytes(made))
    assert (again.status_code, again.json()["repeated"]) == (200, True)


def test_two_letters_under_one_number_are_both_taken_in(ward: Ward, box: IntakeChannel) -> None:
    for text in ("路灯不亮", "井盖丢失", "井盖丢失"):
        posted(box, bytes(letter(text)))
    assert ServiceRequest.objects.count() == 2


@pytest.mark.parametrize(
    "charset", ["gb2312", "gb18030", "gbk", "big5", "utf-8", "utf-16", "utf-7"]
)
def test_letters_in_every_charset_are_read(charset: str) -> None:
    text = "第三盞燈不亮" if charset == "big5" else "第三盏灯不亮"
    payload = text.encode(charset)
    encodings = {
        "base64": base64.b64encode(payload),
        "quoted-printable": "".join(f"={byte:02X}" for byte in payload).encode(),
        "8bit": payload,
    }
    for encoding, body in encodings.items():
        raw = (
            f"Subject: =?utf-8?B?54Gv?=\nContent-Type: text/plain; charset={charset}\n"
            f"Content-Transfer-Encoding: {encoding}\n\n"
        ).encode()
        assert read_mail(raw + body).row.text == f"灯\n\n{text}"


def test_words_that_are_more_than_their_charset_are_read() -> None:
    """镕 is no GB2312 character; mail programs send it under that name all the same."""
    raw = b"Subject: =?gb2312?B?" + base64.b64encode("朱镕基路".encode("gb18030")) + b"?=\n\n"
    assert read_mail(raw + b"x").row.text.startswith("朱镕基路")
    plain = "Subject: 路灯\nFrom: 张三 <z@example.cn>\n\n不亮".encode("gb18030")
    read = read_mail(plain)
    assert read.row.text == "路灯\n\n不亮"
    assert read.row.requester is not None
    assert read.row.requester.name == "张三"


def test_the_plain_version_is_read_and_html_where_there_is_none() -> None:
    both = letter("纯文本")
    both.add_alternative("<p>网页</p>", subtype="html")
    assert read_mail(bytes(both)).row.text == "路灯问题\n\n纯文本"
    page = letter()
    page.set_content(
        "<html><head><style>p{}</style></head><p>灯&nbsp;不亮<br>三盏</p><script>x</script>",
        subtype="html",
    )
    assert read_mail(bytes(page)).row.text == "路灯问题\n\n灯 不亮\n三盏"
    assert text_of("<p>a<b>b</b></p>c < d") == "ab\nc < d"


def test_a_forwarded_letter_is_read_with_its_attachments() -> None:
    inner = letter("内文")
    inner.add_attachment(b"\xff\xd8x", "image", "jpeg", filename="a.jpg")
    outer = letter("请处理", **{"Message-ID": "<2@example.cn>"})
    outer.add_attachment(inner)
    read = read_mail(bytes(outer))
    assert read.row.text == "路灯问题\n\n请处理\n\n内文"
    assert [file.name for file in read.files] == ["a.jpg"]


@pytest.mark.parametrize(
    "headers",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"Return-Path": "<>"}],
)
def test_what_machines_send_is_no_report(headers: dict[str, str]) -> None:
    with pytest.raises(NotAReport):
        read_mail(bytes(letter(**headers)))


@given(st.binary(max_size=400), st.sampled_from(["Subject", "From", "Date", "Content-Type"]))
@settings(max_examples=60, deadline=None)
@pytest.mark.django_db
def test_whatever_comes_is_read_or_refused(junk: bytes, header: str) -> None:
    for raw in (junk, header.encode() + b": " + junk + b"\n\n" + junk):
        try:
            read = read_mail(raw)
        except DomainError:
            continue
        read.row.text.encode()
        assert "\x00" not in read.row.text


def run(channel_code: str, source: str, *options: str) -> tuple[dict[str, Any], int]:
    out, code = io.StringIO(), 0
    try:
        call_command("take_mail", channel_code, source, "--json", *options, stdout=out)
    except SystemExit as ended:
        code = int(str(ended.code))
    return json.loads(out.getvalue()), code


def test_mailboxes_are_taken_in_once(
    ward: Ward, box: IntakeChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = mailbox.Maildir(str(tmp_path / "mail"))
    for number in range(3):
        folder.add(bytes(letter(f"第{number}件", **{"Message-ID": f"<m{number}@x>"})))
    folder.add(bytes(letter(**{"Auto-Submitted": "auto-generated"})))
    folder.add(b"no headers at all")
    told, code = run(box.code, str(tmp_path / "mail"))
    assert (told["taken"], told["not_reports"], told["refused"], code) == (3, 1, 1, 1)
    assert len(list((tmp_path / "mail" / "new").iterdir())) == 1  # the refused one stays
    archive = mailbox.mbox(str(tmp_path / "archive"))
    for number in range(4):
        archive.add(bytes(letter(f"第{number}件", **{"Message-ID": f"<m{number}@x>"})))
    archive.close()
    told, code = run(box.name, str(tmp_path / "archive"))
    assert (told["taken"], told["repeated"], code) == (1, 3, 0)
    piped = io.TextIOWrapper(io.BytesIO(bytes(letter("第2件", **{"Message-ID": "<m2@x>"}))))
    monkeypatch.setattr(sys, "stdin", piped)
    assert run(box.code, "-")[0]["repeated"] == 1
    assert ServiceRequest.objects.count() == 4
