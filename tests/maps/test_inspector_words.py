"""The phone has words, in both languages, for whatever it may be offered and whatever it is told of."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from core.workflow import WORKFLOWS
from inspections.cases.commands import ACTS
from inspections.joint.undertakings.models import UndertakingKind, UndertakingState
from inspections.joint.undertakings.views import ACTS as UNDERTAKING_ACTS

APP = Path(settings.BASE_DIR) / "frontend" / "inspector"
FILES = [APP / "words.ts", *sorted((APP / "words").glob("*.ts"))]


def keys(file: Path) -> list[str]:
    """The words of a file, each once for each language."""
    return re.findall(r"^  (\w+):", file.read_text("utf-8"), re.MULTILINE)


def words() -> set[str]:
    return {key for file in FILES for key in keys(file)}


def phone_acts() -> set[str]:
    """Acts upon a case for which the phone has a form."""
    table = re.search(
        r"ACTS: [^=]*= \{\n(.*?)\n\};", (APP / "task" / "choices.ts").read_text(), re.S
    )
    assert table is not None
    return set(re.findall(r"^  (\w+):", table[1], re.MULTILINE))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_each_word_stands_in_both_languages(file: Path) -> None:
    found = keys(file)
    assert sorted(found) == sorted(2 * [*dict.fromkeys(found)])


def test_each_word_stands_in_one_file() -> None:
    found = [key for file in FILES for key in dict.fromkeys(keys(file))]
    assert [key for key in dict.fromkeys(found) if found.count(key) > 1] == []


@pytest.mark.mission("D8")
def test_a_handler_finds_every_act_of_the_body_on_the_phone() -> None:
    of_the_body = {
        *("accept", "join", "handle", "reply", "add_assist", "add_evidence"),
        *("propose_transfer", "agree_transfer", "refuse_transfer", "withdraw_transfer"),
        *("request_return", "withdraw_return", "appeal_return"),
        *("request_extension", "request_parking", "unpark", "answer_supervision"),
    }
    assert of_the_body - {"add_evidence"} <= phone_acts()
    assert phone_acts() <= set(ACTS)
    assert {f"do_{act}" for act in of_the_body | phone_acts()} <= words()


@pytest.mark.mission("C3")
def test_what_bodies_are_to_do_has_its_words() -> None:
    wanted = {f"do_undertaking_{act}" for act in UNDERTAKING_ACTS} | {"do_stop_work"}
    wanted |= {f"under_{kind}" for kind in UndertakingKind.values}
    wanted |= {f"ustate_{state}" for state in UndertakingState.values}
    assert wanted <= words()


def test_every_act_on_record_has_its_words() -> None:
    told = {key.partition("_")[2] for key in words() if key.startswith(("trail_", "do_"))}
    of_workflows = {
        line.act
        for model, workflow in WORKFLOWS.items()
        if model._meta.app_label == "inspections" and ".changes." not in model.__module__
        for line in workflow.transitions
    }
    assert of_workflows | set(ACTS) <= told
