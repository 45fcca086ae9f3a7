"""Runs a management command; what the operator can mend is said in one line, without a traceback."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.executor import MigrationExecutor


def run(arguments: list[str]) -> int:
    """Run the command and return the exit code; a bug still shows its traceback."""
    try:
        execute_from_command_line(arguments)
    except KeyboardInterrupt:
        return 130
    except ImproperlyConfigured as error:
        return _refuse(str(error))
    except OperationalError as error:
        if connection.connection is not None:
            raise
        return _refuse(_no_database(error))
    except ProgrammingError:
        if not _is_unmigrated():
            raise
        return _refuse("The database is not migrated: run 'manage.py migrate' first.")
    return 0


def _refuse(message: str) -> int:
    sys.stderr.write(f"{message}\n")
    return 1


def _no_database(error: OperationalError) -> str:
    said = " ".join(str(error).split())
    if os.environ.get("DATABASE_URL"):
        return f"DATABASE_URL leads to no database: {said}"
    return (
        "The embedded PostGIS cluster does not answer: start it with 'manage.py embedded start', "
        f"or set DATABASE_URL. ({said})"
    )


def _is_unmigrated() -> bool:
    """Whether migrations are missing, so that an unknown table is no bug."""
    try:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError:
        return False
