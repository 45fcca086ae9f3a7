"""Operations done once, whatever arrives twice, late or at the same time."""

import threading
import time
from datetime import timedelta
from functools import partial

import pytest

from core.errors import Busy, Invalid
from core.models import Operation, User
from core.operations import KEPT_FOR, DifferentContent, Outcome, forget_operations, run_once
from tests.clones import Clone, at_once


@pytest.fixture
def ada(db: None) -> User:
    """Ada asks."""
    return User.objects.create(username="ada")


def ask(actor: User, key: str = "k", content: bytes = b"{}", answer: str = "1") -> Outcome:
    """An operation that answers `answer` when it is carried out."""
    return run_once(actor=actor, key=key, content=content, work=lambda: answer)


def test_a_repeat_is_answered_to_the_letter_and_not_done_again(ada: User) -> None:
    assert ask(ada, answer='{"b": 1.0, "a": 1}') == Outcome('{"b": 1.0, "a": 1}', repeated=False)
    assert ask(ada, answer="other") == Outcome('{"b": 1.0, "a": 1}', repeated=True)


def test_a_key_with_other_content_is_refused(ada: User) -> None:
    ask(ada)
    with pytest.raises(DifferentContent, match="'k' was already used"):
        ask(ada, content=b"[]")


def test_keys_are_everyones_own(ada: User) -> None:
    bo = User.objects.create(username="bo")
    assert [ask(one).repeated for one in (ada, bo, ada)] == [False, False, True]


def test_a_refusal_leaves_nothing_and_may_be_tried_again(ada: User) -> None:
    def refuse() -> str:
        User.objects.create(username="half done")
        raise Invalid

    with pytest.raises(Invalid):
        run_once(actor=ada, key="k", content=b"{}", work=refuse)
    assert not Operation.objects.exists()
    assert not User.objects.filter(username="half done").exists()
    assert not ask(ada).repeated


def test_old_answers_are_forgotten(ada: User) -> None:
    ask(ada)
    at = Operation.objects.get().done_at
    assert forget_operations(at + KEPT_FOR) == 0
    assert forget_operations(at + KEPT_FOR + timedelta(seconds=1)) == 1
    assert not ask(ada).repeated


def test_a_repeat_during_the_first_is_busy_and_later_repeated(clone_db: Clone) -> None:
    ada = User.objects.create(username="ada")
    at_work, refused = threading.Event(), threading.Event()

    def slow() -> str:
        at_work.set()
        assert refused.wait(5)
        return "1"

    def first() -> Outcome:
        return run_once(actor=ada, key="k", content=b"{}", work=slow)

    def second() -> Outcome:
        assert at_work.wait(5)
        with pytest.raises(Busy):
            ask(ada)
        assert not ask(ada, key="another key").repeated
        refused.set()
        while True:
            try:
                return ask(ada, answer="2")
            except Busy:
                time.sleep(0.01)

    assert at_once([first, second]) == [Outcome("1", repeated=False), Outcome("1", repeated=True)]


def test_of_eight_at_once_one_is_carried_out(clone_db: Clone) -> None:
    ada = User.objects.create(username="ada")
    carried_out: list[int] = []

    def work(number: int) -> str:
        carried_out.append(number)
        return str(number)

    def ask_until_answered(number: int) -> Outcome:
        while True:
            try:
                return run_once(actor=ada, key="k", content=b"{}", work=partial(work, number))
            except Busy:
                time.sleep(0.005)

    outcomes = at_once([partial(ask_until_answered, number) for number in range(8)])
    assert len(carried_out) == 1
    assert {outcome.answer for outcome in outcomes} == {str(carried_out[0])}
    assert sorted(outcome.repeated for outcome in outcomes) == [False, *[True] * 7]
