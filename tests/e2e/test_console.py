"""The dispatcher's journey: sign in, see the city drawn, ask whose lamp it is, in both languages."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accessibility import assert_accessible
from tests.maps import small_city

pytestmark = [pytest.mark.mission("D9"), pytest.mark.mission("D5")]


def sign_in(page: Page, after: str) -> None:
    """Through the login page, to where one wanted to go."""
    page.goto(after)
    page.fill("input[name=username]", "ada")
    page.fill("input[name=password]", "lamplight-4-ada")
    page.click("main button")


def drawn_features(page: Page, layer: str) -> int:
    """How many features of a layer the map shows right now."""
    count: int = page.evaluate(
        "layer => document.querySelector('#map').cityMap"
        ".queryRenderedFeatures({layers: [layer]}).length",
        layer,
    )
    return count


def wait_until_drawn(page: Page, layer: str) -> None:
    """Wait until the tiles have come and the map shows something of a layer."""
    for _ in range(100):
        if drawn_features(page, layer):
            return
        page.wait_for_timeout(200)
    pytest.fail(f"nothing of {layer} was drawn within 20 s")


def click_at(page: Page, x_m: float, y_m: float) -> None:
    """Click a place of the small city on the map."""
    point = page.evaluate(
        "place => document.querySelector('#map').cityMap.project(place)",
        list(small_city.degrees_of(x_m, y_m)),
    )
    canvas = page.locator("#map canvas").bounding_box()
    assert canvas
    page.mouse.click(canvas["x"] + point["x"], canvas["y"] + point["y"])


def test_dispatcher_learns_whose_lamp_it_is(screen: Page, served: str) -> None:
    strangers: list[str] = []
    refused: list[str] = []
    faults: list[str] = []
    screen.on(
        "request",
        lambda r: None if r.url.startswith((served, "data:", "blob:")) else strangers.append(r.url),
    )
    screen.on("response", lambda r: refused.append(r.url) if r.status >= 400 else None)
    screen.on("pageerror", lambda error: faults.append(str(error)))
    screen.on("console", lambda m: faults.append(m.text) if m.type == "error" else None)

    sign_in(screen, "/console/")
    assert_accessible(screen)
    screen.wait_for_selector("#map[data-drawn=true]")
    for layer in ("facility", "road-3", "cells", "ownership-fill", "water", "road-names"):
        wait_until_drawn(screen, layer)
    assert_accessible(screen)

    click_at(screen, 120, 306)  # T2, refused by urban management: its builder is presumed
    answer = screen.locator("[data-outcome]")
    expect(answer).to_have_attribute("data-outcome", "presumed")
    expect(answer.locator(".who")).to_have_text("方格城市建设开发有限公司")
    expect(answer).to_contain_text("有建设项目而无签署移交")
    expect(screen.locator(".subject")).to_contain_text("T2")
    assert "facility=T2" in screen.url

    click_at(screen, 306, 220)  # H4, handed over and signed
    expect(answer).to_have_attribute("data-outcome", "settled")
    expect(answer.locator(".who")).to_have_text("方格区城市管理局")
    expect(answer).to_contain_text("方城管移〔2024〕12号")

    screen.get_by_role("button", name="English").click()
    expect(screen.locator("html")).to_have_attribute("lang", "en")
    expect(answer.locator(".badge")).to_have_text("Settled")
    expect(answer).to_contain_text("Signed handover")
    expect(answer).to_contain_text("decides")
    assert_accessible(screen)

    assert strangers == []
    assert refused == []
    assert faults == []


def test_search_and_deep_link_lead_to_the_same_answer(screen: Page) -> None:
    sign_in(screen, "/console/")
    screen.wait_for_selector("#map[data-drawn=true]")
    screen.get_by_role("combobox", name="查找道路、编码、单位").fill("T3")
    screen.get_by_role("option", name="T3").click()
    who = screen.locator("[data-outcome] .who")
    expect(who).to_have_text("方格城市建设开发有限公司")
    address = screen.url
    screen.goto("about:blank")
    screen.goto(address)
    expect(who).to_have_text("方格城市建设开发有限公司")
    expect(screen.locator(".subject")).to_contain_text("T3")


def test_a_failed_question_is_told_and_asked_again(screen: Page) -> None:
    sign_in(screen, "/console/")
    screen.wait_for_selector("#map[data-drawn=true]")
    screen.route("**/api/v1/jurisdiction/*", lambda route: route.abort())
    click_at(screen, 120, 306)
    alert = screen.locator(".refusal")
    expect(alert).to_contain_text("连不上服务器")
    assert_accessible(screen)
    screen.unroute("**/api/v1/jurisdiction/*")
    alert.get_by_role("button", name="重试").click()
    expect(screen.locator("[data-outcome]")).to_be_visible()


def test_map_is_asked_by_keyboard(screen: Page) -> None:
    sign_in(screen, "/console/#map=17/30.7226/108.00319")
    screen.wait_for_selector("#map[data-drawn=true]")
    screen.locator("#map canvas").focus()
    screen.keyboard.press("ArrowRight")
    screen.wait_for_timeout(500)
    screen.keyboard.press("Enter")
    expect(screen.locator("[data-outcome]")).to_be_visible()


def test_an_empty_city_says_what_to_do(screen: Page) -> None:
    counts = {"areas": 0, "cells": 0, "facilities": 0, "ownership": 0}
    empty = {"name": "空城", "version": 0, "counts": counts, "bounds": None, "areas": {}}
    lists = {"categories": [], "bodies": [], "handover": {}, "unproven": 0, "red_lines": 0}
    screen.route("**/console/city.json", lambda route: route.fulfill(json=empty | lists))
    sign_in(screen, "/console/")
    expect(screen.get_by_text("manage.py load")).to_be_visible()
    assert_accessible(screen)


def test_phone_keeps_map_and_answer_apart(screen: Page) -> None:
    screen.set_viewport_size({"width": 390, "height": 844})
    sign_in(screen, "/console/#facility=H4")
    screen.wait_for_selector("#map[data-drawn=true]")
    expect(screen.locator("[data-outcome] .who")).to_have_text("方格区城市管理局")
    overflow = screen.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert overflow == 0
    assert_accessible(screen)
    screen.get_by_role("button", name="关闭").click()
    expect(screen.locator("#panel")).to_be_hidden()


def test_pages_of_the_server_are_accessible(screen: Page) -> None:
    for address in ("/", "/login/", "/no-such-page/"):
        screen.goto(address)
        assert_accessible(screen)
