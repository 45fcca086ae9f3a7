"""The files of items: under names that any file system takes."""

import pytest

from inspections.changes.files import bare_name


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\城\\灯.geojson", "灯.geojson"),
        ("a\0b.csv", "ab.csv"),
        ("..", "file"),
        ("长" * 250 + ".geojson", "长" * 64 + ".geojson"),
        ("a\ud800.csv", "a?.csv"),
    ],
)
def test_a_name_is_a_bare_one_and_short_enough(sent: str, kept: str) -> None:
    assert bare_name(sent) == kept
