"""A citizen on a phone: marks the place, says what is wrong, sends a photo, follows the code; and without JavaScript."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    expect,
    sync_playwright,
)

from grid.evidence.models import Evidence
from inspections.requests.models import ServiceRequest
from tests.clones import at_once
from tests.e2e.accessibility import assert_accessible
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, PATIENCE_MS
from tests.maps import small_city
from tests.photos import photo

PHONE = {"width": 390, "height": 844}
NOT_A_PICTURE = FilePayload(name="b.jpg", mimeType="image/jpeg", buffer=b"no picture")


def picture(seed: int) -> FilePayload:
    return FilePayload(name=f"{seed}.jpg", mimeType="image/jpeg", buffer=photo(seed=seed))


@pytest.fixture
def chromium(served: str) -> Iterator[Browser]:
    """The system's own Chromium, once the city is served."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def recorded() -> tuple[ServiceRequest, list[str]]:
    """The one request, and of what its evidence is; asked beside the browser's own thread."""

    def read() -> tuple[ServiceRequest, list[str]]:
        codes = Evidence.objects.values_list("subject_code", flat=True)
        return ServiceRequest.objects.get(), list(codes)

    return at_once([read])[0]


def phone_of(browser: Browser, served: str, **how: Any) -> BrowserContext:
    """A phone in the small city; it speaks Chinese unless told otherwise."""
    lon, lat = small_city.degrees_of(120, 300)
    usual: dict[str, Any] = {
        "base_url": served,
        "locale": "zh-CN",
        "viewport": PHONE,
        "geolocation": {"longitude": lon, "latitude": lat, "accuracy": 12},
        "permissions": ["geolocation"],
    }
    context = browser.new_context(**usual | how)
    context.set_default_timeout(PATIENCE_MS)
    return context


def accessible(page: Page) -> None:
    """No violation of what axe can check, and nothing wider than the screen."""
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.mission("P16", "F1", "F21")
def test_a_citizen_reports_from_a_phone_and_follows_it(chromium: Browser, served: str) -> None:
    page = phone_of(chromium, served).new_page()
    strangers: list[str] = []
    faults: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith((served, "data:", "blob:")) else strangers.append(r.url),
    )
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/")
    page.click("a[href='/report/']")
    forward = page.locator(".step.now [data-go]").last
    forward.click()
    expect(page.locator("#faults")).to_have_text("请在地图上点一下，或选择社区。")
    page.click("#locate")
    expect(page.locator("#spot")).to_contain_text("已标在")
    expect(page.locator("#faults")).to_be_hidden()
    accessible(page)
    box = page.locator("#map").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2 + 30, box["y"] + box["height"] / 2)
    expect(page.locator("#spot")).to_contain_text("已标在")
    forward.click()

    page.locator(".choice", has_text="路灯不亮").click()
    page.fill("#text", "整条街的灯都不亮")
    page.set_input_files("input[name=photos] >> nth=1", [picture(1), NOT_A_PICTURE])
    expect(page.locator("#thumbs li")).to_have_count(2)
    accessible(page)
    forward.click()

    page.fill("#phone", "138 1234 5678")
    accessible(page)
    page.context.set_offline(True)
    page.click("#send")
    expect(page.locator("#faults")).to_contain_text("内容都在")
    page.context.set_offline(False)
    page.click("#send")  # the second photo is no photo: said, and taken away; the first is held
    expect(page.locator("#faults")).to_contain_text("第 2 张照片")
    expect(page.locator("#thumbs li")).to_have_count(1)
    expect(page.locator("#text")).to_have_value("整条街的灯都不亮")
    accessible(page)
    page.locator(".step.now [data-go='3']").click()
    expect(page.locator("#phone")).to_have_value("138 1234 5678")
    page.click("#send")

    code = page.locator("#code")
    expect(code).to_be_visible()
    request, evidence = recorded()
    assert code.inner_text().replace("-", "") == request.tracking_code
    assert evidence == [request.code]
    accessible(page)
    page.goto("/track/")
    accessible(page)
    page.fill("#code", code_typed := request.tracking_code.lower())
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("已收到")
    expect(page.locator("[aria-current=step]")).to_contain_text("现场核实")
    accessible(page)
    page.click("button[name=language]")
    expect(page.locator("h1")).to_have_text("Received")
    accessible(page)
    page.goto(f"/track/{code_typed[:-1]}")
    expect(page.locator("h1")).to_have_text("No such tracking code")
    accessible(page)
    assert (strangers, faults) == ([], [])


def test_without_javascript_it_is_one_page_that_works_as_well(
    chromium: Browser, served: str
) -> None:
    page = phone_of(chromium, served, java_script_enabled=False).new_page()
    page.goto("/report/")
    page.select_option("#community", index=1)
    page.locator(".choice", has_text="路面破损").click()
    page.set_input_files("input[name=photos] >> nth=1", [picture(1), NOT_A_PICTURE])
    page.fill("#name", "张三")
    page.click("#send")
    expect(page.locator("#faults")).to_contain_text("请说明具体位置")
    expect(page.locator("#faults")).to_contain_text("第 2 张照片")
    expect(page.locator("#name")).to_have_value("张三")
    page.fill("#place_words", "同丰路12号门口")
    page.click("#send")
    expect(page.locator("#code")).to_be_visible()
    request, evidence = recorded()
    assert "同丰路12号门口" in request.text
    assert len(evidence) == 1  # the good photo was held through the refusal


def test_a_reload_keeps_what_was_written_and_a_plate_fills_in_the_place(
    chromium: Browser, served: str
) -> None:
    page = phone_of(chromium, served).new_page()
    page.goto("/f/T2")
    expect(page.locator(".verdict .who")).to_have_text("方格城市建设开发有限公司")
    accessible(page)
    page.click("main .button")
    expect(page.locator("#spot")).to_contain_text("已标在")
    page.locator(".step.now [data-go='2']").click()
    page.fill("#text", "写了一半")
    page.goto("/report/")
    expect(page.locator("#spot")).to_contain_text("已标在")
    expect(page.locator("#text")).to_have_value("写了一半")
    assert page.locator("input[name=facility]").input_value() == "T2"
