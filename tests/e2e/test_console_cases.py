"""The desk works cases through its screen: taken down, filed, dispatched; the other desk sees it live."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from core.models import User
from grid.catalogue.models import Category
from grid.organizations.models import Organization, Role
from inspections.cases.models import Assignment, Case
from inspections.cases.use_cases import (
    accept_case,
    check_case,
    dispatch_case,
    file_case,
    handle_case,
)
from inspections.intake.use_cases import receive
from inspections.requests.use_cases import RequestRow
from tests import factories
from tests.clones import at_once
from tests.e2e.accessibility import assert_accessible
from tests.e2e.test_console import click_at, sign_in
from tests.maps import small_city

pytestmark = [pytest.mark.mission("D9"), pytest.mark.mission("F3")]
Result = TypeVar("Result")
LIVE_MS = 5_000  # a second on a machine that has nothing else to do


def behind(work: Callable[[], Result]) -> Result:
    """Done in the database behind the screens: in a thread, for the browser's loop runs in this one."""
    (result,) = at_once([work])
    return result


def ada() -> User:
    """The desk."""
    return User.objects.get(username="ada")


def reported(
    text: str = "通丰路路灯不亮", at: tuple[float, float] = (120, 306), channel: str = "phone"
) -> Case:
    """A case at a place of the small city, taken down by telephone."""
    lon, lat = small_city.degrees_of(*at)
    row = RequestRow(
        channel=channel,
        category=Category.objects.get(code="0106"),
        text=text,
        reported_at=timezone.now(),
        lon=lon,
        lat=lat,
    )
    case = receive(row, actor=ada()).case
    assert case is not None
    return case


@pytest.fixture
def desk(screen: Page) -> Iterator[Page]:
    """Ada at her console; nothing goes wrong behind what she sees."""
    faults: list[str] = []
    screen.on("pageerror", lambda error: faults.append(str(error)))
    sign_in(screen, "/console/")
    screen.wait_for_selector("#map[data-drawn=true]")
    yield screen
    assert faults == []


def another_desk(desk: Page) -> Page:
    """The same desk at another screen."""
    browser = desk.context.browser
    assert isinstance(browser, Browser)
    context = browser.new_context(
        base_url=re.sub(r"/console/.*", "", desk.url),
        locale="zh-CN",
        viewport={"width": 1366, "height": 768},
    )
    page = context.new_page()
    sign_in(page, "/console/")
    page.wait_for_selector("[data-live=open]")
    return page


def filed() -> Case:
    """A case that waits to be dispatched."""
    return file_case(reported(), actor=ada())


def checked() -> Case:
    """A case that was repaired and checked, without a photo."""
    builder, street = (Organization.objects.get(code=code) for code in ("BUILDER", "STREET"))
    di = factories.member("di", Role.HANDLER, builder)
    vi = factories.member("vi", Role.VERIFIER, street)
    case = accept_case(dispatch_case(filed(), actor=ada()), actor=di)
    return check_case(handle_case(case, actor=di), actor=vi)


def choose(page: Page, label: str, words: str) -> None:
    """Type into a search box of Element Plus and take what it offers first."""
    page.get_by_role("combobox", name=label).fill(words)
    page.get_by_role("option", name=re.compile(words)).first.click()


def drawn_cases(page: Page, count: int) -> None:
    """Wait until the map shows so many cases, alone or in clusters."""
    sum_of_points = """() => document.querySelector('#map').cityMap
        .queryRenderedFeatures({layers: ['case-pins', 'case-clusters']})
        .reduce((sum, one) => sum + (one.properties.point_count ?? 1), 0)"""
    for _ in range(100):
        if page.evaluate(sum_of_points) == count:
            return
        page.wait_for_timeout(100)
    pytest.fail(f"the map never showed {count} cases")


def do(page: Page, act: str) -> None:
    """Press an act's button, then confirm its form."""
    page.locator(f"[data-act={act}]").click()
    page.locator(f"[data-form={act}] [data-confirm]").click()


def test_a_case_is_taken_down_filed_and_dispatched_while_another_desk_watches(desk: Page) -> None:
    watching = another_desk(desk)
    expect(watching.get_by_text("目前没有案卷")).to_be_visible()

    desk.get_by_role("button", name="登记诉求").click()
    desk.get_by_label("诉求内容").fill("通丰路一片漆黑，孩子放学看不见路")
    choose(desk, "类别", "路灯")
    desk.get_by_label("联系电话").fill("13800005678")
    click_at(desk, 120, 306)
    expect(desk.locator("[data-preview]")).to_contain_text("方格城市建设开发有限公司")
    assert_accessible(desk)
    desk.locator("[data-submit]").click()

    row = watching.locator("[data-case]")
    expect(row).to_contain_text("一片漆黑", timeout=LIVE_MS)
    expect(watching.locator(".toast")).to_contain_text("新案卷")
    expect(watching.locator("[data-group=file] b")).to_have_text("1")

    desk.get_by_role("button", name="打开案卷").click()
    case = desk.locator("[data-open]")
    expect(case.locator("blockquote")).to_have_text("通丰路一片漆黑，孩子放学看不见路")
    expect(case).to_contain_text("138****5678")
    desk.locator("[data-act=file]").click()
    lamp = desk.locator("[data-nearby] button").first  # the nearest; one click names it
    expect(lamp).to_contain_text("路灯")
    lamp.click()
    expect(desk.get_by_label("涉及部件")).to_have_value(lamp.locator("code").inner_text())
    desk.locator("[data-form=file] [data-confirm]").click()
    expect(case.locator("[data-head]")).to_contain_text("已立案")
    expect(row).to_contain_text("已立案", timeout=LIVE_MS)
    assert_accessible(desk)

    desk.locator("[data-act=dispatch]").click()
    expect(desk.locator("[data-why]")).to_contain_text("方格城市建设开发有限公司")
    assert_accessible(desk)
    desk.locator("[data-form=dispatch] [data-confirm]").click()
    expect(case.locator("[data-head]")).to_contain_text("已派遣")
    expect(row).to_contain_text("方格城市建设开发有限公司", timeout=LIVE_MS)
    expect(desk.locator("ol").last).to_contain_text("派遣")
    assert behind(lambda: Case.objects.get().state) == "dispatched"

    case.get_by_role("button", name="查看联系方式").click()
    case.get_by_label("查看原因").fill("回访核实")
    case.get_by_role("button", name="确认查看").click()
    expect(case).to_contain_text("13800005678")


def test_another_body_than_the_verdicts_needs_a_reason(desk: Page) -> None:
    case = behind(filed)
    desk.locator(f"[data-case='{case.number}']").click()
    desk.locator("[data-act=dispatch]").click()
    form = desk.locator("[data-form=dispatch]")
    choose(desk, "派遣给", "方格区城市管理局")
    form.locator("[data-confirm]").click()
    expect(form.get_by_role("alert")).to_have_text("与判定不同，请说明理由。")
    form.get_by_label("改派理由").fill("建设单位已注销")
    form.locator("[data-confirm]").click()
    expect(desk.locator("[data-head]")).to_contain_text("已派遣")
    lead = behind(
        lambda: Assignment.objects.values_list("organization__code", "reason").get(kind="lead")
    )
    assert lead == ("URBAN", "建设单位已注销")


def test_who_was_slower_is_told_and_loses_no_word(desk: Page) -> None:
    case = behind(filed)
    desk.locator(f"[data-case='{case.number}']").click()
    desk.locator("[data-act=dispatch]").click()
    form = desk.locator("[data-form=dispatch]")
    form.locator("textarea").fill("夜间抢修，请带升降车")

    def another_dispatches() -> None:
        housing = Organization.objects.get(code="HOUSING")
        dispatch_case(case, actor=factories.member("eve", Role.DISPATCHER, housing))

    behind(another_dispatches)
    expect(form.get_by_role("alert")).to_contain_text("eve 刚刚办理了“派遣”", timeout=LIVE_MS)
    form.locator("[data-confirm]").click()
    expect(form.locator(".refusal")).to_be_visible()
    expect(form.locator("textarea")).to_have_value("夜间抢修，请带升降车")
    assert_accessible(desk)


def test_an_act_that_found_no_network_is_done_once_by_pressing_again(desk: Page) -> None:
    case = behind(filed)
    desk.locator(f"[data-case='{case.number}']").click()
    desk.locator("[data-act=dispatch]").click()
    desk.route("**/dispatch/", lambda route: route.abort())
    confirm = desk.locator("[data-form=dispatch] [data-confirm]")
    confirm.click()
    expect(desk.locator(".refusal")).to_contain_text("连不上服务器")
    desk.unroute("**/dispatch/")
    confirm.click()
    expect(desk.locator("[data-head]")).to_contain_text("已派遣")


def test_a_close_without_proof_is_refused_in_words(desk: Page) -> None:
    case = behind(checked)
    desk.goto(f"/console/?case={case.number}")
    head = desk.locator("[data-head]")
    expect(head).to_contain_text("已核查")
    expect(desk.locator("[data-open]")).to_contain_text("还没有照片")
    do(desk, "close")
    refusal = desk.locator(".refusal")
    expect(refusal).to_contain_text("proof_missing")
    expect(refusal).to_contain_text("尚无照片")
    refusal.get_by_role("button", name="查看照片问题").click()
    expect(desk.locator(".proof")).to_be_in_viewport()


def test_list_is_worked_by_keyboard_and_narrows_the_map(desk: Page) -> None:
    cases = behind(lambda: [reported(f"第{n}盏路灯不亮", (100 + 40 * n, 306)) for n in range(3)])
    rows = desk.locator("[data-case]")
    expect(rows).to_have_count(3)
    drawn_cases(desk, 3)
    desk.locator("body").press("/")
    search = desk.get_by_role("searchbox", name="搜编号或内容")
    expect(search).to_be_focused()
    search.fill("第1盏")
    expect(rows).to_have_count(1)
    drawn_cases(desk, 1)
    search.press("Escape")
    expect(rows).to_have_count(3)
    search.press("ArrowDown")
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    marked = desk.locator("[aria-selected=true][data-case]")
    expect(marked).to_have_attribute("data-case", cases[1].number)
    desk.keyboard.press("Enter")
    expect(desk.locator("[data-open] blockquote")).to_have_text("第1盏路灯不亮")
    assert f"case={cases[1].number}" in desk.url
    desk.locator("[data-open]").press("Escape")
    expect(desk.locator("[data-open]")).to_have_count(0)
    expect(desk.locator("#case-rows")).to_be_focused()


def test_phone_shows_list_and_case_without_sideways_scrolling(screen: Page, served: str) -> None:
    case = behind(reported)
    screen.set_viewport_size({"width": 390, "height": 844})
    sign_in(screen, "/console/")
    screen.wait_for_selector("#map[data-drawn=true]")
    screen.get_by_role("button", name=re.compile(r"^案卷 \d")).click()  # the tab with its number
    assert_accessible(screen)
    screen.locator(f"[data-case='{case.number}']").click()
    expect(screen.locator("[data-open] blockquote")).to_be_visible()
    overflow = screen.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow == 0
    screen.get_by_role("button", name="English").click()
    expect(screen.locator("[data-act=file]")).to_have_text("File")
    assert_accessible(screen)
