"""Whoever reported hears that the report is worked on together with others, and that it is set apart again."""

from inspections.cases.queries import requests_of
from inspections.intake.duplicates.use_cases import merge_case, unmerge_case
from inspections.messages.delivery.models import Message, Transport
from inspections.messages.delivery.use_cases.queueing import queue_messages
from tests.clones import Clone
from tests.inspections.conftest import report, ward_here


def test_each_reporter_is_told_once_of_each_change(clone_db: Clone, evidence_folder: None) -> None:
    ward = ward_here()
    into, case = report(ward), report(ward)
    request = requests_of(case).get()
    case = merge_case(case, into=into, actor=ward.ada, reason="同一盏灯")
    unmerge_case(case, actor=ward.ada, reason="是两盏")
    queue_messages()
    queue_messages()
    told = Message.objects.filter(request=request, transport=Transport.PAGE).order_by("pk")
    assert list(told.values_list("kind", flat=True)) == ["received", "joined", "parted"]
    assert not Message.objects.exclude(request=request).exclude(kind="received").exists()
