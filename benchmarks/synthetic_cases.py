"""Many cases at once: copies of one case with the part its bodies have of it, each with its own number."""

from django.db import connection, models

from inspections.cases.models import Assignment, Case


def multiply(case: Case, times: int) -> None:
    """Add so many copies of a case and of its assignments; what else is about it is not copied."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO inspections_case ({_columns(Case)}, number)
            SELECT {_columns(Case)}, number || '-' || copy
            FROM inspections_case, generate_series(1, %(times)s) AS copy WHERE id = %(case)s
            """,
            {"times": times, "case": case.pk},
        )
        cursor.execute(
            f"""
            INSERT INTO inspections_assignment ({_columns(Assignment)}, case_id)
            SELECT {_columns(Assignment, "assigned.")}, copy.id
            FROM inspections_case AS copy, inspections_assignment AS assigned
            WHERE copy.number LIKE %(like)s AND assigned.case_id = %(case)s
            """,
            {"like": f"{case.number}-%", "case": case.pk},
        )
        cursor.execute("ANALYZE inspections_case, inspections_assignment")


def _columns(model: type[models.Model], prefix: str = "") -> str:
    own = {"id", "number", "case_id"}
    return ", ".join(
        f"{prefix}{field.column}"
        for field in model._meta.concrete_fields
        if field.column not in own and not field.generated
    )
