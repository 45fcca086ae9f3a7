"""One dark street from the report to the archive, on three screens: a citizen's, the desk's, the phones in the field."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from inspections.cases.models import Case
from tests.clones import at_once
from tests.e2e.accessibility import assert_accessible
from tests.e2e.camera import camera
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.e2e.test_console_cases import do
from tests.e2e.test_inspector import ANOTHER_MS, HERE, person, shoot, step
from tests.maps import small_city

Screens = Callable[..., Page]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}


@pytest.fixture
def screens(served: str, tmp_path: Path) -> Iterator[Screens]:
    """Opens a screen for somebody at an address; phones stand at lamp T2 and have a camera of their own."""
    person("bo", "inspector", "STREET")
    person("di", "handler", "BUILDER")
    with sync_playwright() as playwright, ExitStack() as stack:

        def open_at(name: str, path: str, *, seed: int, phone: bool = True) -> Page:
            film = camera(tmp_path, seed=seed) if phone else []
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *film])
            stack.callback(browser.close)
            how: dict[str, Any] = {"viewport": PHONE if phone else DESK}
            if phone:
                lon, lat = small_city.degrees_of(*HERE)
                how["geolocation"] = {"longitude": lon, "latitude": lat, "accuracy": 5}
                how["permissions"] = ["geolocation", "camera"]
            context = browser.new_context(base_url=served, locale="zh-CN", **how)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.goto(path)
            if name:
                page.fill("input[name=username]", name)
                page.fill("input[name=password]", f"lamplight-4-{name}")
                page.click("main button")
            return page

        yield open_at


def the_case() -> Case:
    """The one case, as it stands now."""
    return at_once([lambda: Case.objects.select_related("verdict").get()])[0]


def report_on(page: Page) -> str:
    """A citizen marks the place, says what is wrong, leaves a number; answers the tracking code."""
    page.click("#locate")
    expect(page.locator("#spot")).to_contain_text("已标在")
    forward = page.locator(".step.now [data-go]").last
    forward.click()
    page.locator(".choice", has_text="路灯不亮").click()
    page.fill("#text", "三百米长街一片漆黑，老人孩子不敢出门")
    forward.click()
    page.fill("#phone", "138 0000 0001")
    page.click("#send")
    expect(page.locator("#code")).to_be_visible()
    return page.locator("#code").inner_text()


@pytest.mark.mission("D5", "D7", "D8", "D9", "F4", "F19", "F21")
def test_from_one_dark_street_to_a_proven_close(screens: Screens) -> None:
    citizen = screens("", "/report/", seed=1)
    desk = screens("ada", "/console/", seed=0, phone=False)
    desk.wait_for_selector("[data-live=open]")
    code = report_on(citizen)
    row = desk.locator("[data-case]")
    expect(row).to_contain_text("三百米长街")  # live, without a reload
    case = the_case()
    assert (case.state, case.channel) == ("reported", "web")

    inspector = screens("bo", "/inspect/", seed=2)
    inspector.locator("a.line").click()
    step(inspector, "拍核实照片")
    shoot(inspector)
    step(inspector, "核实属实")
    inspector.locator("dialog.sheet").get_by_role("button", name="核实属实").click()
    expect(inspector.locator(".head")).to_contain_text("已核实")

    row.click()
    head = desk.locator("[data-head]")
    expect(head).to_contain_text("已核实")
    do(desk, "file")
    expect(head).to_contain_text("已立案")
    do(desk, "dispatch")
    expect(head).to_contain_text("已派遣")
    verdict = the_case().verdict
    assert verdict is not None
    assert verdict.answer["dispatch_to"]["code"] == "BUILDER"

    crew = screens("di", "/inspect/", seed=3)
    crew.locator("a.line").click()
    for words in ("受理", "我已到场"):
        step(crew, words)
    for words, after_ms in (("拍处置前照片", 0), ("拍处置后照片", ANOTHER_MS)):
        step(crew, words)
        shoot(crew, after_ms)
    step(crew, "提交处置")
    sheet = crew.locator("dialog.sheet")
    sheet.get_by_role("textbox").fill("更换熔断器，恢复供电")
    sheet.get_by_role("button", name="提交处置").click()
    expect(crew.locator(".head")).to_contain_text("已处置")

    expect(head).to_contain_text("已处置")  # live, too
    inspector.goto("/inspect/")
    inspector.locator("a.line").click()
    step(inspector, "拍核查照片")
    shoot(inspector, ANOTHER_MS)
    step(inspector, "核查通过")
    inspector.locator("dialog.sheet").get_by_role("button", name="核查通过").click()
    expect(inspector.locator(".head")).to_contain_text("已核查")
    assert_accessible(inspector)

    expect(head).to_contain_text("已核查")
    desk.locator("[data-act=callback]").click()
    form = desk.locator("[data-form=callback]")
    form.get_by_text("满意", exact=True).click()
    assert_accessible(desk)
    form.locator("[data-confirm]").click()
    expect(head).to_contain_text("已回访")
    do(desk, "close")
    expect(head).to_contain_text("已结案")
    do(desk, "archive")
    expect(head).to_contain_text("已归档")

    citizen.goto(f"/track/{code}")
    expect(citizen.locator("h1")).to_have_text("已解决")
    expect(citizen.locator("main")).not_to_contain_text("13800000001")
    assert_accessible(citizen)
    closed = the_case()
    assert (closed.state, closed.closing_basis) == ("archived", "callback")
