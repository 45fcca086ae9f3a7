"""How soon a reported case stands on a console that is open elsewhere: commit to row, in a real browser.

    python benchmarks/bench_console_live.py --url http://127.0.0.1:8000 --password P [--reports 30]

Takes down reports over the API as the desk would, on a served demo city; the watching page notes when
each number appears in its list. Prints p50, p95 and the slowest, in milliseconds.
"""

import argparse
import random
import shutil
import statistics
import time
from typing import Any

from playwright.sync_api import BrowserContext, Page, sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
]
WATCH = """() => {
    window.seen = {};
    const look = () => document.querySelectorAll('[data-case]').forEach((row) => {
        window.seen[row.dataset.case] ??= Date.now();
    });
    look();
    new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
}"""


def signed_in(context: BrowserContext, user: str, password: str) -> Page:
    """The console, live."""
    page = context.new_page()
    page.goto("/console/")
    page.fill("input[name=username]", user)
    page.fill("input[name=password]", password)
    page.click("main button")
    page.wait_for_selector("[data-live=open]", timeout=60_000)
    page.wait_for_selector("[data-case]", timeout=60_000)
    return page


def report(context: BrowserContext, place: tuple[float, float], n: int) -> tuple[str, float]:
    """Take one down; its case's number, and when the server had answered (ms)."""
    me = context.request.get("/api/v1/me/").json()
    body: dict[str, Any] = {"channel": "phone", "text": f"{n}", "lon": place[0], "lat": place[1]}
    headers = {"X-CSRFToken": me["csrf"], "Referer": f"{context.pages[0].url}"}
    answer = context.request.post("/api/v1/requests/", data=body, headers=headers)
    answered = time.time() * 1000
    return str(answer.json()["properties"]["case"]), answered


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--user", default="dispatcher")
    parser.add_argument("--password", required=True)
    parser.add_argument("--reports", type=int, default=30)
    options = parser.parse_args()
    chance = random.Random(1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=ARGUMENTS
        )
        desk, other = (browser.new_context(base_url=options.url) for _ in range(2))
        page = signed_in(other, options.user, options.password)
        signed_in(desk, options.user, options.password)
        page.evaluate(WATCH)
        west, south, east, north = desk.request.get("/console/city.json").json()["bounds"]
        spans = []
        for n in range(options.reports):
            lon = west + (east - west) * chance.uniform(0.4, 0.6)
            lat = south + (north - south) * chance.uniform(0.55, 0.75)
            number, answered = report(desk, (lon, lat), n)
            page.wait_for_function("one => window.seen[one]", arg=number, timeout=60_000)
            spans.append(page.evaluate("one => window.seen[one]", number) - answered)
            time.sleep(0.5)
        browser.close()
    spans.sort()
    p95 = spans[min(len(spans) - 1, round(0.95 * len(spans)))]
    print(
        f"{len(spans)} reports: p50 {statistics.median(spans):.0f} ms, "
        f"p95 {p95:.0f} ms, slowest {spans[-1]:.0f} ms"
    )


if __name__ == "__main__":
    main()
