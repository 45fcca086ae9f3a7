"""Every reason for which a row is refused, with the row's number and what stood in it."""

import pytest
import shapely

from exchange.columns import BadOption, MissingColumn
from exchange.use_cases import EmptyFile
from grid.facilities.models import Facility
from grid.organizations.models import Organization
from tests import factories
from tests.exchange.conftest import Load, lonlat, wkt

IN = lonlat(50, 50)
LON, LAT = IN.split(",")
pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("place", "reason"),
    [
        (",", "null_geometry"),
        (f"{LON},", "null_geometry"),
        ("0,0", "zero_coordinates"),
        (f"nan,{LAT}", "not_a_number"),
        (f"inf,{LAT}", "not_a_number"),
        (f"east,{LAT}", "unreadable_geometry"),
        (f"{LAT},{LON}", "swapped_coordinates"),
        ("200,30", "out_of_range"),
        ("112.5,31", "outside_city"),
    ],
)
def test_places_are_refused_with_their_reason(load: Load, place: str, reason: str) -> None:
    done = load("facilities", f"code,category,lon,lat\nA,lamp,{IN}\nB,lamp,{place}\n")
    assert done.reasons == [(2, reason)]
    assert done.rejected[0].original["code"] == "B"
    assert done.numbers == (0, 0, 0, 1)
    assert not Facility.objects.exists()


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("columns", "values", "reason"),
    [
        ("code", " ", "blank_code"),
        ("code", "x" * 65, "wrong_code"),
        ("category", "", "blank_category"),
        ("category", "hydrant", "unknown_category"),
        ("owner", "市政", "unknown_organization"),
        ("owner", "双重局", "ambiguous_organization"),
        ("state", "shiny", "unknown_state"),
        ("handover", "maybe", "unknown_handover"),
        ("installed_on", "31.02.2020", "bad_date"),
        ("installed_on", "2020-02-31", "bad_date"),
        ("parent", "nobody", "unknown_parent"),
        ("parent", "B", "parent_cycle"),
        ("valid_from,valid_to", "2026-01-02,2026-01-02", "bad_validity"),
    ],
)
def test_values_are_refused_with_their_reason(
    load: Load, columns: str, values: str, reason: str
) -> None:
    for code in ("d1", "d2"):
        Organization.objects.create(code=code, name="双重局")
    row = {"code": "B", "category": "lamp", "lon": LON, "lat": LAT}
    row |= dict(zip(columns.split(","), values.split(","), strict=True))
    good = {"code": "A", "category": "路灯", "lon": LON, "lat": LAT}
    lines = [
        ",".join(row),
        ",".join(row.values()),
        ",".join(good.get(name, "") for name in row),
    ]
    done = load("facilities", "\n".join(lines), keep_good=True)
    assert done.reasons == [(1, reason)]
    assert done.numbers == (1, 0, 0, 1)


@pytest.mark.usefixtures("cast")
def test_unknown_bodies_are_named_with_near_matches(load: Load) -> None:
    done = load("facilities", f"code,category,owner,lon,lat\nA,lamp,市政 局,{IN}\n")
    assert "'市政 局'" in done.rejected[0].message
    assert "'市政局'" in done.rejected[0].message


@pytest.mark.usefixtures("cast")
def test_doubled_codes_name_the_first_row(load: Load) -> None:
    text = f"code,category,lon,lat\nA,lamp,{IN}\nB,lamp,{IN}\nＡ ,lamp,{IN}\n"
    done = load("facilities", text)
    assert done.reasons == [(3, "duplicate_code")]
    assert "row 1" in done.rejected[0].message


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("scheme", "code", "good"),
    [
        ("gb30428", "5002360118000001", True),
        ("gb30428", "50023601180000012", False),
        ("gb30428", "50023601180000AB", False),
        ("gb30428", "9902360118000001", False),
        ("gb47678", "50023601018000001", True),
        ("gb47678", "5002360118000001", False),
        ("local", "anything", True),
    ],
)
def test_codes_are_checked_against_their_scheme(
    load: Load, scheme: str, code: str, good: bool
) -> None:
    done = load("facilities", f"code,category,lon,lat\n{code},lamp,{IN}\n", scheme=scheme)
    assert done.reasons == ([] if good else [(1, "wrong_code")])


def test_codes_of_another_class_or_district_are_refused(load: Load, town: object) -> None:
    load("areas", f"code,name,wkt\n500236,奉节,{wkt(0, 0, 2000)}\n")
    load("catalogue", "category,name\n0118,路灯\n")
    text = (
        f"code,category,lon,lat\n5002360118000001,0118,{IN}\n"
        f"5002360102000001,0118,{IN}\n5002370118000001,0118,{IN}\n"
    )
    done = load("facilities", text, scheme="gb30428")
    assert done.reasons == [(2, "wrong_code"), (3, "wrong_code")]


def test_polygons_are_refused_with_their_reason(load: Load, town: object) -> None:
    x, y = factories.degrees(shapely.Point(100, 100)).coords[0]
    d = 0.0005
    bowtie = f"POLYGON (({x} {y}, {x + d} {y + d}, {x + d} {y}, {x} {y + d}, {x} {y}))"
    done = load(
        "cells",
        "code,wkt\n"
        f'A,"{bowtie}"\n'
        "B,POLYGON EMPTY\n"
        f'C,"POINT ({x} {y})"\n'
        "D,\n"
        "E,POLYGON ((1 2\n"
        f'F,"POLYGON ((50 10, 51 10, 51 11, 50 10))"\n'
        f'G,"POLYGON (({y} {x}, {y + d} {x}, {y + d} {x + d}, {y} {x}))"\n',
    )
    assert done.reasons == [
        (1, "invalid_geometry"),
        (2, "empty_geometry"),
        (3, "wrong_geometry_type"),
        (4, "null_geometry"),
        (5, "unreadable_geometry"),
        (6, "outside_city"),
        (7, "swapped_coordinates"),
    ]
    assert "Self-intersection[" in done.rejected[0].message


def test_repair_mends_and_lists(load: Load, town: object) -> None:
    x, y = factories.degrees(shapely.Point(100, 100)).coords[0]
    d = 0.0005
    bowtie = f"POLYGON (({x} {y}, {x + d} {y + d}, {x + d} {y}, {x} {y + d}, {x} {y}))"
    done = load("cells", f'code,wkt\nA,"{bowtie}"\n', repair=True)
    assert done.numbers == (1, 0, 0, 0)
    assert done.warnings["repaired"] == 1
    assert "row 1" in done.report.notices["repaired"].message


@pytest.mark.usefixtures("cast")
def test_a_missing_column_is_one_error_that_names_the_columns(load: Load) -> None:
    with pytest.raises(MissingColumn, match=r"category.*it has: code, lon, lat"):
        load("facilities", f"code,lon,lat\nA,{IN}\n")
    with pytest.raises(MissingColumn, match=r"need a place.*it has: code, category"):
        load("facilities", "code,category\nA,lamp\n")
    with pytest.raises(MissingColumn, match="'nosuch'"):
        load("facilities", f"code,category,lon,lat\nA,lamp,{IN}\n", columns={"owner": "nosuch"})


@pytest.mark.usefixtures("cast")
def test_unknown_fields_and_empty_files_are_errors(load: Load) -> None:
    with pytest.raises(BadOption, match="no field 'colour'"):
        load("organizations", "code,name\nA,b\n", constants={"colour": "red"})
    with pytest.raises(EmptyFile):
        load("organizations", "code,name\n")


@pytest.mark.usefixtures("cast")
def test_ragged_rows_are_refused(load: Load) -> None:
    done = load("organizations", "code,name\na,A\nb\nc,C,extra\n", keep_good=True)
    assert done.reasons == [(2, "ragged_row"), (3, "ragged_row")]


def test_areas_are_refused_by_parent_and_level(load: Load, town: object) -> None:
    done = load(
        "areas",
        "code,name,level,parent\nd,区,区县,\ns,街,街道,d\nt,镇,镇,nowhere\nu,村,村,v\n"
        "v,社,社区,u\nw,x,planet,\ny,无级,,\nd,又,区县,\n",
        keep_good=True,
    )
    assert done.reasons == [
        (3, "unknown_parent"),
        (4, "wrong_parent"),
        (5, "wrong_parent"),
        (6, "unknown_level"),
        (7, "blank_level"),
        (8, "duplicate_code"),
    ]
    assert done.warnings["area_without_boundary"] == 2


def test_organizations_are_refused_by_tree(load: Load, town: object) -> None:
    done = load(
        "organizations",
        "code,name,kind,parent\na,甲,部门,b\nb,乙,政府,a\nc,丙,部门,无此\nd,丁,king,\ne,,部门,\nf,己,部门,b\n",
        keep_good=True,
    )
    assert done.reasons == [
        (1, "parent_cycle"),
        (2, "parent_cycle"),
        (3, "unknown_parent"),
        (4, "unknown_kind"),
        (5, "blank_name"),
    ]


DUTY = (
    "category,role,organization,custodian,legal_basis,standard,resolve_by,reviewed_by,reviewed_on"
)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("lamp,owner,ub,hb,法,标准,,李,2026-01-01", "duty_incomplete"),
        ("lamp,owner,ub,hb,,标准,5wd,李,2026-01-01", "duty_incomplete"),
        ("lamp,,ub,hb,法,标准,5wd,李,2026-01-01", "duty_incomplete"),
        ("lamp,owner,ub,hb,法,标准,5wd,,", "duty_incomplete"),
        ("lamp,owner,ub,hb,法,标准,soon,李,2026-01-01", "bad_limit"),
        ("lamp,owner,ub,hb,法,标准,0h,李,2026-01-01", "bad_limit"),
        ("lamp,king,ub,hb,法,标准,5wd,李,2026-01-01", "unknown_role"),
        ("lamp,owner,nobody,hb,法,标准,5wd,李,2026-01-01", "unknown_organization"),
        ("lamp,owner,ub,sq,法,标准,5wd,李,2026-01-01", "community_custodian"),
        (",owner,ub,hb,法,标准,5wd,李,2026-01-01", "blank_category"),
    ],
)
def test_duties_are_refused_with_their_reason(load: Load, row: str, reason: str) -> None:
    Organization.objects.create(code="sq", name="社区", kind="community")
    assert load("catalogue", f"{DUTY}\n{row}\n").reasons == [(1, reason)]


@pytest.mark.usefixtures("cast")
def test_an_incomplete_duty_names_the_blank_fields(load: Load) -> None:
    done = load("catalogue", f"{DUTY}\nlamp,owner,ub,hb,法,,5wd,李,\n")
    assert done.rejected[0].message == "a duty needs standard, reviewed_on"


@pytest.mark.usefixtures("cast")
def test_ownership_is_refused_with_its_reason(load: Load) -> None:
    done = load(
        "ownership",
        "code,organization,categories,valid_from,valid_to,wkt\n"
        f"A,,,,,{wkt(0, 0)}\nB,nobody,,,,{wkt(0, 0)}\nC,ub,路灯;树,,,{wkt(0, 0)}\n"
        f"D,ub,,2026-02-01,2026-01-01,{wkt(0, 0)}\nE,ub,,2020-01-01,2021-01-01,{wkt(0, 0)}\n"
        f"E,ub,,2021-01-01,,{wkt(0, 0)}\nE,ub,,2022-01-01,,{wkt(0, 0)}\n",
        keep_good=True,
    )
    assert done.reasons == [
        (1, "blank_organization"),
        (2, "unknown_organization"),
        (3, "unknown_category"),
        (4, "bad_validity"),
        (7, "duplicate_code"),
    ]
    assert done.numbers == (2, 0, 0, 5)


@pytest.mark.usefixtures("cast")
def test_handovers_are_refused_with_their_reason(load: Load) -> None:
    load("facilities", f"code,category,lon,lat\nL1,lamp,{IN}\nL2,lamp,{IN}\n")
    done = load(
        "handovers",
        "code,facilities,role,from,to,document\n"
        "H1,L1;L9,owner,hb,ub,文\nH2,L1,owner,hb,nobody,文\nH3,L1,king,hb,ub,文\n"
        "H4,,owner,hb,ub,文\nH5,L1,owner,ub,ub,文\nH6,L1,owner,hb,ub,文\nH6,L1;L2,owner,hb,ub,文\n"
        "H6,L1;L2,maintainer,hb,ub,\n",
        keep_good=True,
    )
    assert done.reasons == [
        (1, "unknown_facility"),
        (2, "unknown_organization"),
        (3, "unknown_role"),
        (4, "blank_facilities"),
        (5, "same_body"),
        (7, "duplicate_code"),
    ]
    assert "L9" in done.rejected[0].message
    assert done.warnings == {"handover_without_document": 1}
