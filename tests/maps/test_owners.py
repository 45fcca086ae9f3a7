"""The owners' portal: what is whose, what is coming, what is refused, and what proves it."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.cache import cache
from django.db import connection
from django.http import StreamingHttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core.models import User
from grid.facilities.models import Facility, FacilityParty, FacilityRecord
from grid.ground.models import since
from grid.handover.models import Handover
from grid.organizations.models import Organization
from inspections.cases.models import Case
from maps.owners import queries
from maps.owners.queries import Filters
from tests.maps import small_city
from tests.maps.small_city import SmallCity
from tests.maps.test_case_tiles import client_of, report
from tests.maps.test_plans import LARGE, crowd, tables_read_whole

pytestmark = pytest.mark.mission("D10")

CITY_BOX = ",".join(
    f"{one:.6f}" for one in (*small_city.degrees_of(-50, -50), *small_city.degrees_of(650, 650))
)


@pytest.fixture(autouse=True)
def forget() -> None:
    """Figures of another test's ground."""
    cache.clear()


def counted(client: Client, **query: str) -> tuple[dict[str, int], dict[str, int]]:
    """Facilities by part and by state."""
    answer = client.get("/owners/summary.json", query)
    assert answer.status_code == 200, answer.content
    parts: dict[str, int] = {}
    states: dict[str, int] = {}
    for group in answer.json()["groups"]:
        states[group["state"]] = states.get(group["state"], 0) + group["count"]
        for part in group["parts"]:
            parts[part] = parts.get(part, 0) + group["count"]
    return parts, states


def codes(client: Client, **query: Any) -> set[str]:
    """The codes of the rows."""
    answer = client.get("/owners/facilities.json", query)
    assert answer.status_code == 200, answer.content
    return {row["code"] for row in answer.json()["results"]}


T = {f"T{i}" for i in range(1, 10)}
H = {f"H{i}" for i in range(1, 10)}


def test_receiver_sees_what_is_theirs_and_what_they_refused(town: SmallCity) -> None:
    urban = client_of("ur", "owner", "URBAN")
    assert counted(urban) == ({"held": 9, "coming": 9}, {"signed": 9, "refused": 9})
    assert codes(urban, part="held") == H
    assert codes(urban, part="coming", state="refused") == T
    row = urban.get("/owners/facilities.json", {"q": "T3"}).json()["results"]
    assert [(one["code"], one["giver"], one["receiver"], one["state"]) for one in row] == [
        ("T3", "方格城市建设开发有限公司", "方格区城市管理局", "refused")
    ]


def test_builder_still_holds_what_nobody_received(town: SmallCity) -> None:
    builder = client_of("bu", "owner", "BUILDER")
    assert counted(builder) == ({"held": 9, "leaving": 9}, {"refused": 9})
    giver = client_of("ho", "handler", "HOUSING")
    assert counted(giver) == ({"given": 9}, {"signed": 9})


def test_project_never_handed_over_is_told_from_nothing_on_record(town: SmallCity) -> None:
    builder, water = (Organization.objects.get(code=code) for code in ("BUILDER", "WATER"))
    for code, role, body in (("M1", "builder", builder), ("M2", "owner", water)):
        FacilityParty.objects.create(
            facility=Facility.objects.get(code=code), role=role, organization=body,
            recorded_during=since(town.version.number),
        )  # fmt: skip
    assert codes(client_of("bu", "owner", "BUILDER"), state="not_handed_over") == {"M1"}
    assert codes(client_of("wa", "owner", "WATER"), state="none") == {"M2"}


def test_signed_without_a_paper_passes_nothing_on(town: SmallCity) -> None:
    housing = Organization.objects.get(code="HOUSING")
    lamp = Facility.objects.get(code="H1")
    FacilityParty.objects.create(
        facility=lamp,
        role="owner",
        organization=housing,
        recorded_during=since(town.version.number),
    )
    giver = client_of("ho", "owner", "HOUSING")
    assert codes(giver, part="held") == set()
    lamp.handover_effects.update(document="")
    assert codes(giver, part="held") == {"H1"}


def test_body_with_nothing_sees_an_empty_portal(town: SmallCity) -> None:
    garden = client_of("ga", "owner", "GARDEN")
    assert counted(garden) == ({}, {})
    assert garden.get("/owners/summary.json").json()["bounds"] is None
    assert codes(garden) == set()
    empty = garden.get("/owners/map.json", {"bbox": CITY_BOX}).json()
    assert empty == {"points": [], "squares": []}


def test_ours_are_the_bodies_of_our_memberships_and_those_below(town: SmallCity) -> None:
    Organization.objects.filter(code="URBAN").update(
        parent=Organization.objects.get(code="DISTRICT")
    )
    leader = client_of("le", "leader", "DISTRICT")
    assert counted(leader) == ({}, {})
    assert counted(leader, below="1")[0] == {"held": 9, "coming": 9}
    assert counted(leader, body="URBAN")[0] == {"held": 9, "coming": 9}
    refused = leader.get("/owners/summary.json", {"body": "BUILDER"})
    assert (refused.status_code, refused.json()["code"]) == (404, "not_your_body")


def test_pages_by_key_at_equal_cost(town: SmallCity) -> None:
    urban = client_of("ur", "owner", "URBAN")
    seen: list[str] = []
    cursor: Any = ""
    while cursor is not None:
        page = urban.get("/owners/facilities.json", {"limit": "7", "cursor": cursor}).json()
        seen += [row["code"] for row in page["results"]]
        cursor = page["next"]
    assert len(seen) == 18
    assert set(seen) == T | H
    costs = []
    for limit in (1, 18):
        with CaptureQueriesContext(connection) as asked:
            urban.get(f"/owners/facilities.json?limit={limit}")
        costs.append(len(asked))
    assert costs[0] == costs[1]
    for wrong in ("!", "eA", "LTE"):
        assert urban.get("/owners/facilities.json", {"cursor": wrong}).status_code == 400


def test_map_and_list_show_the_same(town: SmallCity, monkeypatch: pytest.MonkeyPatch) -> None:
    urban = client_of("ur", "owner", "URBAN")
    shown = urban.get("/owners/map.json", {"bbox": CITY_BOX, "state": "refused"}).json()
    assert {point[0] for point in shown["points"]} == T
    west = ",".join(
        f"{one:.6f}" for one in (*small_city.degrees_of(0, 290), *small_city.degrees_of(200, 320))
    )
    assert codes(urban, bbox=west) == {"T1", "T2", "T3"}
    monkeypatch.setattr(queries, "MOST_POINTS", 5)
    many = urban.get("/owners/map.json", {"bbox": CITY_BOX, "across": "6"}).json()
    assert many["points"] == []
    assert sum(square[0] for square in many["squares"]) == 18
    assert sum(square[3] for square in many["squares"]) == 9  # refused


def test_facts_say_what_is_and_what_is_not_on_record(town: SmallCity) -> None:
    urban = client_of("ur", "owner", "URBAN")
    never = urban.get("/owners/facilities/M1.json").json()
    assert (never["state"], never["papers"]) == ("none", [])
    said = "".join(never["statement"]["zh-Hans"])
    assert "没有任何移交书、会议纪要或事实移交主张提到部件 M1" in said
    assert "（底册版本 1）" in said
    assert "no claim of a de facto handover" in " ".join(never["statement"]["en"])
    refused = urban.get("/owners/facilities/T3.json").json()
    assert refused["state"] == "refused"
    assert [held["organization"]["code"] for held in refused["held"]] == ["BUILDER"]
    assert refused["papers"][0]["proves"] is False
    assert "推定仍由其负责" in "".join(refused["statement"]["zh-Hans"])
    assert "台账没有写明拒收理由" in "".join(refused["statement"]["zh-Hans"])
    Handover.objects.filter(code="H-1").update(reason="亮灯率不足。")
    told = urban.get("/owners/facilities/T3.json").json()
    assert told["papers"][0]["reason"] == "亮灯率不足。"
    assert "理由：亮灯率不足。" in "".join(told["statement"]["zh-Hans"])
    assert refused["verdict"]["outcome"] == "presumed"
    signed = urban.get("/owners/facilities/H3.json").json()
    assert signed["papers"][0] | {"code": ""} == {
        "code": "", "kind": "signed", "state": "signed", "signed_on": "2024-05-01",
        "effective_on": "2024-05-01", "document": "方城管移〔2024〕12号", "proves": True, "reason": "",
        "from": "方格区住房和城乡建设委员会", "to": "方格区城市管理局",
    }  # fmt: skip
    assert {(one["role"], one["by"], one["handover"]) for one in signed["held"]} == {
        ("owner", "handover", "H-2"), ("maintainer", "handover", "H-2"),
    }  # fmt: skip
    assert signed["verdict"]["outcome"] == "settled"
    assert urban.get("/owners/facilities/nothing.json").json()["code"] == "no_such_facility"


def test_cases_on_a_facility_only_for_who_may_see_them(town: SmallCity, member: Client) -> None:
    report("C-1")
    Case.objects.update(facility=Facility.objects.get(code="T3"))
    owner = client_of("bu", "owner", "BUILDER")
    assert owner.get("/owners/facilities/T3.json").json()["cases"]["rows"] == []
    seen = member.get("/owners/facilities/T3.json").json()["cases"]["rows"]
    assert [case["number"] for case in seen] == ["C-1"]


def whole(answer: Any) -> bytes:
    """The streamed file."""
    assert answer.status_code == 200, answer
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(answer)


def test_files_hold_the_rows_and_run_nothing(town: SmallCity) -> None:
    lamp = FacilityRecord.objects.get(facility__code="T3")
    lamp.name = '=HYPERLINK("http://x","y")'
    lamp.save()
    urban = client_of("ur", "owner", "URBAN")
    text = whole(urban.get("/owners/handovers.csv", {"state": "refused"})).decode()
    assert text.startswith("\ufeff部件编码,")
    lines = {row["部件编码"]: row for row in csv.DictReader(io.StringIO(text[1:]))}
    assert set(lines) == T
    assert lines["T3"]["名称"] == "'" + lamp.name
    assert lines["T1"]["移交状态"] == "拒收"
    features = json.loads(whole(urban.get("/owners/handovers.geojson", {"part": "held"})))
    assert {one["id"] for one in features["features"]} == H
    assert features["features"][0]["properties"]["parties"]["owner"] == "方格区城市管理局"
    book = openpyxl.load_workbook(io.BytesIO(whole(urban.get("/owners/handovers.xlsx"))))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.value == lamp.name] == [lamp.name]
    assert "f" not in {cell.data_type for cell in cells}
    english = urban.get("/owners/handovers.csv", headers={"Accept-Language": "en"})
    assert whole(english).decode().startswith("\ufeffcode,")


def test_workbook_too_long_is_refused_with_the_remedy(
    town: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maps.owners.views.XLSX_ROWS", 17)
    refused = client_of("ur", "owner", "URBAN").get("/owners/handovers.xlsx")
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many_rows")


@pytest.mark.parametrize(
    "query", ["state=lost", "part=x", "bbox=1", "colour=red", "bbox=3,1,2,2", "limit=0"]
)
def test_misspelt_questions_are_told(town: SmallCity, query: str) -> None:
    assert (
        client_of("ur", "owner", "URBAN").get(f"/owners/facilities.json?{query}").status_code == 400
    )


@pytest.mark.parametrize(
    "address",
    ["summary.json", "facilities.json", f"map.json?bbox={CITY_BOX}", "facilities/T1.json",
     "handovers.csv"],
)  # fmt: skip
def test_strangers_and_people_without_a_role_learn_nothing(
    town: SmallCity, client: Client, address: str
) -> None:
    assert client.get(f"/owners/{address}").status_code == 401
    cy = User.objects.create_user("cy", password="c")
    client.force_login(cy, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/owners/{address}").status_code == 403


def test_page_asks_strangers_to_sign_in(town: SmallCity, client: Client) -> None:
    assert client.get("/owners/")["Location"].endswith("/login/?next=/owners/")


def test_among_a_million_the_rows_of_a_small_body_are_found_by_index(town: SmallCity) -> None:
    crowd(town)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grid_facility_party (facility_id, role, organization_id, document, "
            "valid_during, recorded_during) SELECT f.id, 'owner', o.id, '', "
            "tstzrange(NULL, NULL, '()'), int8range(%s, NULL, '[)') "
            "FROM grid_facility f, grid_organization o WHERE f.code LIKE 'X%%' AND o.code = 'WATER'",
            [town.version.number],
        )
        cursor.execute(  # a ledger has many papers, each with some facilities
            "INSERT INTO grid_handover (code, kind, state, document, from_organization_id, "
            "to_organization_id) SELECT 'C-' || n, 'signed', 'signed', '', h.from_organization_id, "
            "h.to_organization_id FROM generate_series(1, 300) n, grid_handover h WHERE h.code = 'H-2'"
        )
        cursor.execute(
            "UPDATE grid_handover_item i SET handover_id = h.id FROM grid_facility f, grid_handover h "
            "WHERE f.id = i.facility_id AND f.code LIKE 'X%' AND h.code = 'C-' || (1 + f.id % 300)"
        )
        cursor.execute("ANALYZE grid_facility_party, grid_handover, grid_handover_item")
    body = Organization.objects.get(code="BUILDER").pk
    assert len(queries.page(Filters(bodies=(body,)), 0, 50)) == 9
    statement, parameters = queries.page_statement(Filters(bodies=(body,)), 0, 50)
    read = tables_read_whole(statement, parameters)
    assert read & {*LARGE, "grid_facility_party"} == set()
