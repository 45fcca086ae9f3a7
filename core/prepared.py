"""Statements that a connection plans once: Django binds on the client, so it plans each anew."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connection


def prepared_rows(statement: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement prepared on this connection, values bound on the server, in binary.

    Its plan is generic (`plan_cache_mode` in the settings): it must be good for any values. The
    text must be a constant of the program: each text is a plan that the connection keeps.
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(statement, values, prepare=True, binary=True)
        return cursor.fetchall()
