"""`make mission`: each row of docs/mission.md with the tests that showed it in the last run."""

import re
from collections import defaultdict
from pathlib import Path
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

ROW = re.compile(r"^\| ([A-Z]\d+) \| (.+?) \|$", re.MULTILINE)


def rows(table: Path) -> dict[str, str]:
    """Row id → capability, in the order of the page."""
    return dict(ROW.findall(table.read_text()))


def shown(results: Path) -> dict[str, dict[str, bool]]:
    """Row id → the tests that carry its marker and whether they passed, from pytest's JUnit file.

    The cases of a parametrised test count as one, which passed if all did; skipped ones show nothing.
    """
    tests: dict[str, dict[str, bool]] = defaultdict(dict)
    if results.exists():
        for case in ElementTree.fromstring(results.read_bytes()).iter("testcase"):
            if case.find("skipped") is not None:
                continue
            name = f"{case.get('classname')}::{case.get('name')}".partition("[")[0]
            passed = case.find("failure") is None and case.find("error") is None
            for row in _marked(case):
                tests[row][name] = passed and tests[row].get(name, True)
    return tests


def _marked(case: Element) -> list[str]:
    return [p.get("value", "") for p in case.iter("property") if p.get("name") == "mission"]


def report(table: Path, results: Path) -> str:
    """The table in words, open rows marked, and the count."""
    capabilities, tests = rows(table), shown(results)
    lines, done = [], 0
    for row, capability in capabilities.items():
        is_shown = any(tests[row].values())
        done += is_shown
        lines.append(f"{row:4} {capability}{'' if is_shown else '  — open'}")
        for test, passed in sorted(tests[row].items()):
            lines.append(f"       {'✓' if passed else '✗ FAILED'} {test}")
    if not results.exists():
        lines.append("No test results yet: run 'make test' first.")
    if unknown := sorted(set(tests) - set(capabilities)):
        lines.append(f"Markers that name no row: {', '.join(unknown)}")
    lines.append(f"{done} of {len(capabilities)} rows shown by a passing test.")
    return "\n".join(lines)
