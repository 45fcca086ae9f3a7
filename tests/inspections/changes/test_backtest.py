"""Past cases against a draft: agreement, detours, who gains; the alarm and the exit code."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inspections.cases.models import Assignment, Case
from inspections.changes.backtest import Past, summary
from inspections.changes.use_cases import preview_change_set, withdraw_change_set
from tests.inspections.changes.conftest import drafted
from tests.inspections.conftest import Ward, case_in


def past(count: int, first: str, final: str, present: str, draft: str) -> list[Past]:
    return [Past(first, final, present, draft)] * count


def test_the_figures_count_what_happened_and_what_would() -> None:
    told = summary(
        [
            *past(60, "A", "A", "A", "A"),
            *past(8, "A", "B", "A", "B"),  # went round; the draft would not
            *past(2, "A", "A", "A", "B"),  # went straight; the draft would err
        ],
        {"A": "甲", "B": "乙"},
    )
    assert told["agreement"]["present"] == {"cases": 62, "of": 70, "rate": 0.8857}
    assert told["agreement"]["draft"] == {"cases": 68, "of": 70, "rate": 0.9714}
    assert told["detours"] == {"happened": 8, "saved_now": 0, "saved": 8, "caused": 2}
    assert [
        (b["name"], b["present"], b["draft"], b["gains"], b["loses"]) for b in told["bodies"]
    ] == [
        ("甲", 70, 60, 0, 10),
        ("乙", 0, 10, 10, 0),
    ]
    assert [(a["code"], a["body"]["code"]) for a in told["alarms"]] == [
        ("share_jumps", "A"),
        ("share_jumps", "B"),
    ]


def test_few_cases_are_no_alarm_and_a_falling_agreement_is_one() -> None:
    assert summary(past(9, "A", "A", "A", "A"), {})["alarms"] == []
    told = summary([*past(100, "A", "A", "A", "A"), *past(3, "A", "A", "A", "B")], {})
    assert [alarm["code"] for alarm in told["alarms"]] == ["agreement_falls"]


def run(number: str, *options: str) -> tuple[str, int]:
    out = StringIO()
    given = {"--from": "2020-01-01", "--to": "2100-01-01"}
    asked = [part for pair in given.items() for part in pair]
    try:
        call_command("backtest", "--draft", number, *asked, *options, stdout=out)
    except SystemExit as exit_:
        return out.getvalue(), int(str(exit_.code))
    return out.getvalue(), 0


@pytest.mark.django_db
def test_the_command_tries_past_cases_under_the_draft(street: Ward) -> None:
    for _ in range(2):
        case = case_in(street, "dispatched")
        case.assignments.update(organization=street.bodies["urban"])  # where it ended
        Assignment.objects.filter(case=case).update(ended_at=timezone.now(), end_reason="close")
        Case.objects.filter(pk=case.pk).update(
            state="closed", closed_at=timezone.now(), closing_basis="patrol"
        )
    change_set = drafted(street.ada)
    words, code = run(change_set.number)
    assert code == 0
    assert "under the draft: 2 of 2 (100.0%)" in words
    figures: dict[str, Any] = json.loads(run(change_set.number, "--json")[0])
    assert (figures["cases"], figures["changed"]) == (2, 2)
    assert figures["agreement"]["present"]["cases"] == 0
    assert Case.objects.filter(ground_changed_at__isnull=False).count() == 0


@pytest.mark.django_db
def test_what_is_no_draft_is_refused(street: Ward) -> None:
    with pytest.raises(CommandError) as refused:
        run("G0")
    assert refused.value.returncode == 2
    change_set = preview_change_set(drafted(street.ada), actor=street.ada)
    withdraw_change_set(change_set, actor=street.ada)
    with pytest.raises(CommandError, match="only a draft"):
        run(change_set.number)
