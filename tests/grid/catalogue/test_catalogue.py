"""The catalogue as a city brings it: large, whole, reviewed, and quickly asked."""

import csv
import time
from pathlib import Path

import pytest
from django.utils import timezone
from shapely import box

from core.models import User
from exchange.layers.base import Options
from exchange.report import Report
from exchange.use_cases import load_layer
from grid.catalogue.heirs import goes_on_as
from grid.catalogue.models import Category, CategoryHeir, Duty
from grid.ground.models import City
from grid.jurisdiction.asking import Place, category_of
from grid.jurisdiction.use_cases import decide
from tests import factories

WHOLE = {
    "kind": "matter",
    "role": "maintainer",
    "organization": "URBAN",
    "legal_basis": "《城市市容和环境卫生管理条例》",
    "standard": "清理干净",
    "resolve_by": "4wh",
    "reviewed_by": "司法局",
    "reviewed_on": "2026-06-15",
}


def load(folder: Path, rows: list[dict[str, str]], actor: User) -> tuple[Report, list[str]]:
    """Load rows as a catalogue; the report, and why rows were refused."""
    path = folder / "catalogue.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["category", "name", "parent", "replaces", "ends", *WHOLE])
        writer.writeheader()
        writer.writerows(rows)
    refused: list[str] = []
    report = load_layer(
        Options(layer="catalogue", file=path),
        actor=actor,
        rejects=lambda found: refused.extend(f"{row.code}: {row.message}" for row in found),
    )
    return report, refused


@pytest.mark.mission("P5")
def test_nineteen_majors_and_1285_minors_load_and_are_asked_in_under_50_ms(
    city: City, ada: User, tmp_path: Path
) -> None:
    body = factories.organization("URBAN", "城市管理局")
    factories.cells({"C1": box(0, 0, 1000, 1000)}, factories.version())
    majors = [{"category": f"{n:02d}", "name": f"大类{n}", "kind": "matter"} for n in range(1, 20)]
    minors = [
        {**WHOLE, "category": f"{n % 19 + 1:02d}{n:04d}", "name": f"小类{n}", "parent": f"{n % 19 + 1:02d}"}
        for n in range(1285)
    ]  # fmt: skip
    report, refused = load(tmp_path, [*majors, *minors], ada)
    assert (refused, report.created) == ([], 1304)
    assert Category.objects.filter(parent=None).count() == 19
    assert Duty.objects.current().count() == 1285
    took = []
    for n in range(0, 1285, 64):
        start = time.perf_counter()
        duty = Duty.objects.current().in_force(timezone.now()).get(category=category_of(f"小类{n}"))
        took.append(time.perf_counter() - start)
        assert duty.organization_id == body.pk
    assert min(took) < 0.05  # what the look-up costs; what else the machine does is not its fault
    lon, lat = factories.degrees(box(0, 0, 100, 100)).centroid.coords[0]
    answer = decide(place=Place(lon, lat), category=category_of("小类1284")).as_json()
    assert answer["responsible"]["code"] == "URBAN"


@pytest.mark.mission("P6", "P7")
@pytest.mark.parametrize(
    "blank", ["role", "legal_basis", "standard", "resolve_by", "reviewed_by", "reviewed_on"]
)
def test_duty_that_is_not_whole_or_not_reviewed_is_refused(
    city: City, ada: User, tmp_path: Path, blank: str
) -> None:
    factories.organization("URBAN", "城市管理局")
    row = {**WHOLE, "category": "06010", "name": "暴露垃圾", blank: ""}
    report, refused = load(tmp_path, [row], ada)
    assert (report.rejected, report.created) == (1, 0)
    assert refused[0].startswith("duty_incomplete")
    assert blank in refused[0]
    assert Duty.objects.count() == 0


@pytest.mark.mission("P4")
def test_a_file_says_which_classes_go_on_as_which(city: City, ada: User, tmp_path: Path) -> None:
    factories.organization("URBAN", "城市管理局")
    factories.version()
    first = [{**WHOLE, "category": code, "name": code} for code in ("0101", "0102")]
    assert load(tmp_path, first, ada)[1] == []
    heir = {**WHOLE, "category": "0109", "name": "井盖", "replaces": "0101;0102"}
    (refused,) = load(tmp_path, [heir | {"replaces": "0101;0999"}], ada)[1]
    assert "0999" in refused
    ends = [{"category": code, "kind": "matter", "ends": "yes"} for code in ("0101", "0102")]
    assert load(tmp_path, [heir, *ends], ada)[1] == []
    assert load(tmp_path, [heir], ada)[1] == []  # said twice, it is one
    told = CategoryHeir.objects.order_by("pk").values_list("former__code", "heir__code")
    assert sorted(told) == [("0101", "0109"), ("0102", "0109")]
    assert goes_on_as(category_of("0101")).code == "0109"
