"""The console has words for everything that can happen to a case: nothing on its timeline is a code."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.workflow import WORKFLOWS
from inspections.cases.commands import ACTS
from inspections.cases.models import CaseState

WORDS = Path(settings.BASE_DIR) / "frontend" / "console" / "words"
ROOMS = ("cases", "disputes", "fieldwork", "intake", "requests")


def keys(file: str) -> list[str]:
    """The words of a file, each once for each language."""
    return re.findall(r"^  (\w+):", (WORDS / file).read_text("utf-8"), re.MULTILINE)


def all_keys() -> list[str]:
    return [key for file in sorted(WORDS.glob("*.ts")) for key in dict.fromkeys(keys(file.name))]


def recorded_acts() -> set[str]:
    """What the rooms of a case put on record beside the lines of their workflows."""
    folder = Path(settings.BASE_DIR) / "inspections"
    sources = (path.read_text("utf-8") for room in ROOMS for path in (folder / room).rglob("*.py"))
    return {act for text in sources for act in re.findall(r'\bact="(\w+)"', text)}


def test_each_word_stands_in_both_languages() -> None:
    for file in WORDS.glob("*.ts"):
        found = keys(file.name)
        assert sorted(found) == sorted(2 * [*dict.fromkeys(found)]), file.name


def test_each_word_stands_in_one_file() -> None:
    found = all_keys()
    assert [key for key in dict.fromkeys(found) if found.count(key) > 1] == []


@pytest.mark.mission("D9")
def test_every_act_has_its_words() -> None:
    of_workflows = {
        line.act
        for model, workflow in WORKFLOWS.items()
        if model._meta.app_label == "inspections" and ".changes." not in model.__module__
        for line in workflow.transitions
    }
    of_workflows.add("redecide")  # what a change of the ground does to a case
    told = {key.removeprefix("did_") for key in all_keys() if key.startswith("did_")}
    assert of_workflows | recorded_acts() - {"set_proof_distance", "state_days"} <= told
    offered = {key.removeprefix("act_") for key in all_keys() if key.startswith("act_")}
    assert set(ACTS) - {"refuse"} <= offered


def test_every_state_has_its_word() -> None:
    states = {key.removeprefix("state_") for key in keys("cases.ts")}
    assert set(CaseState.values) <= states
