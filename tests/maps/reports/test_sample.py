"""A sample for a survey: by chance, the same from the same seed, and nobody recognizable."""

import csv
from io import StringIO

import pytest

from core.models import AuditEntry
from tests.conftest import client_of
from tests.inspections.conftest import Ward, case_in, evidence_folder, ward

__all__ = ["evidence_folder", "ward"]

pytestmark = [pytest.mark.django_db, pytest.mark.mission("B18")]


def drawn(ward: Ward, who: str, **asked: str | int) -> list[dict[str, str]]:
    answer = client_of(ward.people[who]).get("/sheets/sample.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_the_same_seed_draws_the_same_and_tells_nobody(ward: Ward) -> None:
    cases = [case_in(ward, "closed", text=f"张三家门口第 {n} 盏") for n in range(4)]
    case_in(ward, "checked")
    everything = drawn(ward, "lu", seed="a", size=10)
    assert len(everything) == 4
    first = [row["reference"] for row in drawn(ward, "lu", seed="a", size=2)]
    assert first == [row["reference"] for row in drawn(ward, "ada", seed="a", size=2)]
    orders = {
        tuple(row["reference"] for row in drawn(ward, "lu", seed=str(seed), size=4))
        for seed in range(6)
    }
    assert len(orders) > 1
    text = str(everything)
    assert not any(case.number in text for case in cases)
    assert "张三" not in text
    assert {row["outcome"] for row in everything} == {"solved"}
    entry = AuditEntry.objects.filter(act="draw_sample").order_by("id")[0]
    assert (entry.details["seed"], entry.details["drawn"]) == ("a", 4)
    assert drawn(ward, "lu", seed="a", until="2020-01-01") == []


def test_who_may_not_draw(ward: Ward) -> None:
    for name in ("di", "bo", "cy", "vi"):
        answer = client_of(ward.people[name]).get("/sheets/sample.csv", {"seed": "a"})
        assert answer.status_code == 403
    assert client_of(ward.lu).get("/sheets/sample.csv").status_code == 400
