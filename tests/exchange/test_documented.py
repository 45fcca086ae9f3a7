"""`docs/loading.md` names every reason for which a row can be refused, and every warning."""

import re

from tests.shared_data import ROOT

FAMILIES = ("blank_", "unknown_", "ambiguous_", "coverage_")


def test_every_reason_and_warning_is_documented() -> None:
    said = set(re.findall(r"`([a-z_]+)…?`", (ROOT / "docs" / "loading.md").read_text()))
    sources = [*(ROOT / "exchange" / "layers").glob("*.py"), *(ROOT / "exchange").glob("*.py")]
    code = "\n".join(path.read_text() for path in sources)
    reasons = set(re.findall(r'(?:refuse\([^"]*|faults\[[^\]]+\] = \(\s*)"([a-z]+_[a-z_]+)"', code))
    reasons |= set(re.findall(r'\.warn\(\s*"([a-z_]+)"', code))
    reasons |= set(re.findall(r'reject\(\s*(?:f?"[^"]*"\s*)+,\s*"([a-z_]+)"', code))
    reasons |= set(re.findall(r'BadValue\("([a-z_]+)"', code))
    assert len(reasons) > 25
    assert {r for r in reasons if not r.startswith(FAMILIES)} - said == set()
