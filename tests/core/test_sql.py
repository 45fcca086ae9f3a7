"""SQL files: found by app and name, run forward, and undone without a trace."""

from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from core.sql import RunSQLFile, sql_file
from tests.clones import Clone

TRACES = """
    SELECT 'function ' || proname FROM pg_proc WHERE proname LIKE 'core\\_%'
    UNION ALL SELECT 'relation ' || relname FROM pg_class
    WHERE relname LIKE 'core\\_%' AND relkind = 'r'
    UNION ALL SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
    AND tgrelid::regclass::text LIKE 'core\\_%'
    ORDER BY 1
"""


def traces() -> list[str]:
    """What the core has made in the database by hand."""
    with connection.cursor() as cursor:
        cursor.execute(TRACES)
        return [name for (name,) in cursor.fetchall()]


def test_a_file_is_found_beside_its_app() -> None:
    folder = sql_file("core", "0002_number_at_commit.sql").parent
    assert folder == Path(__file__).parents[2] / "core" / "sql"
    with pytest.raises(ValueError, match="no app 'nowhere'"):
        sql_file("nowhere", "0001.sql")


def test_every_file_has_its_undo() -> None:
    files = {path.name for path in Path(__file__).parents[2].glob("*/sql/*.sql")}
    does = {name for name in files if not name.endswith(".undo.sql")}
    assert files == does | {name.replace(".sql", ".undo.sql") for name in does}


def test_an_operation_runs_and_undoes_its_file() -> None:
    operation = RunSQLFile("core", "0002_number_at_commit")
    assert operation.reversible
    assert operation.describe() == "SQL file 0002_number_at_commit"


def test_numbering_undoes_without_a_trace(clone_db: Clone) -> None:
    made = traces()
    assert "function core_number_entries" in made
    call_command("migrate", "core", "0001", verbosity=0)
    assert [name for name in traces() if not name.startswith("relation")] == []
    assert "relation core_commit_mark" not in traces()
    call_command("migrate", verbosity=0)
    assert traces() == made
