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


def shown(results: Path) -> dict[str, list[str]]:
    """Row id → the passed tests that carry its marker, from a JUnit file of pytest."""
    tests: dict[str, list[str]] = defaultdict(list)
    if results.exists():
        for case in ElementTree.fromstring(results.read_bytes()).iter("testcase"):
            if not any(case.find(fault) is not None for fault in ("failure", "error", "skipped")):
                for row in _marked(case):
                    tests[row].append(f"{case.get('classname')}::{case.get('name')}")
    return tests


def _marked(case: Element) -> list[str]:
    return [p.get("value", "") for p in case.iter("property") if p.get("name") == "mission"]


def report(table: Path, results: Path) -> str:
    """The table in words, open rows marked, and the count."""
    capabilities, tests = rows(table), shown(results)
    lines = []
    for row, capability in capabilities.items():
        lines.append(f"{row:4} {capability}{'' if tests[row] else '  — open'}")
        lines += [f"       {test}" for test in sorted(set(tests[row]))]
    done = sum(bool(tests[row]) for row in capabilities)
    if not results.exists():
        lines.append("No test results yet: run 'make test' first.")
    if unknown := sorted(set(tests) - set(capabilities)):
        lines.append(f"Markers that name no row: {', '.join(unknown)}")
    lines.append(f"{done} of {len(capabilities)} rows shown by a passing test.")
    return "\n".join(lines)
