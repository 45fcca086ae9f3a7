"""Every screen, on a desk and on a phone, in both languages: axe finds nothing, the keyboard reaches all."""

import pytest
from playwright.sync_api import Page, expect

from grid.organizations.models import Membership, Organization
from tests import factories
from tests.e2e.accessibility import violations

PASSWORD = "lamplight-4-ada"
OPEN = ["/", "/login/", "/report/", "/track/", "/track/NOSUCHCODE", "/f/T3", "/nowhere/"]
MEMBERS = [
    "/",
    "/console/",
    "/console/#room=changes",
    "/console/#room=faults",
    "/console/#room=phone",
    "/console/#room=inbox",
    "/console/#room=catalogue",
    "/console/#room=catalogue&of=editions",
    "/console/#room=catalogue&of=drafts",
    "/console/#room=catalogue&of=knowledge",
    "/console/#room=returns",
    "/console/#room=joint",
    "/console/#room=joint&of=meetings",
    "/console/#room=joint&of=gatherings",
    "/console/#room=joint&of=duty",
    "/console/#room=clocks",
    "/console/#room=clocks&of=supervisions",
    "/console/#room=clocks&of=reminders",
    "/console/#room=clocks&of=emergency",
    "/console/#room=clocks&of=figures",
    "/console/#room=clocks&of=messages",
    "/owners/",
    "/owners/#facility=T3",
    "/inspect/",
    "/password/",
]
ADMINISTRATORS = ["/", "/admin/", "/admin/grid/handover/", "/admin/core/user/"]
TABS = 12

# What has the focus: a name for it, whether it is to be seen, and whether the focus shows.
FOCUSED = """() => {
    const one = document.activeElement;
    if (!one || one === document.body) return null;
    const box = one.getBoundingClientRect(), look = getComputedStyle(one);
    const wrapped = one.closest('[class*=el-select__wrapper], [class*=el-input__wrapper], label, .el-checkbox');
    const shows = (style) => style.outlineStyle !== 'none' && style.outlineWidth !== '0px'
        || style.boxShadow !== 'none';
    return {
        place: [...document.querySelectorAll('*')].indexOf(one),
        name: `${one.tagName} ${one.className} ${one.textContent.trim().slice(0, 30)}`,
        seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.right > 0,
        shown: shows(look) || (wrapped !== null && shows(getComputedStyle(wrapped)))
            || one.type === 'checkbox' || one.type === 'radio' || one.type === 'file',
    };
}"""


def sign_in(page: Page, name: str) -> None:
    """Through the login page."""
    page.goto("/login/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button")
    expect(page.locator("input[name=password]")).to_have_count(0)


def settle(page: Page, address: str) -> None:
    """Open a page and wait until it has drawn what it draws."""
    page.goto("about:blank")
    page.goto(address)
    page.wait_for_load_state("load")
    expect(page.locator("h1").first).to_be_attached()
    if address.startswith("/console/"):
        page.wait_for_selector("#map[data-drawn=true], [data-page] h2")
    if address.startswith("/owners/"):
        expect(page.locator("tbody tr").first).to_be_attached()
    page.wait_for_timeout(500)


def faults_of(page: Page, address: str, language: str) -> list[str]:
    """What is wrong with the page."""
    faults = [f"{address}: {one}" for one in violations(page)]
    spoken = page.locator("html").get_attribute("lang") or ""
    if not spoken.startswith(language[:2]):
        faults.append(f"{address}: speaks {spoken}")
    wide, room = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    if wide > room:
        faults.append(f"{address}: {wide} px wide in {room}")
    reached = []
    for _ in range(TABS):
        page.keyboard.press("Tab")
        if (focused := page.evaluate(FOCUSED)) is None:
            break  # out of the page again
        reached.append(f"{focused['place']} {focused['name']}")
        if focused["seen"] and not focused["shown"]:
            faults.append(f"{address}: no focus to be seen on {focused['name']}")
    if len(set(reached)) < min(3, len(reached)) or not reached:
        faults.append(f"{address}: the keyboard is caught at {reached[-1:]}")
    return faults


@pytest.fixture
def administrator(served: str) -> None:
    """Somebody for the administrator's pages; made before the browser's event loop runs."""
    root = factories.user("root")
    root.set_password(PASSWORD)
    root.is_staff = True
    root.save()
    body = Organization.objects.get(code="DISTRICT")
    Membership.objects.create(user=root, role="administrator", organization=body)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=["desk", "phone"])
def test_every_screen_is_accessible(
    administrator: None, screen: Page, served: str, size: tuple[int, int], language: str
) -> None:
    screen.set_viewport_size({"width": size[0], "height": size[1]})
    faults: list[str] = []
    strangers: list[str] = []
    screen.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((served, "data:", "blob:", "about:"))
            else strangers.append(r.url)
        ),
    )
    screen.on("pageerror", lambda error: faults.append(f"{screen.url}: {error}"))
    for person, addresses in (("", OPEN), ("ada", MEMBERS), ("root", ADMINISTRATORS)):
        screen.context.clear_cookies()
        screen.context.add_cookies([{"name": "django_language", "value": language, "url": served}])
        if person:
            sign_in(screen, person)
        for address in addresses:
            settle(screen, address)
            faults += faults_of(screen, address, language)
    assert faults == []
    assert strangers == []
