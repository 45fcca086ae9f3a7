"""The single answer reads indexes only: a plan good for any place and any version, made once."""

import re

import pytest
from django.db import connection

from grid.jurisdiction.queries import statement
from grid.jurisdiction.reference import KNOWN, NEWEST

pytestmark = pytest.mark.django_db

TYPES = {
    "facilities": ("text[]", "'{L1}'"),
    "classes": ("bigint[]", "'{1,2}'"),
    "version": ("bigint", "1"),
} | dict.fromkeys(("w", "s", "e", "n", "tw", "ts", "te", "tn"), ("float8", "30.0"))


def plan_of(text: str) -> str:
    """The generic plan of a statement with named parameters, seq scans only where nothing else goes."""
    used = list(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
    for number, name in enumerate(used, 1):
        text = text.replace(f"%({name})s", f"${number}")
    types = ", ".join(TYPES[name][0] for name in used)
    values = ", ".join(TYPES[name][1] for name in used)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL plan_cache_mode = force_generic_plan")
        cursor.execute(f"PREPARE asked {f'({types})' if types else ''} AS {text}")
        cursor.execute(f"EXPLAIN EXECUTE asked {f'({values})' if values else ''}")
        lines = [row[0] for row in cursor.fetchall()]
        cursor.execute("DEALLOCATE asked")
    return "\n".join(lines)


@pytest.mark.parametrize("newest", [True, False])
def test_a_window_is_read_by_indexes_alone(newest: bool) -> None:
    plan = plan_of(statement(window=True, newest=newest))
    assert "Seq Scan" not in plan, plan
    assert plan.count("Index") >= 9


@pytest.mark.parametrize("text", [NEWEST, KNOWN])
def test_a_version_is_found_by_its_key(text: str) -> None:
    assert "Seq Scan" not in plan_of(text)
