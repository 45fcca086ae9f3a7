"""What axe can check of a page: WCAG 2.2 A and AA (the size of targets too) and its best practices."""

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

# axe leaves the rules that came with WCAG 2.2 off unless asked for.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


def violations(page: Page) -> list[str]:
    """Each violation by its rule, with the first elements that show it."""
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"axe {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in found]


def assert_accessible(page: Page) -> None:
    """No violation of what axe can check."""
    assert violations(page) == []
