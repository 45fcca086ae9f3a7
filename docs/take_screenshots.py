"""Take the pictures of the docs from the running demo city: `make demo`, then run this beside it.

python docs/take_screenshots.py [--base http://127.0.0.1:8000]
"""

import argparse
import shutil
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
# Drawn by software, in headless machines without a graphics card too.
ARGUMENTS = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
# Tongfeng Road: the seventh of twelve lamps that nobody took over.
LAMP = "50990101018005533"


def _sign_in(page: Page, account: str, password: str) -> None:
    page.goto("/login/?next=/console/")
    page.fill("input[name=username]", account)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_url("**/console/**")


def _ask_for_the_lamp(page: Page, language: str) -> None:
    page.goto("about:blank")
    page.goto(f"/console/#map=16.6/31.0236/109.4779&facility={LAMP}&lang={language}")
    page.wait_for_selector("#map[data-drawn=true]")
    page.wait_for_selector("[data-outcome]")
    page.wait_for_timeout(3000)  # the last tiles and names


def main() -> None:
    """Write docs/images/*.png."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000")
    parser.add_argument("--account", default="dispatcher")
    parser.add_argument("--password", default="lamplighter-demo")
    given = parser.parse_args()
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        for name, language, width, height in (
            ("console", "zh-Hans", 1366, 768),
            ("console-phone", "zh-Hans", 390, 844),
        ):
            context = browser.new_context(
                base_url=given.base,
                viewport={"width": width, "height": height},
                locale="zh-CN" if language == "zh-Hans" else "en",
            )
            page = context.new_page()
            _sign_in(page, given.account, given.password)
            _ask_for_the_lamp(page, language)
            page.screenshot(path=IMAGES / f"{name}.png")
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
