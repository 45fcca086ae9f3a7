"""`manage.py whose` and `GET /api/v1/jurisdiction/`: the contract as scripts call it."""

import csv
import json
from io import StringIO
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from shapely import Point, box

from core.models import User
from grid.ground.datums import from_wgs84, parse_datum
from grid.ground.models import City, GroundVersion
from tests import factories
from tests.conftest import client_of
from tests.grid.jurisdiction import ground

KEYS = {
    "outcome",
    "responsible",
    "supervisor",
    "dispatch_to",
    "custodian",
    "role",
    "rule",
    "margin_m",
    "position",
    "cell",
    "area",
    "shares",
    "claims",
    "explanation",
}


@pytest.fixture
def version(city: City) -> GroundVersion:
    version = factories.version()
    ground.cell("c1", box(0, 0, 1000, 1000), version)
    ground.ownership("w", "W", box(0, 0, 500, 1000), version, document="权属证")
    ground.ownership("e", "E", box(500, 0, 1000, 1000), version)
    thing = ground.facility("L1", "lamp", Point(100, 100), version)
    ground.party(thing, "maintainer", "M", version)
    return version


def ask(*arguments: str) -> str:
    out = StringIO()
    call_command("whose", *arguments, stdout=out)
    return out.getvalue()


def test_json_has_the_contract_keys(version: GroundVersion) -> None:
    place = ground.place(250, 250)
    answer = json.loads(ask("--lon", str(place.lon), "--lat", str(place.lat), "--json"))
    assert set(answer) >= KEYS
    assert answer["responsible"] == {"code": "W", "name": "W局"}
    assert answer["claims"] == [
        {
            "rule": 8,
            "organization": {"code": "W", "name": "W局"},
            "role": "owner",
            "source": {"type": "ownership_area", "code": "w"},
            "document": "权属证",
            "valid_from": None,
            "valid_to": None,
            "via": None,
            "speaks": True,
        }
    ]
    assert set(answer["explanation"]) == {"zh-Hans", "en"}
    assert answer["position"] == pytest.approx([place.lon, place.lat])
    assert answer["cell"] == "c1"


def test_words_in_both_languages(version: GroundVersion) -> None:
    told = ask("--facility", "L1")
    assert "推定：M局负责" in told
    assert "Presumed: M局 answers" in told


def test_datum_of_the_question_is_converted(version: GroundVersion) -> None:
    place = ground.place(250, 250)
    lon, lat = from_wgs84([place.lon], [place.lat], parse_datum("gcj02"))
    answer = json.loads(
        ask("--lon", str(lon[0]), "--lat", str(lat[0]), "--datum", "gcj02", "--json")
    )
    assert answer["position"] == pytest.approx([place.lon, place.lat], abs=1e-7)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say where"),
        (["--lon", "109"], "go together"),
        (["--lon", "109", "--lat", "99"], "lat 99"),
        (["--lon", "109", "--lat", "31", "--category", "nope"], "no category 'nope'"),
        (["--facility", "nope"], "no facility 'nope'"),
        (["--lon", "109", "--lat", "31", "--at", "soon"], "not a date"),
        (["--lon", "109", "--lat", "31", "--datum", "mars"], "wgs84"),
        (["--batch", "/nowhere.csv", "--out", "/tmp/x.csv"], "no file"),  # noqa: S108
        (["--batch", __file__, "--out", "/nowhere/x.csv"], "no folder /nowhere"),
        (["--batch", __file__, "--out", "/tmp"], "/tmp is a folder"),  # noqa: S108
        (
            ["--batch", "a.csv", "--out", "b.csv", "--category", "0118"],
            "--category asks .* columns",
        ),
        (["--batch", "a.csv", "--out", "b.csv", "--role", "owner"], "--role"),
    ],
)
def test_bad_questions_get_one_clear_line(
    version: GroundVersion, arguments: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        ask(*arguments)


def _batch(path: Path, rows: list[dict[str, object]]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_batch_csv_and_parquet(version: GroundVersion, tmp_path: Path) -> None:
    west, outside = ground.place(250, 250), ground.place(5000, 0)
    rows: list[dict[str, object]] = [
        {"id": "a", "lon": west.lon, "lat": west.lat, "facility": ""},
        {"id": "b", "lon": outside.lon, "lat": outside.lat, "facility": ""},
        {"id": "c", "lon": "", "lat": "", "facility": "L1"},
    ]
    source = _batch(tmp_path / "in.csv", rows)
    ask("--batch", str(source), "--out", str(tmp_path / "out.csv"), "--margin")
    ask("--batch", str(source), "--out", str(tmp_path / "out.parquet"))
    with (tmp_path / "out.csv").open() as file:
        answers = list(csv.DictReader(file))
    assert list(answers[0]) == [
        "id",
        "lon",
        "lat",
        "cell",
        "area",
        "outcome",
        "responsible",
        "custodian",
        "rule",
        "margin_m",
    ]
    assert [(a["id"], a["outcome"], a["responsible"]) for a in answers] == [
        ("a", "presumed", "W"),
        ("b", "outside", ""),
        ("c", "presumed", "M"),
    ]
    assert float(answers[0]["margin_m"]) == pytest.approx(250, abs=0.05)
    table = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [r["responsible"] for r in table] == ["W", None, "M"]


def test_batch_answers_the_good_rows_and_names_the_bad(
    version: GroundVersion, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    west = ground.place(250, 250)
    source = _batch(
        tmp_path / "in.csv",
        [
            {"id": "good", "lon": west.lon, "lat": west.lat, "category": "", "accuracy_m": ""},
            {"id": "bad", "lon": west.lon, "lat": west.lat, "category": "nope", "accuracy_m": ""},
            {"id": "blank", "lon": "", "lat": west.lat, "category": "", "accuracy_m": ""},
            {"id": "far", "lon": west.lon, "lat": west.lat, "category": "", "accuracy_m": "30m"},
        ],
    )
    with pytest.raises(SystemExit):
        ask("--batch", str(source), "--out", str(tmp_path / "out.csv"))
    with (tmp_path / "out.csv").open() as file:
        answers = [(a["id"], a["outcome"]) for a in csv.DictReader(file)]
    assert answers == [
        ("good", "presumed"),
        ("bad", "undetermined"),
        ("blank", "undetermined"),
        ("far", "undetermined"),
    ]
    told = capsys.readouterr().err
    assert "bad: there is no category 'nope'" in told
    assert "blank: lon and lat are missing" in told
    assert "far: accuracy_m must be a number, not '30m'" in told


def test_http_gives_the_same_answer(version: GroundVersion, bo: User) -> None:
    place = ground.place(250, 250)
    asked = {"lon": str(place.lon), "lat": str(place.lat), "at": "2026-11-21"}
    told = json.loads(
        ask("--lon", asked["lon"], "--lat", asked["lat"], "--at", "2026-11-21", "--json")
    )
    response = client_of(bo).get("/api/v1/jurisdiction/", asked)
    assert response.status_code == 200
    assert response.json() == told


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ({"lon": "x", "lat": "31"}, 400, "invalid"),
        ({"lon": "nan", "lat": "31"}, 400, "invalid_place"),
        ({}, 400, "no_place"),
        ({"lon": "109", "lat": "31", "category": "nope"}, 400, "unknown_category"),
        ({"facility": "nope"}, 404, "unknown_facility"),
        ({"path": "CIRCULARSTRING(0 0,1 1,2 0)"}, 400, "invalid_path"),
        ({"lon": "109", "lat": "31", "color": "red"}, 400, "invalid"),
    ],
)
def test_http_refusals_are_problems(
    version: GroundVersion, bo: User, query: dict[str, str], status: int, code: str
) -> None:
    response = client_of(bo).get("/api/v1/jurisdiction/", query)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == code


def test_http_needs_a_member(version: GroundVersion, stranger: User) -> None:
    query = {"lon": "109", "lat": "31"}
    assert client_of(None).get("/api/v1/jurisdiction/", query).status_code in {401, 403}
    assert client_of(stranger).get("/api/v1/jurisdiction/", query).status_code == 403
