"""No push-down (N7): said before the dispatch, confirmed with a reason; a body without a chief is named (C6)."""

from typing import Any

import pytest

from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case
from inspections.joint.marks.models import CaseMark
from inspections.joint.marks.pushing import PushedDownNeedsReason
from tests.conftest import client_of
from tests.grid.jurisdiction import ground
from tests.inspections.conftest import Ward, case_in, report

pytestmark = [pytest.mark.django_db, pytest.mark.mission("N7")]


def asked(ward: Ward, case: Case, **query: str) -> dict[str, Any]:
    answer = client_of(ward.ada).get(f"/api/v1/cases/{case.number}/receivers/", query)
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def codes(told: dict[str, Any]) -> list[str]:
    return [one["code"] for one in told["warnings"]]


def sent(ward: Ward, case: Case, **body: Any) -> Any:
    path = f"/api/v1/cases/{case.number}/dispatch/"
    return client_of(ward.ada).post(path, body, content_type="application/json")


def street_case(ward: Ward) -> Case:
    """A case whose verdict itself names the street, of a class that a department supervises."""
    ground.duty(
        ward.bins,
        ward.version,
        organization=ward.bodies["street"],
        supervisor=ward.bodies["urban"],
        custodian=ward.bodies["street"],
    )
    return file_case(report(ward, category=ward.bins), actor=ward.ada)


def test_who_would_have_it_is_said_before_it_is_sent(ward: Ward) -> None:
    case = file_case(report(ward), actor=ward.ada)
    told = asked(ward, case)
    assert told["receivers"] == [
        {"code": "LAMP", "name": "路灯管理处", "part": "lead", "co_receiver": False}
    ]
    assert "pushed_down" not in codes(told)
    told = asked(ward, case, to="STREET")
    assert codes(told)[0] == "pushed_down"
    assert "街道" in told["warnings"][0]["words"]["zh-Hans"]
    told = asked(ward, case, to="STREET", assists="LAMP")
    assert [one["part"] for one in told["receivers"]] == ["lead", "assist"]
    assert "pushed_down" not in codes(told)
    assert not case.assignments.exists()  # nothing was sent


def test_whoever_chooses_the_street_says_why(ward: Ward) -> None:
    case = street_case(ward)
    answer = sent(ward, case, to="STREET")
    assert (answer.status_code, answer.json()["code"]) == (400, "pushed_down_needs_reason")
    assert "街道" in answer.json()["detail"]
    assert not case.assignments.exists()
    assert sent(ward, case, to="STREET", assists=["URBAN"]).status_code == 201


def test_a_reason_confirms_it_and_the_mark_stands(ward: Ward) -> None:
    case = street_case(ward)
    assert sent(ward, case, to="STREET", reason="小广告由街道清除").status_code == 201
    assert CaseMark.objects.filter(case=case, kind="pushed_down", ended_at=None).exists()


def test_what_the_verdict_itself_names_goes_without_a_word_and_is_marked(ward: Ward) -> None:
    case = dispatch_case(street_case(ward), actor=ward.ada)
    assert CaseMark.objects.filter(case=case, kind="pushed_down", ended_at=None).exists()


def test_the_refusal_names_what_to_do(ward: Ward) -> None:
    case = street_case(ward)
    with pytest.raises(PushedDownNeedsReason):
        dispatch_case(case, actor=ward.ada, to=ward.bodies["street"])


@pytest.mark.mission("C6")
def test_a_body_without_a_chief_is_named_before_it_is_sent_a_case(ward: Ward) -> None:
    case = file_case(report(ward), actor=ward.ada)
    assert codes(asked(ward, case)) == ["no_chief"]
    Organization.objects.filter(code="LAMP").update(chief="王处长")
    assert codes(asked(ward, case)) == []


def test_of_a_contested_case_all_bodies_are_shown(ward: Ward) -> None:
    case = case_in(ward, "filed")
    assert case.verdict is not None
    claims = [
        {"speaks": True, "organization": {"code": code, "name": code}}
        for code in ("HOUSING", "URBAN")
    ]
    case.verdict.answer |= {"outcome": "contested", "claims": claims}
    case.verdict.answer["dispatch_to"] = {"code": "STREET", "name": "街道"}
    case.verdict.save()
    told = asked(ward, case)
    assert [(one["code"], one["co_receiver"]) for one in told["receivers"]] == [
        ("STREET", False),
        ("HOUSING", True),
        ("URBAN", True),
    ]
