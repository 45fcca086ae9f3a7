"""Every change is told once: on the page, by mail, to robots and programs; nothing is lost, nothing comes twice."""

import base64
import hashlib
import hmac
import json
import socket
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from core.models import User
from inspections.cases.models import Rating
from inspections.cases.use_cases import call_back, close_case, rework_case
from inspections.cases.use_cases.closing import Said
from inspections.intake.duplicates.use_cases import join_request
from inspections.joint.marks.use_cases import refer_case
from inspections.messages.delivery.models import Message, MessageState, OutboxReader, Transport
from inspections.messages.delivery.use_cases.minding import NothingToResend, resend_message
from inspections.messages.delivery.use_cases.sending import (
    LEASE,
    PAUSES,
    claim,
    send_messages,
)
from inspections.messages.models import Notice
from inspections.requests.use_cases import RequestRow, record_request
from inspections.requests.use_cases.requesters import Person
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, prove, report
from tests.inspections.messages.conftest import PostOffice, Receiver, endpoint, queue_all

pytestmark = pytest.mark.django_db

LI = Person(name="李四", phone="13812345678", email="li@example.cn")


def kinds(**of: object) -> list[str]:
    return list(Message.objects.filter(**of).order_by("id").values_list("kind", flat=True))


@pytest.mark.mission("P13")
def test_each_change_of_state_queues_one_message(ward: Ward) -> None:
    case = case_in(ward, "checked", requester=LI)
    case = call_back(case, actor=ward.ada, said=Said(rating=Rating.SATISFIED, solved=True))
    prove(ward, case)
    close_case(case, actor=ward.bo)
    queue_all()
    way = ["received", "filed", "dispatched", "accepted", "handled", "checked", "called_back"]
    assert kinds(transport=Transport.PAGE) == [*way, "closed"]
    queue_all()
    OutboxReader.objects.update(seq=0)  # and read anew from the beginning
    Notice.objects.all().delete()
    queue_all()
    assert kinds() == [*way, "closed"]


def test_what_it_tells_is_public_and_true_at_that_time(ward: Ward) -> None:
    case = case_in(ward, "accepted", requester=LI)
    queue_all()
    told = Message.objects.get(kind="dispatched").told
    assert told["body"] == "路灯管理处"
    assert case.number not in json.dumps(list(Message.objects.values_list("told", flat=True)))


def test_what_was_found_on_patrol_is_told_to_nobody(ward: Ward) -> None:
    case_in(ward, "dispatched", channel="patrol")
    queue_all()
    assert kinds() == []


def test_bodies_have_a_notice_of_what_is_given_to_them(ward: Ward) -> None:
    case = case_in(ward, "checked")
    rework_case(case, actor=ward.bo, reason="灯仍不亮")
    queue_all()
    told = Notice.objects.order_by("id").values_list("organization__code", "told__kind")
    assert list(told) == [("LAMP", "assigned"), ("LAMP", "rework_asked")]
    first = client_of(ward.di).get("/api/v1/notices/").json()["results"][-1]
    assert first["case"] == case.number
    assert first["words"]["zh-Hans"].startswith(f"案件 {case.number}（")
    assert "was given to your body (lead)" in first["words"]["en"]


def test_a_mail_in_two_languages(ward: Ward, post_office: PostOffice) -> None:
    report(ward, requester=LI)
    queue_all()
    assert send_messages() == {"sent": 1}
    (mail,) = post_office.mails
    message = Message.objects.get(transport=Transport.EMAIL)
    assert mail["To"] == "li@example.cn"
    assert mail["Subject"] == "已收到 / Received"
    assert mail["Message-ID"] == f"<{message.key}@city.example>"
    code = message.told["code"]
    said = mail.get_content()
    assert f"查询码 {code}" in said
    assert f"https://city.example/track/{code}" in said
    assert send_messages() == {}


def test_an_erased_requester_is_written_to_no_more(ward: Ward, post_office: PostOffice) -> None:
    case = report(ward, requester=LI)
    queue_all()
    case.requests.get().requester.delete()
    assert send_messages() == {"dropped": 1}
    assert post_office.mails == []


def test_a_mailbox_that_does_not_exist_is_not_tried_again(
    ward: Ward, post_office: PostOffice
) -> None:
    post_office.refuses = "550 no such user li@example.cn"
    report(ward, requester=LI)
    queue_all()
    assert send_messages() == {"failed": 1}
    assert Message.objects.get(transport=Transport.EMAIL).failure == "smtp_550"


def test_a_full_mailbox_is_tried_again_with_growing_pauses(
    ward: Ward, post_office: PostOffice
) -> None:
    post_office.refuses = "452 full"
    report(ward, requester=LI)
    queue_all()
    begun = timezone.now()
    with time_machine.travel(begun, tick=False) as clock:
        for pause in PAUSES:
            assert send_messages() == {"queued": 1}
            assert send_messages() == {}
            clock.shift(pause)
        post_office.refuses = ""
        assert send_messages() == {"sent": 1}
    assert len(post_office.mails) == 1


def test_what_never_succeeds_is_given_up_and_sent_again_by_the_desk(
    ward: Ward, post_office: PostOffice
) -> None:
    post_office.refuses = "452 full"
    report(ward, requester=LI)
    queue_all()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for pause in [*PAUSES, timedelta(0)]:
            send_messages()
            clock.shift(pause)
    message = Message.objects.get(transport=Transport.EMAIL)
    assert (message.state, message.failure) == ("failed", "smtp_452")
    post_office.refuses = ""
    client = client_of(ward.ada)
    (listed,) = client.get("/api/v1/messages/?status=failed").json()["results"]
    assert (listed["id"], listed["kind_name"]["en"]) == (message.pk, "Received")
    again = client.post(f"/api/v1/messages/{message.pk}/resend/", {}, format="json")
    assert (again.status_code, again.json()["state"]) == (201, "queued")
    assert send_messages() == {"sent": 1}
    with pytest.raises(NothingToResend):
        resend_message(message, actor=ward.ada)


def test_a_program_gets_it_signed_with_its_key(ward: Ward, admin: User, receiver: Receiver) -> None:
    endpoint(admin, Transport.WEBHOOK, receiver.url)
    report(ward, requester=LI)
    queue_all()
    assert send_messages() == {"sent": 1}
    (post,) = receiver.posts
    message = Message.objects.get(transport=Transport.WEBHOOK)
    moment = post.headers["webhook-timestamp"]
    signed = f"{message.key}.{moment}.".encode() + post.body
    expected = base64.b64encode(hmac.new(b"SEC0", signed, hashlib.sha256).digest()).decode()
    assert post.headers["webhook-signature"] == f"v1,{expected}"
    assert post.headers["Idempotency-Key"] == post.headers["webhook-id"] == message.key
    assert post.json["kind"] == "received"
    assert "13812345678" not in post.body.decode()


def test_the_gateway_of_text_messages_gets_the_number(
    ward: Ward, admin: User, receiver: Receiver
) -> None:
    endpoint(admin, Transport.SMS, receiver.url)
    report(ward, requester=LI)
    report(ward, text="无联系方式")
    queue_all()
    assert send_messages() == {"sent": 1}
    assert receiver.posts[0].json["phone"] == "13812345678"
    listed = client_of(ward.ada).get("/api/v1/messages/?transport=sms").content.decode()
    assert "13812345678" not in listed


@pytest.mark.mission("N16")
def test_a_hard_case_goes_to_the_robot_of_its_leader(
    ward: Ward, admin: User, receiver: Receiver
) -> None:
    endpoint(admin, Transport.DINGTALK, receiver.url, organization=ward.bodies["urban"])
    case = case_in(ward, "accepted")
    refer_case(case, actor=ward.ada, reason="权责不清", leader=ward.lu)
    queue_all()
    assert send_messages() == {"sent": 1}
    assert "呈请" in receiver.posts[0].json["text"]["content"]
    assert Notice.objects.filter(told__kind="referred").get().organization.code == "URBAN"


def test_the_robot_of_a_body_hears_what_is_given_to_it(
    ward: Ward, admin: User, receiver: Receiver
) -> None:
    endpoint(admin, Transport.DINGTALK, receiver.url, organization=ward.bodies["lamp"])
    endpoint(admin, Transport.WECOM, receiver.url, organization=ward.bodies["urban"])
    case = case_in(ward, "dispatched")
    queue_all()
    assert send_messages() == {"sent": 1}
    (post,) = receiver.posts
    assert post.json["msgtype"] == "text"
    assert f"案件 {case.number}" in post.json["text"]["content"]
    query = parse_qs(urlsplit(post.path).query)
    signed = f"{query['timestamp'][0]}\nSEC0".encode()
    sign = base64.b64encode(hmac.new(b"SEC0", signed, hashlib.sha256).digest()).decode()
    assert query["sign"] == [sign]
    assert query["access_token"] == ["t"]


@pytest.mark.parametrize(
    ("errcode", "state", "failure"),
    [(0, "sent", ""), (45009, "queued", "robot_45009"), (310000, "failed", "robot_310000")],
)
def test_what_a_robot_answers_counts(
    ward: Ward, admin: User, receiver: Receiver, errcode: int, state: str, failure: str
) -> None:
    endpoint(admin, Transport.WECOM, receiver.url, organization=ward.bodies["lamp"])
    receiver.answers = [(200, {}, json.dumps({"errcode": errcode}).encode())]
    case_in(ward, "dispatched")
    queue_all()
    send_messages()
    message = Message.objects.get(transport=Transport.WECOM)
    assert (message.state, message.failure) == (state, failure)


def test_a_robot_is_not_sent_more_than_it_takes(
    ward: Ward, admin: User, receiver: Receiver
) -> None:
    endpoint(admin, Transport.WECOM, receiver.url, organization=ward.bodies["lamp"], per_minute=2)
    for number in range(3):
        case_in(ward, "dispatched", text=f"第 {number} 盏")
    queue_all()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert send_messages() == {"sent": 2}
        clock.shift(59)
        assert send_messages() == {}
        clock.shift(2)
        assert send_messages() == {"sent": 1}


def test_a_server_that_rests_is_asked_when_it_says(
    ward: Ward, admin: User, receiver: Receiver
) -> None:
    endpoint(admin, Transport.WEBHOOK, receiver.url)
    receiver.answers = [(503, {"Retry-After": "600"}, b""), (204, {}, b"")]
    report(ward)
    queue_all()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        assert send_messages() == {"queued": 1}
        clock.shift(599)
        assert send_messages() == {}
        clock.shift(1)
        assert send_messages() == {"sent": 1}


def test_nobody_listening_is_no_loss(ward: Ward, admin: User) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    endpoint(admin, Transport.WECOM, f"http://127.0.0.1:{port}/", organization=ward.bodies["lamp"])
    case_in(ward, "dispatched")
    queue_all()
    assert send_messages() == {"queued": 1}
    message = Message.objects.get(transport=Transport.WECOM)
    assert (message.failure, message.handed_over_at) == ("unreachable", None)


@pytest.mark.parametrize(
    ("transport", "state"), [(Transport.WEBHOOK, "queued"), (Transport.WECOM, "unsure")]
)
def test_a_line_that_breaks_after_handing_over(
    ward: Ward, admin: User, receiver: Receiver, transport: Transport, state: str
) -> None:
    """Whoever knows the key gets it again; a robot would say it twice."""
    body = ward.bodies["lamp"]
    endpoint(admin, transport, receiver.url, organization=body)
    receiver.answers = [(0, {}, b"")]
    case_in(ward, "dispatched")
    queue_all()
    send_messages()
    assert Message.objects.get(transport=transport).state == state


@pytest.mark.parametrize(
    ("transport", "handed_over", "state"),
    [
        (Transport.WECOM, False, MessageState.QUEUED),
        (Transport.WECOM, True, MessageState.UNSURE),
        (Transport.WEBHOOK, True, MessageState.QUEUED),
    ],
)
def test_what_a_dead_worker_held(
    ward: Ward, admin: User, transport: Transport, handed_over: bool, state: str
) -> None:
    endpoint(admin, transport, "http://127.0.0.1:9/", organization=ward.bodies["lamp"], active=True)
    case_in(ward, "dispatched")
    queue_all()
    now = timezone.now()
    held = claim(now)
    assert held is not None
    if handed_over:
        Message.objects.filter(pk=held.pk).update(handed_over_at=F("queued_at"))
    from_now = now + LEASE
    with time_machine.travel(from_now, tick=False):
        send_messages(most=0)
    held.refresh_from_db()
    assert held.state == state


def test_the_list_is_read_by_the_desk_alone(ward: Ward) -> None:
    report(ward, requester=LI)
    queue_all()
    seen = {
        name
        for name in ward.people
        if client_of(ward.people[name]).get("/api/v1/messages/").json()["results"]
    }
    assert seen == {"ada", "lu"}


@pytest.mark.mission("P4")
def test_whoever_reported_hears_of_being_joined(ward: Ward) -> None:
    case = case_in(ward, "dispatched")
    (lon, lat), now = ward.lonlat(252, 250), timezone.now()
    row = RequestRow(channel="web", text="同一处也不亮", reported_at=now, lon=lon, lat=lat)
    request = record_request(row, actor=ward.ada)
    join_request(request, case, actor=ward.ada)
    queue_all()
    assert kinds(request=request) == ["received", "joined"]
