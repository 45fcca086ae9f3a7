"""The ground is changed by two people, its faults are given and closed: all on the console's screens."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from core.models import User
from grid.organizations.models import Organization
from inspections.cases.models import Case
from inspections.cases.use_cases import dispatch_case, file_case
from inspections.changes.faults.use_cases import check_work_list
from tests.clones import at_once
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console import click_at, sign_in
from tests.e2e.test_console_cases import ada, behind, reported
from tests.e2e.test_sweep import PASSWORD
from tests.maps import small_city

pytestmark = [pytest.mark.mission("D3")]

FORM = re.compile(r"/DrawArea-.*\.js")
HEAD = "code,facilities,role,from,to,signed_on,effective_on,document,kind\n"
TAKEN_OVER = "H-9,T2;T3,maintainer,BUILDER,URBAN,2026-01-01,2026-01-01,方城管移〔2026〕1号,signed\n"


@pytest.fixture
def desk(screen: Page) -> Iterator[Page]:
    """Ada at her console; nothing goes wrong behind what she sees."""
    faults: list[str] = []
    screen.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(screen, "/console/")
    screen.wait_for_selector("#map[data-drawn=true]")
    yield screen
    assert faults == []


def second_person(desk: Page) -> Page:
    """Be, who dispatches too, at another screen."""

    def hire() -> None:
        be = User.objects.create_user("be", password=PASSWORD)
        urban = Organization.objects.get(code="URBAN")
        be.memberships.create(role="dispatcher", organization=urban)

    behind(hire)
    browser = desk.context.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(
        base_url=desk.url.partition("/console/")[0],
        locale="zh-CN",
        viewport={"width": 1366, "height": 768},
    )
    page = context.new_page()
    page.goto("/console/#room=changes")
    page.fill("input[name=username]", "be")
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    page.wait_for_selector("#map[data-drawn=true]")
    return page


def sent(*places: tuple[float, float]) -> list[str]:
    """Cases at these places, with the builder; their numbers."""

    def send(place: tuple[float, float]) -> Callable[[], str]:
        def work() -> str:
            case = dispatch_case(file_case(reported(at=place), actor=ada()), actor=ada())
            lead = case.assignments.get(kind="lead", ended_at=None)
            assert lead.organization.code == "BUILDER"
            return str(case.number)

        return work

    return [behind(send(place)) for place in places]


def leads(number: str) -> str:
    """The body that leads a case."""
    case = Case.objects.get(number=number)
    return str(case.assignments.get(kind="lead", ended_at=None).organization.code)


def begin(desk: Page, title: str) -> None:
    """A new change set, opened in the panel."""
    desk.click("[data-room=changes]")
    desk.click("[data-new-change]")
    desk.fill("[data-form=new-change] input", title)
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-change-state]")).to_have_text("草稿")


def upload(desk: Page, path: Path, text: str) -> None:
    """A file of handovers put into the open change set."""
    path.write_text(text, "utf-8")
    desk.select_option("[data-form=add-file] select[name=layer]", "handovers")
    desk.set_input_files("[data-form=add-file] input[name=file]", path)
    desk.click("[data-form=add-file] [data-confirm]")


def test_a_draft_is_read_by_another_published_and_the_desk_decides(
    desk: Page, tmp_path: Path
) -> None:
    kept, moved = sent((120, 306), (180, 306))
    begin(desk, "通丰路路灯移交城管")
    desk.click("[data-add=file]")
    upload(desk, tmp_path / "bad.csv", HEAD + TAKEN_OVER.replace("URBAN", "NOBODY"))
    expect(desk.locator(".rejected tbody tr")).to_have_count(1)
    assert_accessible(desk)
    upload(desk, tmp_path / "good.csv", HEAD + TAKEN_OVER)
    expect(desk.locator("[data-item]")).to_contain_text("good.csv")
    desk.click("[data-act=preview]")
    expect(desk.locator("[data-impact]")).to_contain_text("2 个部件、2 件在办案卷易手")
    expect(desk.locator("article.change table")).to_contain_text("方格城市建设开发有限公司")
    expect(desk.locator("[data-waits]")).to_contain_text("须由另一人")
    expect(desk.locator("[data-act=publish]")).to_have_count(0)
    assert_accessible(desk)

    be = second_person(desk)
    be.click("[data-change]")
    be.click("[data-act=publish]")
    be.click("[data-form=publish] [data-confirm]")
    expect(be.locator("[data-change-state]")).to_have_text("已发布")
    expect(be.locator("article.change .done")).to_be_visible()
    be.click("[data-bell]")
    expect(be.locator("#notice-box li")).to_have_count(1)
    be.click("#notice-box li button")
    expect(be.locator("[data-bell] b")).to_have_count(0)

    decide(desk, kept, "keep_body", "施工单位已在现场")
    assert behind(lambda: leads(kept)) == "BUILDER"
    decide(desk, moved, "reassign", "已移交城管")
    assert behind(lambda: leads(moved)) == "URBAN"


def decide(desk: Page, number: str, act: str, reason: str) -> None:
    """Open the marked case, and keep it where it is or reassign it."""
    desk.click("[data-room=cases]")
    desk.goto(f"/console/?case={number}")
    mark = desk.locator("[data-ground-changed]")
    expect(mark).to_contain_text("现答案：方格区城市管理局")
    assert_accessible(desk)
    mark.locator(f"[data-act={act}]").click()
    desk.fill(f"[data-form={act}] textarea", reason)
    desk.click(f"[data-form={act}] [data-confirm]")
    expect(desk.locator(f"[data-form={act}]")).to_have_count(0)
    expect(mark).to_have_count(0)


def test_an_area_is_drawn_by_hand_with_and_without_a_mouse(desk: Page) -> None:
    begin(desk, "花园南侧新增绿化")
    slow: list[Route] = []
    desk.route(FORM, lambda part: slow.append(part))
    with desk.expect_request(FORM):
        desk.click("[data-add=draw]")
    form = desk.locator("[data-form=draw]")
    for x, y in ((340, 340), (440, 340), (440, 440)):
        click_at(desk, x, y)  # before the form's own part of the page has come
    for part in slow:
        part.continue_()
    expect(form.locator("ol li")).to_have_count(3)
    lon, lat = small_city.degrees_of(340, 440)
    form.get_by_label("纬度, 经度").fill(f"{lat}, {lon}")
    desk.keyboard.press("Enter")
    expect(form.locator("ol li")).to_have_count(4)
    form.get_by_label("编码").fill("HAND-1")
    form.locator(".el-select").first.click()
    desk.keyboard.type("锦绣花园")
    desk.keyboard.press("Enter")
    assert_accessible(desk)
    form.locator("[data-confirm]").click()
    expect(desk.locator("[data-item]")).to_contain_text("手工编辑")
    expect(desk.locator("[data-item]")).to_contain_text("新增 1")


def test_a_fault_is_given_to_a_body_and_closed(desk: Page) -> None:
    desk.click("[data-room=faults]")
    expect(desk.get_by_role("status").filter(has_text="底册可能尚未检查")).to_be_visible()
    at_once([check_work_list])
    desk.click("[data-room=cases]")
    desk.click("[data-room=faults]")
    first = desk.locator("[data-fault]").first
    first.focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-fault-state]")).to_have_text("待交办")
    assert_accessible(desk)
    desk.click("article.fault [data-act=give]")
    form = desk.locator("[data-form=give]")
    form.locator("[data-confirm]").click()
    expect(form.get_by_role("alert")).to_have_text("请选择单位。")
    form.locator(".el-select").click()
    desk.keyboard.type("城市管理局")
    desk.keyboard.press("Enter")
    form.locator("textarea").fill("请核对边界")
    form.locator("[data-confirm]").click()
    expect(desk.locator("[data-fault-state]")).to_have_text("已交办")
    expect(desk.locator("article.fault")).to_contain_text("方格区城市管理局")
    desk.click("article.fault [data-act=close]")
    desk.fill("[data-form=close] textarea", "两家已有协议")
    desk.click("[data-form=close] [data-confirm]")
    expect(desk.locator("[data-fault-state]")).to_have_text("已了结")
    assert_accessible(desk)


def test_the_same_place_is_asked_as_of_another_day_for_another_role_and_under_a_draft(
    desk: Page,
) -> None:
    begin(desk, "试问")
    desk.click("[data-room=cases]")
    click_at(desk, 120, 306)
    expect(desk.locator("[data-outcome]")).to_have_attribute("data-outcome", "presumed")
    desk.click(".manner summary")
    desk.select_option(".manner select[name=role]", "owner")
    expect(desk.locator("[data-outcome]")).to_be_visible()
    desk.fill(".manner input[name=at]", "2020-01-01")
    desk.keyboard.press("Tab")
    expect(desk.locator("[data-supposed]")).to_contain_text("过去")
    expect(desk.locator("[data-sheet]")).to_have_attribute("href", re.compile("at=2020-01-01"))
    assert_accessible(desk)
    desk.fill(".manner input[name=at]", "")
    desk.keyboard.press("Tab")
    desk.locator(".manner select[name=draft]").select_option(index=1)
    expect(desk.locator("[data-supposed]")).to_contain_text("尚未发布")
    expect(desk.locator(".result .refusal")).to_contain_text("没有内容")  # and it says the remedy
