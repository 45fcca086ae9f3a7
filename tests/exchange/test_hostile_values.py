"""Values and names that no sane file holds, and that real files do."""

import os
import time
import zipfile
from pathlib import Path

import geopandas
import pandas as pd
import pytest
import shapely
from django.db import connection

from exchange.readers.errors import UnreadableFile
from exchange.use_cases import EmptyFile
from grid.facilities.models import FacilityRecord
from grid.ground.models import GroundVersion
from grid.handover.models import HandoverEffect
from tests.exchange.conftest import Load, lonlat

IN = lonlat(50, 50)
LON, LAT = IN.split(",")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]


def test_a_file_name_that_is_no_utf8_is_loaded_and_recorded(load: Load, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text(f"code,category,lon,lat\nA,lamp,{IN}\n")
    assert load("facilities", path).numbers == (1, 0, 0, 0)
    assert GroundVersion.objects.latest("number").source_name == "caf\ufffd.csv"


def test_curves_as_text_become_lines(load: Load) -> None:
    east = float(LON) + 0.001
    arc = f"({LON} {LAT},{(float(LON) + east) / 2} {float(LAT) + 0.0005},{east} {LAT})"
    done = load(
        "facilities",
        f'code,category,wkt\nA,lamp,"CIRCULARSTRING{arc}"\nB,lamp,"TIN((({LON} {LAT})))"\n',
        keep_good=True,
    )
    assert done.reasons == [(2, "unreadable_geometry")]
    assert len(FacilityRecord.objects.get().location.coords) > 3


def test_text_that_looks_like_a_json_escape_or_nan_is_kept(load: Load) -> None:
    load("facilities", f"code,category,lon,lat,note,street\nA,lamp,{IN},\\u0000 x,NaNjing Road\n")
    assert FacilityRecord.objects.get().attributes == {
        "note": "\\u0000 x",
        "street": "NaNjing Road",
    }


def test_infinite_attributes_are_left_out(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "lamps.gpkg"
    geopandas.GeoDataFrame(
        {"code": ["A"], "category": "lamp", "height": [float("inf")], "arms": [2]},
        geometry=[shapely.Point(float(LON), float(LAT))],
        crs=4326,
    ).to_file(path)
    assert load("facilities", path).numbers == (1, 0, 0, 0)
    assert FacilityRecord.objects.get().attributes == {"arms": 2}


def test_codes_that_a_spreadsheet_made_numbers_of_are_refused(load: Load, tmp_path: Path) -> None:
    codes = [3.20582010204818e16, "3E12", 42]
    rows = {"code": codes, "category": "lamp", "lon": float(LON), "lat": float(LAT)}
    pd.DataFrame(rows).to_excel(tmp_path / "codes.xlsx", index=False)
    done = load("facilities", tmp_path / "codes.xlsx", keep_good=True)
    assert done.reasons == [(1, "wrong_code")]
    done = load("facilities", f"code,category,lon,lat\n3.20582E+14,lamp,{IN}\n")
    assert done.reasons == [(1, "wrong_code")]
    pd.DataFrame(rows | {"code": codes[0]}, index=[0]).to_parquet(tmp_path / "codes.parquet")
    assert load("facilities", tmp_path / "codes.parquet").reasons == [(1, "wrong_code")]


def test_decimal_commas_are_read(load: Load) -> None:
    place = f"{LON};{LAT}".replace(".", ",")
    assert load("facilities", f"code;category;lon;lat\nA;lamp;{place}\n").numbers == (1, 0, 0, 0)
    assert FacilityRecord.objects.get().location.coords == (float(LON), float(LAT))


def test_an_empty_collection_has_no_rows(load: Load) -> None:
    with pytest.raises(EmptyFile):
        load("facilities", '{"type":"FeatureCollection","features":[]}', "none.geojson")


def test_files_of_one_name_in_two_folders_of_a_zip_are_refused(load: Load, tmp_path: Path) -> None:
    path = tmp_path / "two.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for year in (2019, 2020):
            archive.writestr(f"{year}/lamps.csv", f"code,category,lon,lat\nA,lamp,{IN}\n")
    with pytest.raises(UnreadableFile, match="twice"):
        load("facilities", path)


def test_the_paper_of_a_disputed_handover_proves_nothing(load: Load) -> None:
    load(
        "facilities",
        "code,category,lon,lat,builder,maintainer,handover,handover_on,handover_document\n"
        f"A,lamp,{IN},住建委,市政局,disputed,2024-05-01,会议纪要\n",
    )
    effect = HandoverEffect.objects.get()
    assert (effect.standing, effect.document) == ("claimed", "")
    assert effect.handover.document == "会议纪要"


def test_counting_and_parents_stay_fast_past_the_working_memory(load: Load) -> None:
    """With IN, both read the whole set for each row as soon as it outgrew the working memory."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '64kB'")
    rows = "".join(f"A{n},lamp,{IN},{f'A{n - 1}' if n else ''}\n" for n in range(15_000))
    begun = time.monotonic()
    assert load("facilities", f"code,category,lon,lat,parent\n{rows}").numbers == (15_000, 0, 0, 0)
    assert time.monotonic() - begun < 60


def test_facilities_that_stand_above_themselves_are_refused(load: Load) -> None:
    head = "code,category,lon,lat,parent\n"
    done = load("facilities", f"{head}A,lamp,{IN},B\nB,lamp,{IN},A\nC,lamp,{IN},A\n")
    assert done.reasons == [(1, "parent_cycle"), (2, "parent_cycle"), (3, "unknown_parent")]
    assert load("facilities", f"{head}A,lamp,{IN},\nB,lamp,{IN},A\n").numbers == (2, 0, 0, 0)
    assert load("facilities", f"{head}A,lamp,{IN},B\n").reasons == [(1, "parent_cycle")]
