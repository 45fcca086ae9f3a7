"""Tiles: what stands in them, who gets them, and that an unchanged ground is not sent again."""

import gzip
from pathlib import Path

import geopandas
import pandas
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from psycopg.types.range import Range

from grid.facilities.models import FacilityRecord
from maps.tiles.models import DrawnTile
from tests.maps import small_city
from tests.maps.small_city import SmallCity
from tests.maps.tiles import decode, tile_at

pytestmark = pytest.mark.mission("D9")


def layers(client: Client, folder: Path, layer: str, z: int) -> dict[str, geopandas.GeoDataFrame]:
    """The decoded tile of a layer at the middle of Tongfeng Road."""
    x, y = tile_at(z)
    answer = client.get(f"/tiles/{layer}/{z}/{x}/{y}.mvt")
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "application/vnd.mapbox-vector-tile"
    return decode(answer.content, folder, z, x, y)


def test_facilities_lie_where_they_are_with_category_and_handover(
    member: Client, tmp_path: Path
) -> None:
    facilities = layers(member, tmp_path, "facilities", 16)["facilities"].set_index("code")
    assert facilities.loc["T2", ["category", "handover"]].tolist() == ["0106", "refused"]
    assert facilities.loc["H5", "handover"] == "signed"
    assert pandas.isna(facilities.loc["M2", "handover"])
    assert facilities.loc["S1", "state"] == "damaged"
    lon, lat = small_city.degrees_of(120, 306)
    place = facilities.geometry["T2"]
    assert (place.x, place.y) == pytest.approx((lon, lat), abs=2e-6)  # a unit of the tile: 0.15 m


def test_low_zoom_counts_facilities_in_bins(member: Client, tmp_path: Path) -> None:
    bins = layers(member, tmp_path, "facilities", 12)["facilities"]
    assert bins["n"].sum() == 26  # 18 lamps, 7 manholes, a sign; lines and polygons are no points
    assert bins["troubled"].sum() == 9
    assert len(bins) < 26
    alone = bins[bins["n"] == 1]
    assert set(alone["code"]) <= {f"{kind}{i}" for kind in "THMS" for i in range(1, 10)}
    assert bins[bins["n"] > 1]["code"].isna().all()


def test_cells_from_zoom_13_with_labels_from_15(member: Client, tmp_path: Path) -> None:
    x, y = tile_at(12)
    assert member.get(f"/tiles/cells/12/{x}/{y}.mvt").status_code == 204
    assert list(layers(member, tmp_path, "cells", 13)) == ["cells"]
    deep = layers(member, tmp_path, "cells", 15)
    assert sorted(deep) == ["cell_labels", "cells"]
    assert "500101001001019" in set(deep["cells"]["code"])
    assert deep["cell_labels"]["code"].is_unique


def test_ownership_tells_body_kind_and_missing_paper(member: Client, tmp_path: Path) -> None:
    areas = layers(member, tmp_path, "ownership", 14)["ownership"].set_index("code")
    assert areas.loc["OA-2", ["kind", "name"]].tolist() == ["red_line", "锦绣花园物业服务有限公司"]
    assert bool(areas.loc["OA-2", "unproven"])
    assert pandas.isna(areas.loc["OA-1", "unproven"])
    assert areas.loc["OA-1", "categories"] == ",0106,0201,"
    assert pandas.isna(areas.loc["OA-2", "categories"])


def test_base_draws_the_city_by_zoom(member: Client, tmp_path: Path) -> None:
    far = layers(member, tmp_path / "far", "base", 10)
    near = layers(member, tmp_path / "near", "base", 14)
    assert sorted(near) == ["area_labels", "areas", "city", "land", "road_names", "roads"]
    assert set(far["roads"]["code"]) == {"R-HARBOUR"}
    assert {"R-HARBOUR", "R-TONGFENG", "R-LANE"} <= set(near["roads"]["code"])
    assert set(near["land"]["class"]) == {"water", "green"}
    assert set(far["areas"]["level"]) == {"district", "subdistrict"}
    assert "通丰路" in set(near["road_names"]["name"])


@pytest.mark.parametrize("layer", ["facilities", "cells", "ownership", "base"])
def test_unchanged_ground_is_answered_with_304(member: Client, layer: str) -> None:
    x, y = tile_at(14)
    address = f"/tiles/{layer}/14/{x}/{y}.mvt"
    first = member.get(address)
    assert first["Cache-Control"].startswith("private")
    again = member.get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    small_city.publish_again()
    changed = member.get(address, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


def test_low_zoom_tile_is_drawn_once_per_version(member: Client) -> None:
    x, y = tile_at(12)
    address = f"/tiles/facilities/12/{x}/{y}.mvt"
    first = member.get(address)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        second = member.get(address)
    assert second.content == first.content
    assert not [q for q in queries if "ST_AsMVT" in q["sql"]]
    small_city.publish_again()
    assert member.get(address).content != first.content
    assert DrawnTile.objects.count() == 1


def test_compressed_once_and_only_for_who_takes_it(member: Client) -> None:
    x, y = tile_at(14)
    address = f"/tiles/base/14/{x}/{y}.mvt"
    plain = member.get(address)
    packed = member.get(address, headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert "Accept-Encoding" in packed["Vary"]


def test_superseded_and_expired_rows_are_not_drawn(
    member: Client, town: SmallCity, tmp_path: Path
) -> None:
    small_city.publish_again()
    lamp = FacilityRecord.objects.get(facility__code="T2")
    FacilityRecord.objects.filter(pk=lamp.pk).update(
        recorded_during=Range(town.version.number, 2, "[)")
    )
    facilities = layers(member, tmp_path, "facilities", 16)["facilities"]
    assert "T2" not in set(facilities["code"])
    assert "T3" in set(facilities["code"])


@pytest.mark.parametrize(
    "address",
    ["cells/3/8/0", "cells/3/0/8", "cells/23/0/0", "nothing/3/0/0", "cells/2147483648/0/0"],
)
def test_a_tile_outside_the_pyramid_is_not_found(member: Client, address: str) -> None:
    assert member.get(f"/tiles/{address}.mvt").status_code == 404


def test_far_away_is_empty(member: Client) -> None:
    for layer in ("facilities", "cells", "ownership", "base"):
        answer = member.get(f"/tiles/{layer}/14/0/0.mvt")
        assert (answer.status_code, answer.content) == (204, b"")


def test_world_tile_is_drawn(member: Client, tmp_path: Path) -> None:
    answer = member.get("/tiles/facilities/0/0/0.mvt")
    assert decode(answer.content, tmp_path, 0, 0, 0)["facilities"]["n"].sum() == 26


def test_strangers_get_no_tile(town: SmallCity, client: Client) -> None:
    for layer in ("facilities", "cells", "ownership", "base", "cases"):
        assert client.get(f"/tiles/{layer}/14/0/0.mvt").status_code == 401
