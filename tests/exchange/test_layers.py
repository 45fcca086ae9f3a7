"""What each layer writes: records, parties, handovers, editions, duties; and that twice is once."""

from datetime import date

import pytest
from django.db.models import QuerySet

from core.models import AuditEntry
from grid.areas.models import Area, GridEdition
from grid.catalogue.models import CatalogueEdition, Category, Duty
from grid.cells.models import GridCell
from grid.facilities.models import Facility, FacilityParty, FacilityRecord
from grid.ground.models import GroundVersion
from grid.handover.models import Handover, HandoverEffect
from grid.organizations.models import Organization
from grid.ownership.models import OwnershipArea
from inspections.calendar.models import WorkDay
from inspections.changes.catalogue.lines import missing_of
from inspections.changes.catalogue.models import EditionDraft
from inspections.requests.models import ServiceRequest
from tests.exchange.conftest import Load, lonlat, wkt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("cast")]
HEAD = "code,category,name,owner,maintainer,lon,lat,watt"
LAMPS = (
    f"{HEAD}\nL1,lamp,一号灯,市政局,hb,{lonlat(50, 50)},70\n"
    f"L2,路灯,二号灯,ub,,{lonlat(150, 50)},150\nL3,lamp,,,,{lonlat(150, 150)},\n"
)
CELLS = (
    f"code,name,wkt\nc1,一,{wkt(0, 0)}\nc2,二,{wkt(1, 0)}\nc3,三,{wkt(0, 1)}\nc4,四,{wkt(1, 1)}\n"
)


def parties() -> list[tuple[str, str, str]]:
    """Current parties as (facility, role, body)."""
    rows = FacilityParty.objects.current().order_by("facility__code", "role")
    return list(rows.values_list("facility__code", "role", "organization__code"))


def test_facilities_arrive_with_parties_attributes_and_cells(load: Load) -> None:
    load("cells", CELLS)
    assert load("facilities", LAMPS).numbers == (3, 0, 0, 0)
    assert parties() == [("L1", "maintainer", "hb"), ("L1", "owner", "ub"), ("L2", "owner", "ub")]
    records = FacilityRecord.objects.order_by("facility__code")
    assert [(r.home_cell_code, r.attributes) for r in records] == [
        ("c1", {"watt": "70"}),
        ("c2", {"watt": "150"}),
        ("c4", {}),
    ]


def test_the_same_file_again_changes_nothing_and_makes_no_version(load: Load) -> None:
    load("facilities", LAMPS)
    versions, entries = GroundVersion.objects.count(), AuditEntry.objects.count()
    again = load("facilities", LAMPS)
    assert again.numbers == (0, 0, 3, 0)
    assert again.report.version is None
    assert (GroundVersion.objects.count(), AuditEntry.objects.count()) == (versions, entries)


def test_a_changed_row_is_restated_and_the_former_one_kept(load: Load) -> None:
    load("facilities", LAMPS)
    changed = LAMPS.replace("一号灯", "壹号灯").replace("L2,路灯,二号灯,ub", "L2,路灯,二号灯,hb")
    assert load("facilities", changed).numbers == (0, 2, 1, 0)
    assert FacilityRecord.objects.known_at(1).get(facility__code="L1").name == "一号灯"
    assert FacilityRecord.objects.current().get(facility__code="L1").name == "壹号灯"
    assert ("L2", "owner", "hb") in parties()
    assert FacilityParty.objects.known_at(1).filter(organization__code="hb").count() == 1


def test_what_a_file_has_no_column_for_stays_and_a_blank_withdraws(load: Load) -> None:
    load("facilities", LAMPS)
    place = lonlat(50, 50)
    assert load("facilities", f"code,category,lon,lat\nL1,lamp,{place}\n").numbers == (0, 0, 1, 0)
    assert load("facilities", f"code,category,owner,lon,lat\nL1,lamp,,{place}\n").numbers == (
        0, 1, 0, 0,
    )  # fmt: skip
    assert parties() == [("L1", "maintainer", "hb"), ("L2", "owner", "ub")]


def test_validity_is_stated_in_city_days_and_truncates_what_was(load: Load) -> None:
    place = lonlat(50, 50)
    load("facilities", f"code,category,owner,lon,lat\nL1,lamp,ub,{place}\n")
    later = f"code,category,owner,valid_from,lon,lat\nL1,lamp,hb,2026-03-01,{place}\n"
    assert load("facilities", later).numbers == (0, 1, 0, 0)
    found = FacilityParty.objects.current().order_by("organization__code")
    hb, ub = found
    assert hb.valid_during.lower.isoformat() == "2026-02-28T16:00:00+00:00"
    assert (ub.valid_during.lower, ub.valid_during.upper) == (None, hb.valid_during.lower)
    assert load("facilities", later).numbers == (0, 0, 1, 0)


def test_parents_may_stand_later_in_the_file(load: Load) -> None:
    load(
        "facilities",
        f"code,category,parent,lon,lat\nL1,lamp,B1,{lonlat(1, 1)}\nB1,lamp,,{lonlat(2, 2)}\n",
    )
    assert FacilityRecord.objects.get(facility__code="L1").parent == Facility.objects.get(code="B1")


def test_handover_columns_make_papers_items_and_effects(load: Load) -> None:
    at = lonlat(50, 50)
    text = (
        "code,category,owner,maintainer,builder,handover,handover_on,handover_document,lon,lat\n"
        f"A,lamp,ub,ub,hb,signed,2020-05-01,渝1号,{at}\nB,lamp,ub,ub,hb,signed,2020-05-01,渝1号,{at}\n"
        f"C,lamp,ub,,hb,signed,2020-05-01,,{at}\nD,lamp,ub,,hb,disputed,,,{at}\n"
        f"E,lamp,ub,,hb,applied,2021-01-01,,{at}\nF,lamp,ub,,hb,none,,,{at}\n"
    )
    done = load("facilities", text)
    assert done.warnings["handover_without_document"] == 1
    assert Handover.objects.count() == 4
    shared = Handover.objects.get(document="渝1号")
    assert (shared.kind, shared.state, shared.signed_on) == ("signed", "signed", date(2020, 5, 1))
    assert shared.items.count() == 2
    effects = HandoverEffect.objects.current().order_by("facility__code", "role")
    assert list(effects.values_list("facility__code", "role", "standing", "document")) == [
        ("A", "maintainer", "signed", "渝1号"),
        ("A", "owner", "signed", "渝1号"),
        ("B", "maintainer", "signed", "渝1号"),
        ("B", "owner", "signed", "渝1号"),
        ("C", "owner", "signed", ""),
        ("D", "owner", "claimed", ""),
    ]
    assert effects[0].valid_during.lower.isoformat() == "2020-04-30T16:00:00+00:00"
    assert load("facilities", text).numbers == (0, 0, 6, 0)
    withdrawn = text.replace("D,lamp,ub,,hb,disputed", "D,lamp,ub,,hb,none")
    assert load("facilities", withdrawn).numbers == (0, 1, 5, 0)
    assert not HandoverEffect.objects.current().filter(facility__code="D").exists()


def test_generated_codes_are_unique_and_the_same_again(load: Load) -> None:
    text = f"category,lon,lat\nlamp,{lonlat(5, 5)}\nlamp,{lonlat(5, 5)}\nlamp,{lonlat(9, 9)}\n"
    assert load("facilities", text, generate_codes=True).numbers == (3, 0, 0, 0)
    codes = list(Facility.objects.order_by("code").values_list("code", flat=True))
    assert codes == ["lamp-000001", "lamp-000002", "lamp-000003"]
    assert load("facilities", text, generate_codes=True).numbers == (0, 0, 3, 0)
    more = text + f"lamp,{lonlat(20, 20)}\n"
    assert load("facilities", more, generate_codes=True).numbers == (1, 0, 3, 0)


def test_generated_codes_follow_the_scheme(load: Load) -> None:
    load("areas", f"code,name,wkt\n500236,奉节,{wkt(0, 0, 2000)}\n")
    load("catalogue", "category,name\n0118,路灯\n01018,路灯新\n")
    for category, scheme, code in (
        ("0118", "gb30428", "5002360118000001"),
        ("01018", "gb47678", "50023601018000001"),
    ):
        text = f"category,lon,lat\n{category},{lonlat(5, 5)}\n"
        assert load("facilities", text, generate_codes=True, scheme=scheme).rejected == []
        assert Facility.objects.get(code=code).scheme == scheme
    wrong = load(
        "facilities",
        f"category,lon,lat\nlamp,{lonlat(5, 5)}\n",
        generate_codes=True,
        scheme="gb30428",
    )
    assert wrong.reasons == [(1, "wrong_code")]


def test_bodies_are_founded_by_name_and_similar_names_told(load: Load) -> None:
    at = lonlat(50, 50)
    text = (
        f"code,category,owner,lon,lat\nA,lamp,Architect of the Capitol,{at}\n"
        f"B,lamp,Architect of the Captiol,{at}\nC,lamp,ＡRCHITECT of the capitol  ,{at}\n"
        f"D,lamp,第一中学,{at}\nE,lamp,第二中学,{at}\nF,lamp,不详,{at}\n"
    )
    done = load("facilities", text, create_organizations=True)
    assert done.rejected == []
    assert done.warnings == {"organization_created": 4, "similar_name": 1}
    assert [(f, o) for f, _, o in parties()] == [
        ("A", "Architect of the Capitol"),
        ("B", "Architect of the Captiol"),
        ("C", "Architect of the Capitol"),
        ("D", "第一中学"),
        ("E", "第二中学"),
    ]


def test_nothing_is_loaded_after_a_reject_and_nothing_in_a_dry_run(load: Load) -> None:
    at = lonlat(50, 50)
    text = f"code,category,owner,lon,lat\nA,tree,New Body,{at}\nB,nonsense-category,x,0,0\n"
    options = {"create_organizations": True, "create_categories": True}
    assert load("facilities", text, **options).numbers == (0, 0, 0, 1)
    assert load("facilities", text, keep_good=True, dry_run=True, **options).numbers == (1, 0, 0, 1)
    assert not Facility.objects.exists()
    assert not Organization.objects.filter(code="New Body").exists()
    assert not GroundVersion.objects.exists()
    assert load("facilities", text, keep_good=True, **options).numbers == (1, 0, 0, 1)
    assert Facility.objects.get().code == "A"


def test_areas_nest_and_are_restated_from_their_day(load: Load) -> None:
    text = (
        "编码,名称,上级,zone,wkt\n"
        f"500236,奉节县,500200,,{wkt(0, 0, 2000)}\n500236100,永安镇,,城区,{wkt(0, 0, 1000)}\n"
        f"500236100001,同枫社区,永安镇,,{wkt(0, 0, 500)}\n"
    )
    assert load("areas", text, accept_faults=True).numbers == (3, 0, 0, 0)
    areas = Area.objects.current().order_by("code")
    assert [(a.level, a.parent_code, a.zone) for a in areas] == [
        ("district", "", ""),
        ("subdistrict", "", "town"),
        ("community", "500236100", ""),
    ]
    assert load("areas", text, accept_faults=True).numbers == (0, 0, 3, 0)
    renamed = text.replace("同枫社区", "桐枫社区")
    done = load("areas", renamed, accept_faults=True, constants={"valid_from": "2026-01-01"})
    assert done.numbers == (0, 1, 2, 0)
    names = Area.objects.current().filter(code="500236100001").order_by("valid_during")
    assert [area.name for area in names] == ["同枫社区", "桐枫社区"]
    assert GridEdition.objects.filter(status="published").count() == 1


def test_cells_find_their_community_by_code_or_by_place(load: Load) -> None:
    load("areas", f"code,name,wkt\n500236100001,同枫社区,{wkt(0, 0, 2000)}\n")
    load("cells", f"code,wkt\n500236100001001,{wkt(0, 0)}\nx,{wkt(1, 0)}\n")
    assert set(GridCell.objects.values_list("community_code", flat=True)) == {"500236100001"}
    strange = load("cells", f"code,community,wkt\ny,无此社区,{wkt(2, 0)}\n")
    assert strange.reasons == [(1, "unknown_community")]


def test_cells_that_overlap_need_acceptance_and_drafts_change_nothing(load: Load) -> None:
    overlapping = f"code,wkt\na,{wkt(0, 0)}\nb,{wkt(0, 0, 150)}\n"
    with pytest.raises(Exception, match="accept-faults"):
        load("cells", overlapping)
    assert load("cells", CELLS, draft=True).report.version is None
    assert not GridCell.objects.current().exists()
    done = load("cells", overlapping, accept_faults=True)
    assert done.warnings["coverage_overlap"] == 1


@pytest.mark.mission("C6")
def test_bodies_that_take_cases_without_a_chief_are_loaded_and_told(load: Load) -> None:
    text = (
        "code,name,kind,chief\nA,住建局,department,\nB,城管局,department,王局长\n"
        "C,一社区,community,\nD,自来水公司,utility,\n"
    )
    done = load("organizations", text)
    assert done.numbers == (4, 0, 0, 0)
    assert done.warnings == {"no_chief": 2}


def test_organizations_in_any_order_with_successors(load: Load) -> None:
    text = (
        "code,name,kind,parent,successor,phone\nch,城管大队,养护作业,市政局,,1\n"
        "new,城市管理局,部门,zf,,\nzf,区政府,政府,,,\nub,市政局,部门,zf,new,2\n"
    )
    assert load("organizations", text).numbers == (3, 1, 0, 0)
    crew = Organization.objects.get(code="ch")
    assert (crew.parent.code if crew.parent else "", crew.kind) == ("ub", "contractor")
    ub = Organization.objects.get(code="ub")
    assert (ub.successor.code if ub.successor else "", ub.phone) == ("new", "2")
    assert load("organizations", text).numbers == (0, 0, 4, 0)


DUTIES = (
    "category,name,kind,parent,scenario,role,organization,custodian,assists,legal_basis,standard,"
    "resolve_by,urgency,reviewed_by,reviewed_on\n"
    "01,公用设施,部件,,,,,,,,,,,,\n"
    "0118,路灯,部件,01,不亮,养护,ub,hb,hb;ub,条例,亮灯率98%,5工作日,一般,李,2026-01-01\n"
    "0118,路灯,部件,01,不亮,养护,ub,hb,hb;ub,条例,亮灯率98%,2小时,紧急,李,2026-01-01\n"
    "0118,路灯,事件,,,,,,,,,,,,\n"
)


def test_the_catalogue_states_categories_duties_and_limits(load: Load) -> None:
    assert load("catalogue", DUTIES).numbers == (4, 0, 0, 0)
    assert Category.objects.get(code="0118", kind="facility").parent == Category.objects.get(
        code="01"
    )
    duty: Duty = Duty.objects.get()
    assert (duty.role, duty.assists, duty.edition.number) == ("maintainer", ["hb", "ub"], 1)
    limits = duty.limits.order_by("urgency").values_list("urgency", "resolve_by")
    assert list(limits) == [("normal", "5wd"), ("urgent", "2h")]
    assert load("catalogue", DUTIES).numbers == (0, 0, 4, 0)
    assert CatalogueEdition.objects.count() == 1


def test_a_changed_limit_makes_the_next_edition_and_keeps_the_former(load: Load) -> None:
    load("catalogue", DUTIES)
    assert load("catalogue", DUTIES.replace("5工作日", "3wd")).numbers == (0, 2, 2, 0)
    old, new = Duty.objects.order_by("pk")
    assert old.limits.get(urgency="normal").resolve_by == "5wd"
    assert new.limits.get(urgency="normal").resolve_by == "3wd"
    assert (old.recorded_during.upper, new.recorded_during.upper) == (2, None)
    assert list(CatalogueEdition.objects.order_by("number").values_list("status", flat=True)) == [
        "superseded",
        "published",
    ]


def test_a_draft_catalogue_may_be_incomplete_and_is_not_in_force(load: Load) -> None:
    done = load("catalogue", DUTIES.replace(",李,2026-01-01", ",,"), draft=True)
    assert done.rejected == []
    assert CatalogueEdition.objects.get().status == "draft"
    (line,) = EditionDraft.objects.get().lines.all()
    assert missing_of(line) == ["review"]
    assert not Duty.objects.current().exists()
    assert not Duty.objects.known_at(0).exists()


def owned(rows: QuerySet[OwnershipArea]) -> list[tuple[str, str, str]]:
    """Areas as (code, kind, role)."""
    return list(rows.order_by("code", "pk").values_list("code", "kind", "role"))


def test_ownership_by_basis_role_and_time(load: Load) -> None:
    text = (
        "code,organization,role,categories,basis,valid_from,valid_to,wkt\n"
        f"A,市政局,,lamp;路灯,土地证,,,{wkt(0, 0)}\nB,hb,养护,,小区红线图,,,{wkt(1, 0)}\n"
        f"C,ub,,,,2020-01-01,2021-01-01,{wkt(2, 0)}\nC,hb,,,,2021-01-01,,{wkt(2, 0)}\n"
    )
    assert load("ownership", text).numbers == (4, 0, 0, 0)
    assert owned(OwnershipArea.objects.current()) == [
        ("A", "area", "owner"),
        ("B", "red_line", "maintainer"),
        ("C", "area", "owner"),
        ("C", "area", "owner"),
    ]
    area = OwnershipArea.objects.get(code="A")
    assert area.categories == ["lamp"]
    assert area.area_m2 == pytest.approx(10_000, rel=1e-6)
    assert load("ownership", text).numbers == (0, 0, 4, 0)


@pytest.mark.parametrize(
    ("basis", "kind"),
    [
        ("estate red line", "red_line"),
        ("estate_red_line", "red_line"),
        ("site", "red_line"),
        ("real estate deed", "area"),
        ("agency website", "area"),
        ("demarcation", "demarcation"),
        ("供电产权分界点以内为用户资产", "demarcation"),
        ("界路协议", "agreement"),
        ("Boundary agreement of 2024", "agreement"),
        ("land agreement", "area"),
        ("", "area"),
    ],
)
def test_what_a_piece_of_ground_says_is_what_its_basis_calls_it(
    load: Load, basis: str, kind: str
) -> None:
    done = load("ownership", f"code,organization,basis,wkt\nA,hb,{basis},{wkt(0, 0)}\n")
    assert owned(OwnershipArea.objects.current()) == [("A", kind, "owner")]
    assert ("agreement_without_document" in done.warnings) == (kind == "agreement")


def test_handovers_pass_roles_on_separate_dates(load: Load) -> None:
    load("facilities", LAMPS)
    text = (
        "code,facilities,role,from,to,signed_on,effective_on,document,kind\n"
        "H1,L1;L2,owner,hb,ub,2024-01-01,2024-02-01,文1,signed\n"
        "H1,L1;L2,maintainer;payer,hb,ub,2024-01-01,2024-03-01,文1,signed\n"
        "H2,L3,maintainer,hb,ub,,,,事实移交\n"
    )
    done = load("handovers", text)
    assert done.numbers == (3, 0, 0, 0)
    assert Handover.objects.get(code="H1").items.count() == 2
    assert HandoverEffect.objects.filter(standing="signed").count() == 6
    assert HandoverEffect.objects.get(standing="claimed").facility.code == "L3"
    assert load("handovers", text).numbers == (0, 0, 3, 0)


def test_roads_keep_class_direction_and_speed(load: Load) -> None:
    x0, y0 = lonlat(0, 0).split(",")
    x1, y1 = lonlat(300, 0).split(",")
    line = f'"LINESTRING ({x0} {y0}, {x1} {y1})"'
    text = f"code,highway,oneway,maxspeed,wkt\nR1,primary,-1,30 mph,{line}\nR2,,,,{line}\n"
    done = load("roads", text, keep_good=True)
    assert done.reasons == [(2, "blank_class")]
    record = FacilityRecord.objects.get()
    assert record.attributes == {"class": "primary", "oneway": "reverse", "speed": 48.3}
    assert record.category.code == "road"


def test_requests_keep_strange_words_and_stand_where_they_were(load: Load) -> None:
    load("cells", CELLS)
    text = (
        "code,channel,category,nature,text,reported_at,closed_at,status,lon,lat,accuracy_m\n"
        f"r1,phone,路灯,complaint,不亮,2026/1/2 12:09:38,,open,{lonlat(50, 50)},15\n"
        "r2,抖音,妖怪,,怪,1767326978000,,,,,\n"
    )
    done = load("requests", text)
    assert done.numbers == (2, 0, 0, 0)
    assert done.warnings == {"unknown_category": 1}
    first = ServiceRequest.objects.get(code="r1")
    assert (first.category.code if first.category else "", first.cell_code) == ("lamp", "c1")
    assert first.reported_at.isoformat() == "2026-01-02T04:09:38+00:00"
    second = ServiceRequest.objects.get(code="r2")
    assert (second.channel, second.channel_name, second.category_name) == ("other", "抖音", "妖怪")
    assert second.reported_at == first.reported_at
    assert load("requests", text).numbers == (0, 0, 2, 0)


def test_the_calendar_is_stated_day_by_day(load: Load) -> None:
    text = "date,kind,name,provisional\n2027-01-01,放假,元旦,是\n2027年1月3日,工作日,,否\n"
    assert load("calendar", text).numbers == (2, 0, 0, 0)
    assert load("calendar", text.replace("是", "否")).numbers == (0, 1, 1, 0)
    assert WorkDay.objects.get(date="2027-01-01").kind == "rest"
    doubled = load("calendar", "date,kind\n2027-01-01,rest\n20270101,work\n")
    assert doubled.reasons == [(2, "duplicate_date")]


def test_attributes_keep_any_text_and_no_nan(load: Load) -> None:
    text = f"code,category,street,lon,lat\nA,lamp,NaNa Road,{lonlat(5, 5)}\n"
    assert load("facilities", text).rejected == []
    assert FacilityRecord.objects.get().attributes == {"street": "NaNa Road"}
    x, y = lonlat(9, 9).split(",")
    collection = (
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"code": "B",'
        ' "category": "lamp", "h": NaN, "list": [1, 2], "deep": {"a": "b"}}, "geometry": '
        f'{{"type": "Point", "coordinates": [{x}, {y}]}}}}]}}'
    )
    assert load("facilities", collection, "b.geojson").rejected == []
    record = FacilityRecord.objects.get(facility__code="B")
    assert "h" not in record.attributes
    assert record.attributes["list"] == [1, 2]
