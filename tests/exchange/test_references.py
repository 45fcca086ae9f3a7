"""Directories of names: hints for a few unknown values, not for thousands."""

from exchange.references import MOST_HINTS, Directory


def test_hints_are_given_for_the_first_unknown_values_and_kept() -> None:
    directory = Directory("organization")
    for number in range(MOST_HINTS + 10):
        directory.add(number, f"{number:05d}", f"照明管理处{number:05d}")
    unknown = [f"照明管理所{number:05d}" for number in range(MOST_HINTS + 10)]
    told = ["did you mean" in directory.fault(value, [])[1] for value in unknown]
    assert told == [True] * MOST_HINTS + [False] * 10
    assert "did you mean" in directory.fault(unknown[0], [])[1]
