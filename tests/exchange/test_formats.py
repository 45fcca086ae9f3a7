"""The same three lamps in every make of file, and files that are not what they say."""

import gzip
import zipfile
from pathlib import Path

import geopandas
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from exchange.readers.errors import UnreadableFile
from grid.facilities.models import FacilityRecord
from tests import factories
from tests.exchange.conftest import Load

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]

POINTS = [shapely.Point(factories.degrees(shapely.Point(x, 50)).coords[0]) for x in (50, 150, 250)]
NAMES = ["同枫路一号灯", "同枫路二号灯", "同枫路三号灯"]


def table() -> pd.DataFrame:
    """The lamps as a table with lon and lat."""
    return pd.DataFrame(
        {
            "code": ["L1", "L2", "L3"],
            "category": "lamp",
            "name": NAMES,
            "owner": "市政局",
            "lon": [p.x for p in POINTS],
            "lat": [p.y for p in POINTS],
        }
    )


def frame(crs: int = 4326) -> geopandas.GeoDataFrame:
    """The lamps with geometry."""
    rows = table().drop(columns=["lon", "lat"])
    return geopandas.GeoDataFrame(rows, geometry=POINTS, crs=4326).to_crs(crs)


def check(load: Load, path: Path, exact: bool = True, **options: object) -> None:
    """All three arrive, with their names, in their places."""
    done = load("facilities", path, **options)
    assert done.rejected == []
    assert done.numbers == (3, 0, 0, 0)
    records = FacilityRecord.objects.order_by("facility__code")
    assert [record.name for record in records] == NAMES
    for record, point in zip(records, POINTS, strict=True):
        if exact:
            assert record.location.coords == (point.x, point.y)
        else:
            assert record.location.coords == pytest.approx((point.x, point.y), abs=1e-9)
    assert load("facilities", path, **options).numbers == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ";"), ("gbk", ","), ("gbk", "\t"), ("utf-16", "|")],
)
def test_csv_of_any_encoding_and_delimiter(
    load: Load, tmp_path: Path, encoding: str, separator: str
) -> None:
    table().to_csv(tmp_path / "l.csv", index=False, encoding=encoding, sep=separator)
    check(load, tmp_path / "l.csv")


def test_csv_with_chinese_headers(load: Load, tmp_path: Path) -> None:
    chinese = ["编码", "类别", "名称", "权属单位", "经度", "纬度"]
    table().set_axis(chinese, axis=1).to_csv(tmp_path / "l.csv", index=False)
    check(load, tmp_path / "l.csv")


def test_csv_without_header_by_column_numbers(load: Load, tmp_path: Path) -> None:
    table().to_csv(tmp_path / "l.csv", index=False, header=False)
    numbered = {"code": "#1", "category": "#2", "name": "#3", "lon": "#5", "lat": "#6"}
    check(load, tmp_path / "l.csv", columns=numbered)


def test_csv_with_wkt_and_gzip(load: Load, tmp_path: Path) -> None:
    rows = table().drop(columns=["lon", "lat"])
    rows["WKT"] = [p.wkt for p in POINTS]
    (tmp_path / "l.csv.gz").write_bytes(gzip.compress(rows.to_csv(index=False).encode()))
    check(load, tmp_path / "l.csv.gz")


def test_excel(load: Load, tmp_path: Path) -> None:
    table().to_excel(tmp_path / "l.xlsx", index=False)
    check(load, tmp_path / "l.xlsx", exact=False)


def test_excel_sheets_are_chosen_by_name(load: Load, tmp_path: Path) -> None:
    with pd.ExcelWriter(tmp_path / "l.xlsx") as book:
        pd.DataFrame({"a": [1]}).to_excel(book, sheet_name="说明", index=False)
        table().to_excel(book, sheet_name="路灯", index=False)
    check(load, tmp_path / "l.xlsx", exact=False, file_layer="路灯")
    with pytest.raises(UnreadableFile, match="说明, 路灯"):
        load("facilities", tmp_path / "l.xlsx", file_layer="井盖")


def test_parquet_without_geometry(load: Load, tmp_path: Path) -> None:
    table().to_parquet(tmp_path / "l.parquet")
    check(load, tmp_path / "l.parquet")


def test_geoparquet(load: Load, tmp_path: Path) -> None:
    frame().to_parquet(tmp_path / "l.parquet")
    check(load, tmp_path / "l.parquet")


def test_geoparquet_in_a_metric_system(load: Load, tmp_path: Path) -> None:
    frame(4545).to_parquet(tmp_path / "l.parquet")
    check(load, tmp_path / "l.parquet", exact=False)


def test_geojson_plain_and_packed(load: Load, tmp_path: Path) -> None:
    pyogrio.write_dataframe(frame(), tmp_path / "l.geojson", COORDINATE_PRECISION=15)
    check(load, tmp_path / "l.geojson", exact=False)
    packed = tmp_path / "p.geojson.gz"
    packed.write_bytes(gzip.compress((tmp_path / "l.geojson").read_bytes()))
    assert load("facilities", packed).numbers == (0, 0, 3, 0)


@pytest.mark.parametrize(
    ("encoding", "label"),
    [("UTF-8", "kept"), ("UTF-8", "lost"), ("GBK", "kept"), ("GBK", "lost"), ("GBK", "wrong")],
)
def test_shapefile_of_any_encoding_labelled_or_not(
    load: Load, tmp_path: Path, encoding: str, label: str
) -> None:
    pyogrio.write_dataframe(frame(4545), tmp_path / "灯.shp", encoding=encoding)
    if label == "lost":
        (tmp_path / "灯.cpg").unlink()
    if label == "wrong":
        (tmp_path / "灯.cpg").write_text("ISO-8859-1")
    check(load, tmp_path / "灯.shp", exact=False)


def test_zipped_shapefile(load: Load, tmp_path: Path) -> None:
    pyogrio.write_dataframe(frame(4545), tmp_path / "l.shp")
    with zipfile.ZipFile(tmp_path / "l.zip", "w") as archive:
        for part in tmp_path.glob("l.*"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")
    check(load, tmp_path / "l.zip", exact=False)


def test_shapefile_names_cut_to_ten_letters_are_known(load: Load, tmp_path: Path) -> None:
    cut = frame().assign(
        handover_d="渝建〔2020〕1号",
        handover="signed",
        handover_o="2020-03-01",
        installed_=20200102,
    )
    pyogrio.write_dataframe(cut, tmp_path / "l.shp")
    check(load, tmp_path / "l.shp")
    record = FacilityRecord.objects.current().first()
    assert record is not None
    assert str(record.installed_on) == "2020-01-02"
    assert record.facility.handover_items.get().handover.document == "渝建〔2020〕1号"


def test_geopackage_layers_are_listed(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "l.gpkg"
    pyogrio.write_dataframe(frame(), path, layer="lamps")
    check(load, path)
    pyogrio.write_dataframe(frame(), path, layer="holes")
    with pytest.raises(UnreadableFile, match="--layer: lamps, holes"):
        load("facilities", path)
    assert load("facilities", path, file_layer="holes").numbers == (0, 0, 3, 0)


def test_coordinates_of_a_table_in_a_named_system(load: Load, tmp_path: Path) -> None:
    metres = table()
    metres["lon"] = [x + factories.CORNER[0] for x in (50, 150, 250)]
    metres["lat"] = 50 + factories.CORNER[1]
    metres.to_csv(tmp_path / "l.csv", index=False)
    check(load, tmp_path / "l.csv", exact=False, datum="epsg:4545")


def test_heights_are_dropped_and_collections_unwrapped(load: Load, tmp_path: Path) -> None:
    high = frame()
    high.geometry = [
        shapely.force_3d(POINTS[0], 5),
        shapely.MultiPoint([POINTS[1]]),
        shapely.GeometryCollection([POINTS[2]]),
    ]
    high.to_parquet(tmp_path / "l.parquet")
    check(load, tmp_path / "l.parquet")


def test_curves_become_lines(load: Load, tmp_path: Path) -> None:
    x, y = POINTS[0].coords[0]
    line = shapely.to_wkb(shapely.LineString([(x, y), (x + 1e-4, y + 1e-4), (x + 2e-4, y)]))
    curve = line[:1] + (8).to_bytes(4, "little") + line[5:]  # CIRCULARSTRING
    rows = pd.DataFrame({"code": ["C"], "category": ["lamp"], "geometry": [curve]})
    rows.to_parquet(tmp_path / "l.parquet")
    assert load("facilities", tmp_path / "l.parquet").rejected == []
    assert FacilityRecord.objects.get().location.num_points > 10


def test_files_that_are_not_what_they_say(load: Load, tmp_path: Path) -> None:
    csv = table().to_csv(index=False).encode()
    table().to_excel(tmp_path / "x.xlsx", index=False)
    excel = (tmp_path / "x.xlsx").read_bytes()
    for name, content, code, words in [
        ("a.shp", excel, "mislabelled_file", "Excel"),
        ("b.shp", b"PK\x03\x04" + b"\0" * 100, "mislabelled_file", "ZIP"),
        ("c.shp", b"<!DOCTYPE html><html>404</html>", "mislabelled_file", "HTML"),
        ("d.geojson", csv, "mislabelled_file", "CSV"),
        ("e.csv", b'{"type": "FeatureCollection", "features": []}', "mislabelled_file", "JSON"),
        ("f.csv", b"", "empty_file", "empty"),
        ("g.csv", b"  \n \n", "empty_file", "empty"),
        ("h.geojson", frame().to_json().encode()[:-200], "truncated_file", "cut off"),
        ("i.csv", b'code,category,lon,lat\nA,"lamp', "truncated_file", "quoted"),
        ("j.xlsx", excel[:-500], "truncated_file", "whole"),
        ("k.csv.gz", gzip.compress(csv)[:-20], "truncated_file", "unpacked"),
        ("l.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old_excel", "xlsx"),
        ("m.geojson", b'{"type": "Nothing"}', "unreadable_file", "cannot be read"),
        ("n.vrt", b"<OGRVRTDataSource></OGRVRTDataSource>", "virtual_file", "points"),
        ("o.csv", b"\x00\x01\x02\x03" * 50, "mislabelled_file", "something else"),
    ]:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(UnreadableFile) as caught:
            load("facilities", tmp_path / name)
        assert (name, caught.value.code) == (name, code)
        assert words in caught.value.message
        assert "\n" not in caught.value.message


def test_cut_off_binary_files(load: Load, tmp_path: Path) -> None:
    pyogrio.write_dataframe(frame(), tmp_path / "l.shp")
    frame().to_parquet(tmp_path / "l.parquet")
    pyogrio.write_dataframe(frame(), tmp_path / "l.gpkg")
    for name in ("l.shp", "l.dbf", "l.parquet", "l.gpkg"):
        path = tmp_path / name
        whole = path.read_bytes()
        path.write_bytes(whole[:-30])
        with pytest.raises(UnreadableFile, match="cut off"):
            load("facilities", tmp_path / ("l.shp" if name == "l.dbf" else name))
        path.write_bytes(whole)
    (tmp_path / "l.dbf").unlink()
    with pytest.raises(UnreadableFile, match=r"without its \.dbf"):
        load("facilities", tmp_path / "l.shp")


def test_wrong_encodings_are_told(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "l.csv"
    table().to_csv(path, index=False, encoding="gbk")
    with pytest.raises(UnreadableFile, match=r"not in utf-8.*gb18030"):
        load("facilities", path, encoding="utf-8")
    with pytest.raises(UnreadableFile, match="'klingon' is not known"):
        load("facilities", path, encoding="klingon")
    assert "encoding_guessed" in load("facilities", path).warnings


def test_numbers_and_dates_of_excel_are_read_as_written(load: Load, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "category", "installed_on", "lon", "lat", "watt"])
    sheet.append([1001.0, "lamp", pd.Timestamp("2020-05-06"), POINTS[0].x, POINTS[0].y, 70])
    book.save(tmp_path / "l.xlsx")
    assert load("facilities", tmp_path / "l.xlsx").rejected == []
    record = FacilityRecord.objects.get()
    assert (record.facility.code, str(record.installed_on)) == ("1001", "2020-05-06")
    assert record.attributes == {"watt": "70"}
