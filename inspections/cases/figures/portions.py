"""How a figure is told: a rate with what it is made of, spans of time by their share."""

from datetime import timedelta
from typing import Any

from django.db.models import Aggregate, DurationField


class Percentile(Aggregate):
    """https://www.postgresql.org/docs/current/functions-aggregate.html, `percentile_cont`."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"

    def __init__(self, expression: Any, share: float) -> None:
        """`share`: 0.95 for the value below which 95 % lie."""
        super().__init__(expression, share=share, output_field=DurationField())


def share(numerator: int, denominator: int) -> dict[str, Any]:
    """A rate with what it is made of; null where there is nothing to divide by."""
    rate = round(numerator / denominator, 4) if denominator else None
    return {"numerator": numerator, "denominator": denominator, "rate": rate}


def seconds(span: timedelta | None) -> float | None:
    """A span in seconds, to the tenth."""
    return round(span.total_seconds(), 1) if span is not None else None
