"""Take the pictures of the docs: walk Tongfeng Road from the report to the files, in a running demo city.

`make demo`, then beside it: `.venv/bin/python -m docs.take_screenshots [--base http://127.0.0.1:8000]`.
It leaves one archived case behind; nothing else is changed.
"""

import argparse
import io
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, sync_playwright

from fixtures.today.pictures import photo

IMAGES = Path(__file__).parent / "images"
# Drawn by software, in headless machines without a graphics card too.
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
# Tongfeng Road: the seventh of twelve lamps that nobody took over.
LAMP, LON, LAT = "50990101018005533", 109.4785881, 31.0228884
COLOURS = 256  # small files; the colours refined, so that amber does not turn red
PATIENCE_MS = 60_000

ACT = """async ([path, body]) => {
  const token = /csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const answer = await fetch("/api/v1/" + path, {method: "POST", body: JSON.stringify(body),
    headers: {"Content-Type": "application/json", "X-CSRFToken": token}});
  return [answer.status, await answer.json()];
}"""
READ = "async path => (await fetch('/api/v1/' + path)).json()"
SEND = """async ([number, bytes, purpose]) => {
  const token = /csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? "";
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)], {type: "image/jpeg"}), "现场.jpg");
  form.append("purpose", purpose);
  const answer = await fetch(`/api/v1/cases/${number}/add_evidence/`, {method: "POST", body: form,
    headers: {"X-CSRFToken": token}});
  return answer.status;
}"""


class Walk:
    """The people of the story, each in a browser of their own."""

    def __init__(self, browser: Browser, base: str, password: str) -> None:
        self.browser, self.base, self.password = browser, base, password
        self.pages: dict[str, Page] = {}
        self.shots = 0

    def context(self, size: dict[str, int]) -> BrowserContext:
        """A phone or a desk, standing on Tongfeng Road."""
        context = self.browser.new_context(
            base_url=self.base,
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation={"longitude": LON, "latitude": LAT, "accuracy": 8},
            permissions=["geolocation"],
        )
        context.set_default_timeout(PATIENCE_MS)
        return context

    def person(self, account: str, start: str, size: dict[str, int]) -> Page:
        """Somebody signed in, on the page where they work."""
        if account not in self.pages:
            page = self.context(size).new_page()
            page.goto(f"{'/inspect' if start == '/inspect/' else ''}/login/?next={start}")
            page.fill("input[name=username]", account)
            page.fill("input[name=password]", self.password)
            page.click("main button")
            page.wait_for_url(f"**{start}**")
            self.pages[account] = page
        return self.pages[account]

    def act(self, account: str, number: str, act: str, expecting: int = 201, **body: Any) -> Any:
        """An act upon the case by somebody signed in."""
        status, told = self.pages[account].evaluate(ACT, [f"cases/{number}/{act}/", body])
        if status != expecting:
            raise SystemExit(f"{account} {act}: {status} {told}")
        return told

    def photo(self, account: str, number: str, north: float, *, lit: bool, purpose: str) -> None:
        """A photo taken so many degrees north of the lamp; never twice the same."""
        self.shots += 1
        now = datetime.now(UTC)
        seed = int(now.timestamp()) + self.shots
        data = photo(seed, lon=LON, lat=LAT + north, taken_at=now, lit=lit)
        status = self.pages[account].evaluate(SEND, [number, list(data), purpose])
        if status != 201:
            raise SystemExit(f"{account}: the photo was not taken in ({status})")


def shoot(page: Page, name: str) -> None:
    """Keep what the page shows, in few colours."""
    page.wait_for_load_state("networkidle") if "/console/" not in page.url else None
    page.wait_for_timeout(3500)  # the last tiles, names and pictures
    shown = Image.open(io.BytesIO(page.screenshot()))
    few = shown.convert("RGB").quantize(COLOURS, kmeans=3, dither=Image.Dither.NONE)
    few.save(IMAGES / f"{name}.png", optimize=True)


def _open_case(desk: Page, number: str) -> None:
    desk.goto("about:blank")
    desk.goto(f"/console/#map=16.6/{LAT}/{LON}&case={number}")
    desk.wait_for_selector("#map[data-drawn=true]")


def _report(walk: Walk) -> tuple[Page, str]:
    """A parent reports the dark street on a phone, and gets a code."""
    page = walk.context(PHONE).new_page()
    page.goto("/report/")
    page.click("#locate")
    page.wait_for_timeout(1500)
    shoot(page, "1-report")
    forward = page.locator(".step.now [data-go]").last
    forward.click()
    page.locator(".choice", has_text="路灯不亮").click()
    page.fill("#text", "同丰路一整条街都黑了，三百米没有一盏灯亮")
    dark = photo(int(datetime.now(UTC).timestamp()), lon=LON, lat=LAT,
                 taken_at=datetime.now(UTC), lit=False)  # fmt: skip
    file = FilePayload(name="dark.jpg", mimeType="image/jpeg", buffer=dark)
    page.set_input_files("input[name=photos] >> nth=1", [file])
    forward.click()
    page.fill("#phone", "138 0000 0001")
    page.click("#send")
    page.wait_for_selector("#code")
    return page, page.locator("#code").inner_text()


def walk_the_road(walk: Walk) -> None:
    """Report → verify → file → dispatch → repair → check → callback → closed → archived."""
    citizen, code = _report(walk)
    desk = walk.person("dispatcher", "/console/", DESK)
    newest = desk.evaluate(READ, "cases/?channel=web&limit=1")["features"][0]
    number = newest["properties"]["number"]
    inspector = walk.person("inspector", "/inspect/", PHONE)
    walk.photo("inspector", number, 0.00003, lit=False, purpose="verify")
    walk.act("inspector", number, "verify", reason="整条街不亮，属实")
    walk.act("dispatcher", number, "file", category="06031", facility=LAMP)
    _open_case(desk, number)
    verdict = desk.locator("summary, button", has_text="权属判定").first
    verdict.click()
    verdict.evaluate("part => part.scrollIntoView({block: 'start'})")
    shoot(desk, "2-verdict")
    walk.act("dispatcher", number, "dispatch")
    crew = walk.person("crew", "/inspect/", PHONE)
    walk.act("crew", number, "accept")
    crew.reload()
    shoot(crew, "3-crew")
    walk.photo("crew", number, 0.00002, lit=False, purpose="before")
    walk.photo("crew", number, 0.00004, lit=True, purpose="after")
    walk.act("crew", number, "handle", reason="更换回路熔断器，十二盏灯全部亮起")
    walk.act("inspector", number, "check")
    walk.photo("inspector", number, 0.02, lit=True, purpose="check")
    walk.act("dispatcher", number, "callback", rating="satisfied", contacted=True, solved=True,
             effect_ok=True, attitude_ok=True)  # fmt: skip
    walk.act("inspector", number, "close", expecting=409)
    inspector.goto("about:blank")
    inspector.goto(f"/inspect/#/case/{number}")
    inspector.get_by_text("现场照片").first.wait_for()
    inspector.evaluate("scrollTo(0, 330)")
    shoot(inspector, "4-too-far")
    for north in (0.00005, 0.00007):
        walk.photo("inspector", number, north, lit=True, purpose="check")
    walk.act("inspector", number, "close")
    _open_case(desk, number)
    shoot(desk, "5-closed")
    walk.act("dispatcher", number, "archive")
    citizen.goto(f"/track/{code}")
    shoot(citizen, "6-track")


def main() -> None:
    """Write docs/images/*.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--password", default="lamplighter-demo")
    given = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        walk = Walk(browser, given.base, given.password)
        walk_the_road(walk)
        owners = walk.person("developer", "/owners/", DESK)
        shoot(owners, "7-owners")
        browser.close()


if __name__ == "__main__":
    main()
