"""What went back and which ratings wait are read by their indexes, however much there was."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.cases.closing.models import Cause
from inspections.cases.closing.use_cases import ask_exclusion
from inspections.cases.use_cases import rework_case
from tests.conftest import client_of
from tests.inspections.cases.test_closing import rated
from tests.inspections.conftest import Ward
from tests.inspections.joint.test_plans import multiply, plan_of

# One in a hundred waits, or has the rarer cause.
RARE = "CASE n % 100 WHEN 0 THEN '{}' ELSE '{}' END"
LISTS = [
    ("reworks/", "inspections_rework"),
    ("reworks/?cause=attitude", "inspections_rework"),
    ("reworks/?organization=LAMP", "inspections_rework"),
    ("exclusions/", "inspections_exclusion"),
    ("exclusions/?status=asked", "inspections_exclusion"),
]


def first_of(table: str, where: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT min(id) FROM {table} WHERE {where}")  # noqa: S608 - our own names
        (key,) = cursor.fetchone()
        return int(key)


@pytest.fixture
def much(ward: Ward) -> Ward:
    """A city's years of cases that were sent back, and of ratings asked to be left out."""
    case = rated(ward)
    ask_exclusion(case, actor=ward.ada, cause=Cause.UNREASONABLE, reason="超出职责")
    rework_case(case, actor=ward.ada, reason="不满意", cause=Cause.ATTITUDE)
    multiply("inspections_case", number="'N-' || n")
    first = first_of("inspections_case", "number LIKE 'N-%'")
    case_id = f"{first} + n - 1"
    multiply("inspections_callback", case_id=case_id)
    callback_id = f"{first_of('inspections_callback', f'case_id >= {first}')} + n - 1"
    multiply(
        "inspections_rework",
        case_id=case_id,
        callback_id=callback_id,
        cause=RARE.format("attitude", "late"),
    )
    multiply(
        "inspections_exclusion",
        case_id=case_id,
        callback_id=callback_id,
        state=RARE.format("asked", "approved"),
    )
    return ward


def test_each_list_is_walked_by_its_index(much: Ward) -> None:
    for who in ("ada", "vi", "lu"):
        client = client_of(much.people[who])
        for path, table in LISTS:
            with CaptureQueriesContext(connection) as queries:
                answer = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=20")
                assert len(answer.json()["results"]) == 20, (who, path)
            (walk,) = [q["sql"] for q in queries if "LIMIT 21" in q["sql"] and table in q["sql"]]
            plan = plan_of(walk)
            assert f"Seq Scan on {table}" not in plan, (who, path, plan)
            assert "Seq Scan on inspections_case" not in plan, (who, path, plan)
