"""A change set over HTTP, as the console uses it: begun, filled by hand and by file, previewed, published."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from grid.organizations.models import Role
from tests import factories
from tests.conftest import client_of
from tests.inspections.changes.conftest import owned
from tests.inspections.conftest import Ward, case_in

pytestmark = pytest.mark.django_db
BASE = "/api/v1/change-sets/"


def test_the_way_of_a_change_set(street: Ward) -> None:
    case = case_in(street, "dispatched")
    ada = client_of(street.ada)
    eli = client_of(factories.member("eli", Role.LEADER, street.bodies["centre"]))
    begun = ada.post(BASE, {"title": "西片移交", "reason": "签字"}, format="json").json()
    assert (begun["state"], begun["items"], begun["may_edit"]) == ("draft", [], True)
    address = f"{BASE}{begun['number']}/"
    edit = {"layer": "ownership", "features": owned("own-new", "URBAN")}
    filled = ada.post(f"{address}items/", edit, format="json")
    assert filled.status_code == 201
    file = SimpleUploadedFile("单位.csv", "code,name\nNEW,新所\n".encode())
    sent = {"layer": "organizations", "file": file, "options": json.dumps({"keep_good": True})}
    filled = ada.post(f"{address}items/", sent, format="multipart").json()
    told = [(i["layer"], i["filename"], i["created"], i["by"]) for i in filled["items"]]
    assert told == [
        ("ownership", "edit.geojson", 1, "ada"),
        ("organizations", "单位.csv", 1, "ada"),
    ]
    asked = {"base_version": filled["version"]}
    shown = ada.post(f"{address}preview/", asked, format="json", HTTP_IDEMPOTENCY_KEY="k1").json()
    assert (shown["impact"]["facilities"], shown["impact"]["cases"], shown["stale"]) == (
        3,
        1,
        False,
    )
    assert {act["act"] for act in shown["available_acts"]} == {"preview", "withdraw"}
    again = ada.post(f"{address}preview/", asked, format="json", HTTP_IDEMPOTENCY_KEY="k1")
    assert (again.status_code, again.json()) == (200, shown)
    page = ada.get(f"{address}impact/?kind=facilities&limit=2").json()
    assert page["features"][0]["properties"]["to"] == {"code": "URBAN", "name": "城管局"}
    rest = ada.get(page["next"]).json()
    codes = [f["properties"]["code"] for f in page["features"] + rest["features"]]
    assert (sorted(codes), rest["next"]) == (["lamp-0", "lamp-1", "lamp-2"], None)
    (own,) = ada.get(f"{address}impact/?kind=cases").json()["features"]
    assert own["properties"]["number"] == case.number
    table = ada.get(f"{address}impact.csv?kind=facilities").getvalue().decode("utf-8-sig")
    assert any(
        line.startswith("facility,lamp-0,0118,,HOUSING,住建委,presumed,URBAN,城管局,presumed,")
        for line in table.splitlines()
    )
    drawn = json.loads(ada.get(f"{address}impact.geojson").getvalue())
    assert len(drawn["features"]) == 4
    refused = ada.post(f"{address}publish/", {}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_needed")
    offered = {act["act"] for act in eli.get(address).json()["available_acts"]}
    assert offered == {"publish"}
    done = eli.post(f"{address}publish/", {"base_version": shown["version"]}, format="json").json()
    assert (done["state"], done["approver"]) == ("published", "eli")
    (marked,) = ada.get("/api/v1/cases/?ground_changed=true").json()["features"]
    assert marked["properties"]["ground_changed"]["to"] == {"code": "URBAN", "name": "城管局"}
    kept = ada.post(
        f"/api/v1/cases/{case.number}/keep_body/", {"reason": "已进场"}, format="json"
    ).json()
    assert kept["properties"]["ground_changed"] is None


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"layer": "ownership", "features": owned("own-new", "无此单位")}, "rows_rejected"),
        ({"layer": "calendar", "features": owned("own-new", "URBAN")}, "unknown_layer"),
        ({"layer": "ownership", "features": {"type": "Feature"}}, "invalid"),
        (
            {"layer": "ownership", "features": owned("a", "URBAN"), "options": {"draft": True}},
            "unknown_option",
        ),
        (
            {"layer": "ownership", "features": owned("a", "URBAN"), "options": {"columns": [1]}},
            "unknown_option",
        ),
    ],
)
def test_what_cannot_be_loaded_is_refused_by_name_and_kept_nowhere(
    street: Ward, sent: dict[str, Any], code: str
) -> None:
    ada = client_of(street.ada)
    number = ada.post(BASE, {"title": "错"}, format="json").json()["number"]
    refused = ada.post(f"{BASE}{number}/items/", sent, format="json")
    assert (refused.status_code, refused.json()["code"]) == (400, code)
    assert ada.get(f"{BASE}{number}/").json()["items"] == []


def test_an_item_is_taken_out(street: Ward) -> None:
    ada = client_of(street.ada)
    number = ada.post(BASE, {"title": "取出"}, format="json").json()["number"]
    edit = {"layer": "ownership", "features": owned("own-new", "URBAN")}
    (item,) = ada.post(f"{BASE}{number}/items/", edit, format="json").json()["items"]
    left = ada.delete(f"{BASE}{number}/items/{item['id']}/")
    assert (left.status_code, left.json()["items"]) == (200, [])
    assert ada.delete(f"{BASE}{number}/items/{item['id']}/").status_code == 404
    assert (
        client_of(street.cy).post(f"{BASE}{number}/items/", edit, format="json").status_code == 403
    )
