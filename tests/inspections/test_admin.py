"""The pages of the work: written by audited acts only, and cases shown to auditors alone."""

from datetime import UTC, datetime

import pytest
from django.test import Client

from core.models import AuditEntry, User
from grid.organizations.models import Role
from inspections.cases.models import Case, ProofDistance
from inspections.intake.channels.models import IntakeChannel
from inspections.intake.upstream.models import UpstreamLink
from tests import factories
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import case_in, evidence_folder, ward_here

__all__ = ["evidence_folder"]  # a fixture

pytestmark = pytest.mark.django_db


def test_a_categorys_distance_is_set_on_record(client: Client) -> None:
    root = factories.member("root", Role.ADMINISTRATOR, factories.organization("A1"))
    root.is_staff = True
    root.save()
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    lamps = ground.category("0118")
    page = "/admin/inspections/proofdistance/"
    for address, limit in ((f"{page}add/", "30"), (f"{page}{lamps.pk}/change/", "45.5")):
        answer = client.post(address, {"category": lamps.pk, "limit_m": limit})
        assert answer.status_code == 302, answer.content
    assert ProofDistance.objects.get(category=lamps).limit_m == 45.5
    acts = AuditEntry.objects.filter(act="set_proof_distance").values_list("actor", "details")
    assert list(acts) == [(root.pk, {"limit_m": 30.0}), (root.pk, {"limit_m": 45.5})]
    assert client.get(page).status_code == 200
    assert client.get("/admin/inspections/workday/").status_code == 200
    assert client.post(f"{page}{lamps.pk}/change/", {"limit_m": "-1"}).status_code == 200
    assert ProofDistance.objects.get(category=lamps).limit_m == 45.5


WORK = ["case", "servicerequest", "fieldtask", "visit", "returnrequest", "transfer", "dispute"]


def test_auditors_read_the_work_and_administrators_do_not(
    evidence_folder: None, client: Client
) -> None:
    ward = ward_here()
    case = case_in(ward, "handled")
    people = {
        role: factories.member(f"new-{role}", role, factories.organization(f"N-{role}"))
        for role in (Role.AUDITOR, Role.ADMINISTRATOR, Role.DISPATCHER)
    }
    User.objects.filter(username__startswith="new-").update(is_staff=True)
    for role, person in people.items():
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        expected = 200 if role == Role.AUDITOR else 403
        for model in WORK:
            page = f"/admin/inspections/{model}/"
            assert client.get(page).status_code == expected, (role, model)
        one = client.get(f"/admin/inspections/case/{case.pk}/change/")
        assert one.status_code == expected
        if role == Role.AUDITOR:
            assert case.number in one.content.decode()
            assert client.post(f"/admin/inspections/case/{case.pk}/change/", {}).status_code == 403


def test_the_pages_tell_the_time_of_the_city(evidence_folder: None, client: Client) -> None:
    ward = ward_here()
    case = case_in(ward, "reported")
    Case.objects.filter(pk=case.pk).update(reported_at=datetime(2026, 11, 18, 11, 5, tzinfo=UTC))
    auditor = factories.member("rita", Role.AUDITOR, factories.organization("A1"))
    auditor.is_staff = True
    auditor.save()
    client.force_login(auditor, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(f"/admin/inspections/case/{case.pk}/change/").content.decode()
    assert "19:05" in shown  # Shanghai
    assert "11:05" not in shown


@pytest.mark.mission("P3")
def test_channels_and_links_are_kept_on_record(client: Client) -> None:
    body = factories.organization("A1")
    root = factories.member("root", Role.ADMINISTRATOR, body)
    root.is_staff = True
    root.save()
    lamps = ground.category("0118")
    client.force_login(root, backend="django.contrib.auth.backends.ModelBackend")
    page = "/admin/inspections/intakechannel/"
    told = {"code": "UP", "name": "市平台", "channel": "upstream", "active": "on"}
    answer = client.post(f"{page}add/", told)
    assert answer.status_code == 302, answer.content.decode()
    kept = IntakeChannel.objects.get()
    answer = client.post(f"{page}{kept.pk}/change/", told | {"name": "市12345"})
    assert answer.status_code == 302, answer.content.decode()
    direct = client.post(f"{page}{kept.pk}/change/", told | {"direct": "on"})
    assert direct.status_code == 200  # to nobody: refused in the form
    link = {
        "channel": kept.pk,
        "url": "https://12345.example.cn/reports",
        "active": "on",
        "categories-TOTAL_FORMS": "1",
        "categories-INITIAL_FORMS": "0",
        "categories-0-word": "照明",
        "categories-0-category": lamps.pk,
    }
    answer = client.post("/admin/inspections/upstreamlink/add/", link)
    assert answer.status_code == 302, answer.content.decode()
    assert UpstreamLink.objects.get().categories.get().category == lamps
    acts = AuditEntry.objects.filter(act__contains="channel") | AuditEntry.objects.filter(
        act="set_upstream_link"
    )
    assert list(acts.order_by("id").values_list("act", flat=True)) == [
        "add_channel",
        "change_channel",
        "set_upstream_link",
        "set_upstream_link",
    ]
    assert client.get(page).status_code == 200
    assert client.get("/admin/inspections/upstreamlink/").status_code == 200
