"""The owner's journey: what is refused and why nothing proves it, on the map, in the table, to a file."""

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible

pytestmark = [pytest.mark.mission("D10"), pytest.mark.mission("F8")]


def sign_in(page: Page) -> list[str]:
    """Open the portal through the login page; what goes wrong meanwhile is listed."""
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)
    page.on("response", lambda r: faults.append(r.url) if r.status >= 400 else None)
    page.goto("/owners/")
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", "lamplight-4-ada")
    page.click("main button")
    expect(page.locator("tbody tr")).to_have_count(18)
    return faults


def test_owner_finds_what_was_refused_and_what_proves_it(screen: Page, tmp_path: Path) -> None:
    faults = sign_in(screen)
    expect(screen.locator("#map[data-drawn=true]")).to_be_visible()
    expect(screen.get_by_role("button", name="移交给我方")).to_contain_text("9")
    assert_accessible(screen)

    screen.get_by_role("button", name="拒收").click()
    expect(screen.locator("tbody tr")).to_have_count(9)
    with screen.expect_download() as saved:
        screen.get_by_text("导出", exact=True).click()
        screen.get_by_role("link", name="CSV 文件").click()
    saved.value.save_as(tmp_path / "rows.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "rows.csv").read_text("utf-8-sig"))))
    assert {row["移交状态"] for row in rows} == {"拒收"}
    assert len(rows) == 9

    screen.get_by_role("button", name="T3", exact=True).click()
    facts = screen.get_by_role("region", name="移交情况")
    expect(facts).to_contain_text("方格城市建设开发有限公司")
    expect(facts).to_contain_text("不足以证明移交")
    expect(facts).to_contain_text("不能证明本部件已经移交")
    expect(facts.get_by_role("link", name="在指挥台查看全部依据")).to_have_attribute(
        "href", "/console/#facility=T3"
    )
    assert_accessible(screen)
    screen.keyboard.press("Escape")
    expect(facts).to_have_count(0)

    screen.get_by_role("button", name="清除筛选").click()
    screen.get_by_role("button", name="我方名下").click()
    screen.get_by_role("button", name="English").click()
    screen.get_by_role("button", name="H3", exact=True).click()
    facts = screen.get_by_role("region", name="Handover", exact=True)
    expect(facts).to_contain_text("Proves the handover")
    expect(facts).to_contain_text("方城管移〔2024〕12号")
    expect(facts).to_contain_text("by handover H-2")
    assert_accessible(screen)
    address = screen.url
    screen.goto("about:blank")
    screen.goto(address)
    expect(screen.locator("tbody tr")).to_have_count(9)
    expect(facts).to_contain_text("方城管移〔2024〕12号")
    assert faults == []


def test_owner_on_a_phone(screen: Page) -> None:
    screen.set_viewport_size({"width": 390, "height": 844})
    faults = sign_in(screen)
    assert_accessible(screen)
    screen.get_by_role("button", name="地图").click()
    expect(screen.locator("#map[data-drawn=true]")).to_be_visible()
    assert_accessible(screen)
    screen.get_by_role("button", name="列表").click()
    screen.get_by_role("button", name="T3", exact=True).click()
    expect(screen.get_by_role("region", name="移交情况")).to_contain_text("推定仍由其负责")
    assert_accessible(screen)
    screen.get_by_role("button", name="关闭").click()
    width = screen.evaluate("document.documentElement.scrollWidth")
    assert width <= 390
    assert faults == []


def test_lost_connection_is_told_and_tried_again(screen: Page) -> None:
    sign_in(screen)
    screen.route("**/owners/facilities.json*", lambda route: route.abort())
    screen.get_by_role("button", name="拒收").click()
    expect(screen.get_by_role("alert")).to_contain_text("连不上服务器")
    screen.unroute("**/owners/facilities.json*")
    screen.get_by_role("button", name="重试").click()
    expect(screen.locator("tbody tr")).to_have_count(9)
