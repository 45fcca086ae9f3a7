"""The lists of joint work are read by their indexes, however much of it there is."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.joint.marks.use_cases import list_hard
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, instruct, met

pytestmark = pytest.mark.django_db

MANY = 20_000


def columns(table: str, *without: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped AND attgenerated = ''",
            [table],
        )
        return [name for (name,) in cursor.fetchall() if name not in {"id", *without}]


def multiply(table: str, where: str = "true", **changed: str) -> None:
    """So many more rows as the one that is there, with what is to differ as SQL of `n`."""
    names = columns(table, *changed)
    into = ", ".join(f'"{name}"' for name in [*names, *changed])
    values = ", ".join([*(f'one."{name}"' for name in names), *changed.values()])
    with connection.cursor() as cursor:
        cursor.execute(  # names of our own tables only
            f"INSERT INTO {table} ({into}) SELECT {values} FROM "  # noqa: S608
            f"(SELECT * FROM {table} WHERE {where} ORDER BY id LIMIT 1) AS one, "
            f"generate_series(1, {MANY}) AS n"
        )
        cursor.execute(f"ANALYZE {table}")


@pytest.fixture
def much(ward: Ward) -> Ward:
    """A city's years of joint work; of the cases one in fifty is hard."""
    case = case_in(ward, "accepted")
    met(ward, case)
    instruct(ward, case)
    list_hard(case, actor=ward.ada, reason="久拖不决")
    multiply("inspections_case", number="'N-' || n")
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(id) FROM inspections_case WHERE number LIKE 'N-%'")
        (first,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO inspections_case_mark (case_id, kind, since, act, told) "
            "SELECT id, CASE id % 100 WHEN 0 THEN 'listed' ELSE 'unclear' END, now(), 'file', '{}' "
            "FROM inspections_case WHERE number LIKE 'N-%' AND id % 50 = 0",
        )
        cursor.execute("ANALYZE inspections_case_mark")
    multiply("inspections_undertaking", case_id=f"{first} + n - 1")
    multiply(
        "inspections_meeting",
        "kind = 'consult'",
        case_id=f"{first} + n - 1",
        meets_at="one.meets_at - n * interval '1 hour'",
    )
    multiply(
        "inspections_shift",
        "state = 'handed'",
        began_at="one.began_at - n * interval '8 hours'",
    )
    multiply(
        "inspections_duty_turn",
        starts_at="one.starts_at + n * interval '8 hours'",
        ends_at="one.ends_at + n * interval '8 hours'",
    )
    multiply("inspections_advance_cost", case_id=f"{first} + n - 1")
    return ward


LISTS: list[tuple[str, str]] = [
    ("marked-cases/", "inspections_case"),
    ("marked-cases/?mark=listed", "inspections_case"),
    ("undertakings/", "inspections_undertaking"),
    ("meetings/", "inspections_meeting"),
    ("shifts/", "inspections_shift"),
    ("duty-turns/", "inspections_duty_turn"),
    ("advance-costs/", "inspections_advance_cost"),
]


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def test_each_list_is_walked_by_its_index(much: Ward) -> None:
    client = client_of(much.ada)
    for path, table in LISTS:
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/api/v1/{path}{'&' if '?' in path else '?'}limit=20")
            assert len(answer.json()["results"]) == 20, path
        walks = [q["sql"] for q in queries if "LIMIT 21" in q["sql"] and table in q["sql"]]
        assert walks, path
        plan = "\n".join(plan_of(walk) for walk in walks)
        assert f"Seq Scan on {table}" not in plan, (path, plan)
        assert "Seq Scan on inspections_case" not in plan, (path, plan)
