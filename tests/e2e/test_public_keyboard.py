"""A citizen without a mouse and without JavaScript: reports, follows the code, reads a plate, by the keyboard alone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS

MOST_TABS = 40
# A ring of four pixels round whatever has the focus, or round the words that stand for it.
RING = """element => [element, element.nextElementSibling, element.parentElement].some(
    one => one && getComputedStyle(one).boxShadow.includes('0px 0px 0px 4px'))"""
IN_SIGHT = """element => {
    const box = (element.labels?.[0] ?? element).getBoundingClientRect()
    return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
}"""


@pytest.fixture(params=[(390, 844), (1366, 768)], ids=["phone", "desk"])
def page(request: pytest.FixtureRequest, served: str) -> Iterator[Page]:
    """A browser that runs no script."""
    width, height = request.param
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        context = browser.new_context(
            base_url=served,
            locale="zh-CN",
            viewport={"width": width, "height": height},
            java_script_enabled=False,
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context.new_page()
        browser.close()


def tab_to(page: Page, wanted: str) -> None:
    """Tab until it has the focus; whatever has it on the way is in sight and ringed."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() == 0:
            continue  # the browser's own
        where = focused.evaluate("element => element.outerHTML.slice(0, 120)")
        assert focused.evaluate(RING), f"nobody sees where the focus is: {where}"
        assert focused.evaluate(IN_SIGHT), f"the focus is out of sight: {where}"
        if focused.evaluate("(element, wanted) => element.matches(wanted)", wanted):
            return
    pytest.fail(f"no way to {wanted} by Tab")


@pytest.mark.mission("P16", "F21")
def test_from_the_report_to_the_plate_by_keyboard_alone(page: Page) -> None:
    page.goto("/report/")
    tab_to(page, "#send")
    page.keyboard.press("Enter")  # nothing was said: it says what is missing, and keeps its place
    expect(page.locator("#faults")).to_be_visible()
    tab_to(page, "#community")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#place_words")
    page.keyboard.insert_text("同丰路12号门口")
    tab_to(page, "input[name=what]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("input[name=what]:checked")
    expect(chosen).to_have_count(1)
    tab_to(page, "#text")
    page.keyboard.insert_text("整条街的灯都不亮")
    tab_to(page, "#phone")
    page.keyboard.insert_text("13812345678")
    tab_to(page, "#send")
    page.keyboard.press("Enter")

    code = page.locator("#code").inner_text()
    tab_to(page, "a[href*='/track/']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("已收到")
    page.goto("/track/")
    tab_to(page, "#code")
    page.keyboard.insert_text(code)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("已收到")
    expect(page.locator("dl.told")).to_contain_text("办理期限")

    page.goto("/f/T2")
    tab_to(page, "main a.button")
    page.keyboard.press("Enter")
    expect(page.locator(".given").first).to_contain_text("T2")
    tab_to(page, "input[name=what]")
    page.keyboard.press("Space")
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    expect(page.locator("#code")).to_be_visible()
