"""The responsibility sheet: one page, in both languages, of what was asked now or stored then."""

import copy
import subprocess
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone
from shapely import LineString

from core.models import User
from grid.catalogue.models import Category
from grid.facilities.models import Facility, UpkeepRecord
from grid.ground.models import since
from grid.jurisdiction.use_cases import decide
from grid.organizations.models import Organization
from maps.reports.roles import roles_of
from maps.reports.sheet import SHOWN_CLAIMS, Decided, Sheet, html_of, pdf_of, standing_of
from maps.reports.views import decided_on
from maps.reports.words import LANGUAGES, Language
from tests.conftest import client_of
from tests.inspections.conftest import case_in, evidence_folder, ward_here
from tests.maps import small_city
from tests.maps.small_city import SmallCity

__all__ = ["evidence_folder"]  # a fixture

pytestmark = pytest.mark.mission("D5")

NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


COUNT = "import sys; from weasyprint import HTML; print(len(HTML(string=sys.stdin.read()).render().pages))"


def page_count(page: str) -> int:
    """Counted in a process of its own: the library changes how all pictures are decoded."""
    run = [sys.executable, "-c", COUNT]
    return int(subprocess.run(run, input=page, text=True, capture_output=True, check=True).stdout)


def sheet_of(code: str) -> Sheet:
    answer = decide(facility=Facility.objects.get(code=code), at=NOW).as_json()
    return Sheet(answer, printed_by="ada", printed_at=NOW)


@pytest.fixture(autouse=True)
def _pictures(settings: object, tmp_path: object) -> None:
    settings.MAP_PICTURES = tmp_path  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_one_page_and_says_who_why_and_by_which_paper(
    town: SmallCity, language: Language
) -> None:
    sheet = sheet_of("H1")
    page = html_of(sheet, language, SHOWN_CLAIMS[0])
    for claim in sheet.answer["claims"]:
        assert claim["source"]["code"] in page
        assert (claim["document"] or "") in page
    assert sheet.answer["responsible"]["name"] in page
    assert sheet.answer["explanation"][language] in page
    assert {"zh-Hans": "已明确", "en": "Settled"}[language] in page
    assert "data:image/png" in page  # the base map lies beneath
    assert "http:" not in page.replace("http://www.w3.org", "")
    pdf = pdf_of(sheet, language)
    assert pdf.startswith(b"%PDF")
    assert page_count(page) == 1


def test_no_english_page_has_chinese_labels(town: SmallCity) -> None:
    zh, en = (html_of(sheet_of("T2"), language, 12) for language in LANGUAGES)
    for label in ("责任认定单", "文件", "效力", "推定", "行业主管", "有效期", "由谁认定"):
        assert label in zh
        assert label not in en


def test_long_names_and_many_claims_still_make_one_page(town: SmallCity) -> None:
    sheet = sheet_of("T2")
    answer = copy.deepcopy(sheet.answer)
    for number in range(40):
        claim = copy.deepcopy(answer["claims"][0])
        claim["organization"]["name"] = (
            "方格区城市基础设施建设投资开发有限责任公司第一市政养护分公司" * 2
        )
        claim["document"] = (
            f"关于同丰路等十二条道路照明设施移交接管有关事项的会议纪要〔2020〕{number}号" * 2
        )
        claim["speaks"] = number == 30
        answer["claims"].append(claim)
    told = Sheet(answer, "ada", NOW)
    pages = [page_count(html_of(told, "zh-Hans", shown)) for shown in SHOWN_CLAIMS]
    assert pages[0] > 1, "or the test shows nothing"
    assert 1 in pages
    page = html_of(told, "zh-Hans", 3)
    assert "〔2020〕30号" in page, "what decides is listed first"
    assert f"另有 {len(answer['claims']) - 3} 项主张未列出" in page


def test_markup_in_names_is_text(town: SmallCity) -> None:
    sheet = sheet_of("T2")
    sheet.answer["claims"][0]["document"] = "<img src=file:///etc/passwd>"
    page = html_of(sheet, "en", 12)
    assert "<img" not in page
    assert "&lt;img" in page


def test_every_claim_has_a_standing(town: SmallCity) -> None:
    presumed = sheet_of("T2").answer
    own = {c["source"]["type"]: standing_of(c, presumed) for c in presumed["claims"]}
    assert own == {"project": "speaks", "ownership_area": "overridden", "duty": "overridden"}
    thing = Facility.objects.get(code="T2")
    UpkeepRecord.objects.create(
        facility=thing,
        role="maintainer",
        organization=Organization.objects.get(code="URBAN"),
        recorded_during=since(town.version.number),
    )
    contested = sheet_of("T2").answer
    assert contested["outcome"] == "contested"
    own = {c["source"]["type"]: standing_of(c, contested) for c in contested["claims"]}
    assert (own["project"], own["upkeep"]) == ("conflicts", "conflicts")
    proven = copy.deepcopy(presumed)
    proven["claims"].append(proven["claims"][0] | {"speaks": False, "organization": None})
    assert standing_of(proven["claims"][-1], proven) == "dissents"


def test_a_street_lists_its_parts_and_every_place_its_four_roles(town: SmallCity) -> None:
    corners = [(20, 300), (300, 300), (300, 580)]  # along both streets
    answer = decide(
        path=LineString([small_city.degrees_of(*corner) for corner in corners]),
        category=Category.objects.get(code="0106"),
        at=NOW,
    )
    told = answer.as_json()
    assert len(told["parts"]) > 1
    roles = roles_of(asdict(answer.question), answer.version)
    assert [role for role, _ in roles] == ["owner", "maintainer", "builder", "payer"]
    page = html_of(Sheet(told, "ada", NOW, roles=roles), "zh-Hans", 12)
    for part in told["parts"]:
        size = f"{part['length_m']:,.0f} m"
        assert size in page
    assert page.count('class="part part-') >= len(told["parts"]), "drawn on the map"
    stored = asdict(answer.question) | {"at": answer.question.at.isoformat()}
    assert roles_of(stored, answer.version) == roles


def test_a_member_prints_a_place_and_a_stranger_does_not(
    town: SmallCity, member: Client, client: Client
) -> None:
    lon, lat = small_city.degrees_of(120, 306)
    address = f"/sheets/responsibility.pdf?lon={lon}&lat={lat}&category=0106&accuracy_m=30&lang=en"
    answer = member.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Cache-Control"] == "private, no-store"
    assert Client().get(address).status_code in {401, 403}
    stranger = User.objects.create_user("zed")
    assert client_of(stranger).get(address).status_code == 403
    wrong = member.get("/sheets/responsibility.pdf?lon=x&lat=1")
    assert (wrong.status_code, wrong["Content-Type"]) == (400, "application/problem+json")
    assert member.get(address.replace("lang=en", "lang=fr")).status_code == 400


@pytest.mark.django_db
def test_a_case_prints_what_was_stored_and_who_acted() -> None:
    ward = ward_here()
    case = case_in(ward, "dispatched")
    assert case.verdict is not None
    answer = client_of(ward.ada).get(f"/sheets/cases/{case.number}.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert client_of(ward.cy).get(f"/sheets/cases/{case.number}.pdf").status_code == 404
    unfiled = case_in(ward, "reported")
    refused = client_of(ward.ada).get(f"/sheets/cases/{unfiled.number}.pdf")
    assert (refused.status_code, refused.json()["code"]) == (404, "no_verdict_yet")
    assert [(one.act, one.by) for one in decided_on(case)] == [("file", "ada"), ("dispatch", "ada")]
    lead = case.assignments.get(kind="lead").organization
    assert [one.to for one in decided_on(case)] == ["", lead.name]
    decided = Decided("dispatch", "ada", timezone.now(), reason="已实际管养", to="URBAN")
    sheet = Sheet(
        case.verdict.answer,
        "ada",
        NOW,
        case=case.number,
        verdict=case.verdict.pk,
        stored_at=NOW,
        decided=[decided],
    )
    page = html_of(sheet, "zh-Hans", 12)
    for words in (case.number, f"认定编号 {case.verdict.pk}", "派遣 → URBAN：已实际管养"):
        assert words in page
