"""The base map: pictures for everybody, of streets and names and of nothing else."""

import io
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image, ImageColor
from pytest_django import Settings

from core.models import User
from grid.areas.models import Area
from grid.facilities.models import Facility, FacilityRecord
from grid.ground.models import City, GroundVersion, since
from maps.base import labels, look, queries, shelf
from maps.base.shelf import Shelf
from tests import factories
from tests.maps import small_city
from tests.maps.small_city import SmallCity
from tests.maps.tiles import tile_at

pytestmark = [pytest.mark.mission("D1"), pytest.mark.django_db]


@pytest.fixture(autouse=True)
def pictures(settings: Settings, tmp_path: Path) -> Path:
    """An empty shelf, and nothing remembered."""
    settings.MAP_PICTURES = tmp_path / "map"
    cache.clear()
    return tmp_path / "map"


def ask(z: int, x_m: float = 150, y_m: float = 306, dense: str = "") -> str:
    """The address of the picture that holds a place of the small city."""
    x, y = tile_at(z, x_m, y_m)
    return f"/tiles/base/{z}/{x}/{y}{dense}.png"


def image(client: Client, address: str) -> Image.Image:
    """The decoded picture, in all colours."""
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "image/png"
    return Image.open(io.BytesIO(answer.content)).convert("RGB")


def colours(picture: Image.Image) -> set[tuple[int, ...]]:
    """All colours of a picture."""
    return {colour for _, colour in picture.getcolors(1 << 20) or [] if isinstance(colour, tuple)}


def test_streets_water_and_green_are_drawn_for_strangers(town: SmallCity, client: Client) -> None:
    seen = colours(image(client, ask(15)))
    for colour in (look.PAPER, look.WATER, look.GREEN, look.ROADS[2].fill, look.ROADS[3].fill):
        assert ImageColor.getrgb(colour) in seen, colour
    assert ImageColor.getrgb(look.BEYOND) in seen  # the city ends within this square


@pytest.mark.parametrize(("dense", "side"), [("", 256), ("@2x", 512)])
def test_dense_screens_get_twice_the_pixels(
    town: SmallCity, client: Client, dense: str, side: int
) -> None:
    assert image(client, ask(16, dense=dense)).size == (side, side)


def test_neighbours_meet_without_a_seam(town: SmallCity, client: Client) -> None:
    z = 17
    x, y = tile_at(z, 300, 306)
    for left in (x - 1, x):  # one pair of the same square, one of two squares
        west, east = (image(client, f"/tiles/base/{z}/{at}/{y}.png") for at in (left, left + 1))
        edges = [
            [tile.getpixel((column, row)) for row in range(256)]
            for tile, column in ((west, 255), (east, 0))
        ]
        differing = sum(a != b for a, b in zip(*edges, strict=True))
        assert differing < 40  # edges of streets may fall between two pixels


def test_facilities_and_owners_do_not_show(town: SmallCity, client: Client) -> None:
    with_all = client.get(ask(17)).content
    lamps = FacilityRecord.objects.exclude(facility__code__startswith="R-").filter(
        facility__code__regex="^[THMS][0-9]"
    )
    lamps.update(recorded_during=since(town.version.number + 1))
    cache.clear()
    shelf_before = client.get(ask(17))
    assert shelf_before.content == with_all
    shown = {shape.layer for shape in queries.shapes(16, *(n // 2 for n in tile_at(17)))}
    assert shown <= {"city", "land", "area", "road", "road_name", "area_name"}


def test_pictures_change_with_what_is_drawn_alone(town: SmallCity, client: Client) -> None:
    first = client.get(ask(16, 150, 150))
    tag = {"If-None-Match": first["ETag"]}
    assert first["Cache-Control"] == "public, max-age=3600"
    again = client.get(ask(16, 150, 150), headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    small_city.publish_again()  # one lamp more: no street has changed
    assert client.get(ask(16, 150, 150), headers=tag).status_code == 304
    known = GroundVersion.objects.create(
        number=3, published_at=town.version.published_at, published_by=User.objects.get(), act="t"
    )
    old = FacilityRecord.objects.get(facility__code="R-LANE")
    fresh = Facility.objects.create(code="R-NEW")
    FacilityRecord.objects.create(
        facility=fresh, category=old.category, location=old.location, name="新路",
        attributes={"class": "primary"}, recorded_during=since(known.number),
    )  # fmt: skip
    changed = client.get(ask(16, 150, 150), headers=tag)
    assert changed.status_code == 200
    assert changed.content != first.content


def test_drawn_once_with_its_neighbours(town: SmallCity, client: Client, pictures: Path) -> None:
    first = client.get(ask(16))
    assert len(list(pictures.rglob("*.png"))) == 4
    with CaptureQueriesContext(connection) as asked:
        assert client.get(ask(16)).content == first.content
    assert len(asked) == 2  # the city's clock and the ground version
    assert client.get(ask(16, dense="@2x")).status_code == 200
    assert len(list(pictures.rglob("*.png"))) == 8


def test_far_away_is_plain_and_not_kept(town: SmallCity, client: Client, pictures: Path) -> None:
    far = image(client, "/tiles/base/12/0/0.png")
    assert colours(far) == {ImageColor.getrgb(look.BEYOND)}
    assert not pictures.exists()


def test_city_without_ground_is_plain_paper(client: Client) -> None:
    factories.city()
    assert colours(image(client, "/tiles/base/12/0/0.png")) == {ImageColor.getrgb(look.PAPER)}
    told = client.get("/tiles/base.json").json()
    assert (told["name"], told["bounds"], told["center"]) == ("方格市", None, None)


def test_page_learns_where_the_city_lies(town: SmallCity, client: Client) -> None:
    told = client.get("/tiles/base.json")
    assert told.json() | {"bounds": [], "center": []} == {
        "name": "方格市", "bounds": [], "center": [], "min_zoom": 10, "max_zoom": 19,
        "tiles": "/tiles/base/{z}/{x}/{y}{r}.png",
    }  # fmt: skip
    west, south = small_city.degrees_of(0, 0)
    assert told.json()["bounds"][:2] == pytest.approx([west, south], abs=1e-4)
    assert told.json()["center"] == pytest.approx(small_city.degrees_of(300, 300), abs=1e-4)
    assert (
        client.get("/tiles/base.json", headers={"If-None-Match": told["ETag"]}).status_code == 304
    )
    City.objects.all().delete()
    assert client.get("/tiles/base.json").json()["code"] == "no_city"


@pytest.mark.parametrize(
    "place", ["9/0/0", "20/0/0", "10/1024/0", "10/0/1024", "99999999999/0/0", "12/-1/0", "12/a/0"]
)
def test_picture_outside_the_pyramid_is_not_found(
    town: SmallCity, client: Client, place: str
) -> None:
    assert client.get(f"/tiles/base/{place}.png").status_code == 404


def test_without_a_chinese_font_the_map_has_no_names(
    town: SmallCity, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labels, "FOLDERS", ())
    labels.font_file.cache_clear()
    labels._face.cache_clear()
    try:
        seen = colours(image(client, ask(16)))
    finally:
        labels.font_file.cache_clear()
        labels._face.cache_clear()
    assert ImageColor.getrgb(look.ROADS[3].fill) in seen
    assert ImageColor.getrgb(look.ROAD_TEXT) not in seen


@pytest.mark.skipif(labels.font_file() is None, reason="no CJK font (fonts-noto-cjk)")
def test_streets_are_named(town: SmallCity, client: Client) -> None:
    Area.objects.all().delete()
    x, y = (n // 2 * 2 for n in tile_at(17))
    seen: set[tuple[int, ...]] = set()
    for east in (0, 1):
        for south in (0, 1):
            seen |= colours(image(client, f"/tiles/base/17/{x + east}/{y + south}@2x.png"))
    assert ImageColor.getrgb(look.ROAD_TEXT) in seen


def test_shelf_forgets_the_oldest_beyond_its_budget(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "BUDGET", 100)
    kept = Shelf(pictures, "key")
    for number in range(5):
        kept.keep(f"{number}.png", bytes(30))
    kept.tidy()
    assert kept.read("0.png") is None
    assert kept.read("4.png") == bytes(30)
    assert sum(path.stat().st_size for path in pictures.rglob("*.png")) <= 80


def test_reader_is_asked_to_come_back_when_all_draw(
    town: SmallCity, client: Client, monkeypatch: pytest.MonkeyPatch, pictures: Path
) -> None:
    monkeypatch.setattr(shelf, "PATIENCE_S", 0.05)
    monkeypatch.setattr(shelf, "SLOTS", 1)
    with Shelf(pictures, "key").slot("another"):
        answer = client.get(ask(16))
    assert (answer.status_code, answer.json()["code"]) == (503, "map_busy")
