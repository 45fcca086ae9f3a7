"""One number of a channel's own, brought by several at the same moment: one request, one case, one answer."""

from functools import partial

from inspections.cases.models import Case
from inspections.intake.channels.models import ChannelReceipt
from inspections.intake.inbox.models import InboxItem
from inspections.requests.models import ServiceRequest
from tests.clones import Clone, at_once
from tests.inspections.conftest import ward_here
from tests.inspections.intake.channels.conftest import bring, channel


def test_the_same_number_at_once_is_taken_in_once(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    channel("SMS", "sms", "12345 短信")
    lon, lat = ward.lonlat(250, 250)
    told = {"id": "7", "text": "路灯不亮", "category": "0118", "lon": lon, "lat": lat}
    answers = at_once([lambda: bring("SMS", told)] * 6)
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert len({answer.json()["case"] for answer in answers}) == 1
    assert ServiceRequest.objects.count() == Case.objects.count() == 1
    assert ChannelReceipt.objects.count() == 1


def test_other_words_under_the_same_number_are_refused_and_other_numbers_are_not(
    clone_db: Clone, evidence_folder: None
) -> None:
    ward_here()
    channel("SMS", "sms", "12345 短信")
    told = [{"id": "7", "text": f"第{n}种说法"} for n in range(3)]
    told += [{"id": f"8-{n}", "text": "井盖缺失"} for n in range(3)]
    answers = at_once([partial(bring, "SMS", one) for one in told])
    same, others = answers[:3], answers[3:]
    assert sorted(answer.status_code for answer in same) == [201, 409, 409]
    refused = {answer.json()["code"] for answer in same if answer.status_code == 409}
    assert refused == {"different_content"}
    assert [answer.status_code for answer in others] == [201] * 3
    assert ServiceRequest.objects.count() == InboxItem.objects.count() == 4
