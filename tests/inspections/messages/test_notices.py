"""Bodies are told once what a published change gives and takes; each of their people reads for himself."""

import pytest

from core.models import OutboxEvent
from grid.organizations.models import Role
from inspections.changes.use_cases import preview_change_set, publish_change_set
from inspections.messages.models import Notice
from tests import factories
from tests.conftest import client_of
from tests.inspections.changes.conftest import drafted, with_street
from tests.inspections.conftest import Ward, case_in

pytestmark = pytest.mark.django_db


def publish(ward: Ward) -> None:
    with_street(ward)
    case_in(ward, "dispatched")
    eli = factories.member("eli", Role.DISPATCHER, ward.bodies["centre"])
    publish_change_set(preview_change_set(drafted(ward.ada), actor=ward.ada), actor=eli)


def test_who_gains_and_who_loses_is_told_once(ward: Ward) -> None:
    publish(ward)
    told = {n.organization.code: (n.told["gained"], n.told["lost"]) for n in Notice.objects.all()}
    moved = {"facilities": 3, "cases": 1}
    assert told == {"URBAN": (moved, {}), "HOUSING": ({}, moved)}
    assert OutboxEvent.objects.filter(kind="notice_given").count() == 2


def test_each_reads_for_himself_and_the_unread_come_first(ward: Ward) -> None:
    publish(ward)
    su, lu, cy = (client_of(ward.people[name]) for name in ("su", "lu", "cy"))
    (notice,) = su.get("/api/v1/notices/").json()["results"]
    assert notice["unread"] is True
    assert "新增部件 3 处、在办案件 1 件" in notice["words"]["zh-Hans"]
    assert "gains 3 facilities and 1 open cases" in notice["words"]["en"]
    read = su.post(f"/api/v1/notices/{notice['id']}/read/", {}, format="json")
    assert (read.status_code, read.json()["unread"]) == (201, False)
    assert su.get("/api/v1/notices/?unread=true").json()["results"] == []
    assert len(lu.get("/api/v1/notices/?unread=true").json()["results"]) == 1
    assert cy.get("/api/v1/notices/").json()["results"] == []
    assert cy.post(f"/api/v1/notices/{notice['id']}/read/", {}, format="json").status_code == 404
