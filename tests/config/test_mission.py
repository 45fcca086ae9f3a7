"""`make mission`: rows, tests and what is open."""

from pathlib import Path

from config import mission

TABLE = """
| Row | Capability |
| --- | --- |
| A1 | One thing |
| A2 | Another |
| A3 | A third |
"""
RESULTS = """<testsuites><testsuite>
<testcase classname="t" name="test_one[a]"><properties><property name="mission" value="A1"/></properties></testcase>
<testcase classname="t" name="test_one[b]"><properties><property name="mission" value="A1"/></properties></testcase>
<testcase classname="t" name="test_two[a]"><properties><property name="mission" value="A2"/></properties></testcase>
<testcase classname="t" name="test_two[b]"><properties><property name="mission" value="A2"/></properties>
  <failure message="no"/></testcase>
<testcase classname="t" name="test_three"><properties><property name="mission" value="A3"/></properties>
  <skipped message="no browser"/></testcase>
</testsuite></testsuites>"""


def test_a_row_is_open_without_a_test_that_passed_in_every_case(tmp_path: Path) -> None:
    (tmp_path / "table.md").write_text(TABLE)
    (tmp_path / "results.xml").write_text(RESULTS)
    assert mission.report(tmp_path / "table.md", tmp_path / "results.xml").splitlines() == [
        "A1   One thing",
        "       ✓ t::test_one",
        "A2   Another  — open",
        "       ✗ FAILED t::test_two",
        "A3   A third  — open",
        "1 of 3 rows shown by a passing test.",
    ]


def test_the_table_of_the_repository_has_every_row_once() -> None:
    rows = mission.rows(Path(__file__).resolve().parents[2] / "docs/mission.md")
    expected = {"D": 10, "F": 23, "P": 19, "C": 20, "N": 22, "B": 33}
    assert list(rows) == [f"{k}{n}" for k, count in expected.items() for n in range(1, count + 1)]
