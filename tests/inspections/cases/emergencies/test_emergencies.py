"""From ordinary to emergency working and back: what comes first, what becomes urgent, on record."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.errors import DomainError
from core.models import AuditEntry
from inspections.cases.emergencies.models import Emergency
from inspections.cases.emergencies.use_cases import declare_emergency, lift_emergency
from inspections.cases.models import Case
from inspections.cases.use_cases import file_case
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, report


def first(ward: Ward) -> set[str]:
    answer = client_of(ward.ada).get("/api/v1/cases/?emergency=true").json()
    return {one["id"] for one in answer["features"]}


@pytest.mark.mission("B24")
def test_the_switch_puts_open_cases_first_and_back(ward: Ward) -> None:
    lamps, bins = case_in(ward, "accepted"), case_in(ward, "filed", category=ward.bins)
    closed, promised = case_in(ward, "closed"), lamps.resolve_by
    storm = declare_emergency(
        actor=ward.lu, title="暴雨", reason="暴雨红色预警", areas=["500236001"], categories=["0118"]
    )
    assert first(ward) == {lamps.number}
    assert bins.number not in first(ward)
    later = report(ward)
    assert (later.urgency, later.emergency) == ("urgent", storm)
    filed = file_case(later, actor=ward.ada)
    assert filed.resolve_by is not None
    assert (filed.resolve_by - filed.reported_at).total_seconds() == 4 * 3600
    assert first(ward) == {lamps.number, later.number}
    assert Case.objects.get(pk=lamps.pk).resolve_by == promised
    assert AuditEntry.objects.get(act="put_first").details["count"] == 1
    lift_emergency(storm, actor=ward.ada, reason="预警解除")
    assert first(ward) == set()
    assert report(ward).urgency == "normal"
    assert AuditEntry.objects.get(act="put_back").details["count"] == 2
    assert Case.objects.get(pk=closed.pk).emergency is None


def test_over_http_by_leader_or_desk_alone(ward: Ward) -> None:
    told = {"title": "暴雨", "reason": "暴雨红色预警"}
    for name in set(ward.people) - {"lu", "ada"}:
        answer = client_of(ward.people[name]).post("/api/v1/emergencies/", told, format="json")
        assert answer.status_code == 403, (name, answer.content)
    made = client_of(ward.lu).post("/api/v1/emergencies/", told, format="json")
    assert (made.status_code, made.json()["state"]) == (201, "declared")
    lift = f"/api/v1/emergencies/{made.json()['id']}/lift/"
    assert client_of(ward.di).post(lift, {"reason": "x"}, format="json").status_code == 403
    assert client_of(ward.ada).post(lift, {"reason": "解除"}, format="json").status_code == 201
    assert client_of(ward.ada).post(lift, {"reason": "解除"}, format="json").status_code == 409


def test_a_scope_that_does_not_exist_is_refused(ward: Ward) -> None:
    with pytest.raises(DomainError) as refused:
        declare_emergency(actor=ward.lu, title="暴雨", reason="x", areas=["999999"])
    assert refused.value.details["codes"] == ["999999"]
    assert not Emergency.objects.exists()


def test_three_rows_take_as_many_queries_as_one(ward: Ward) -> None:
    client, counts = client_of(ward.ada), []
    for number in (1, 2):
        for _ in range(number):
            declare_emergency(actor=ward.lu, title="暴雨", reason="暴雨红色预警")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/api/v1/emergencies/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
