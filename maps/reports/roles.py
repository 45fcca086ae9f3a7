"""The four roles at one place: the same question, asked for each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shapely import from_wkt

from grid.catalogue.models import Category
from grid.facilities.models import Facility
from grid.jurisdiction.asking import Place
from grid.jurisdiction.use_cases import decide

ROLES = ("owner", "maintainer", "builder", "payer")


def roles_of(question: Mapping[str, Any], version: int) -> list[tuple[str, str]]:
    """(role, name of the body that answers in it, empty for nobody), of a question, fresh or stored."""
    kind, _, code = question["category"].partition(":")
    path, at = question.get("path", ""), question["at"]
    at = datetime.fromisoformat(at) if isinstance(at, str) else at
    answers = (
        (
            role,
            decide(
                place=Place(question["lon"], question["lat"], question["accuracy_m"]),
                category=Category.objects.filter(kind=kind, code=code).first(),
                facility=Facility.objects.filter(code=question["facility"]).first(),
                path=from_wkt(path) if path else None,
                scenario=question["scenario"],
                role=role,
                at=at,
                version=version,
            ).as_json(),
        )
        for role in ROLES
    )
    return [(role, (told["responsible"] or {}).get("name", "")) for role, told in answers]
