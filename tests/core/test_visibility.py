"""Who may see what a row speaks of: only what the owning room says, and nothing else."""

import pytest

from core import visibility
from core.audit import emit, record_act
from core.models import AuditChain, AuditEntry, Operation, OutboxEvent, User
from core.visibility import about_visible, may_see, register_visible, visible


@pytest.fixture
def oneself_visible(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everyone sees oneself; of other types nobody has said anything."""
    monkeypatch.setattr(visibility, "_VISIBLE", {})
    register_visible(User, lambda user: User.objects.filter(pk=user.pk))


@pytest.fixture
def ada(oneself_visible: None) -> User:
    """Ada looks."""
    return User.objects.create(username="ada")


def test_a_type_is_seen_as_its_room_says(ada: User) -> None:
    bo = User.objects.create(username="bo")
    assert list(visible(ada, "core.user")) == [ada]
    assert may_see(ada, "core.user", str(ada.pk))
    assert not may_see(ada, "core.user", str(bo.pk))
    assert not may_see(ada, "core.user", "not a number")


@pytest.mark.parametrize(
    "subject_type", ["core.auditchain", "core.nothing", "nowhere.case", "", "x"]
)
def test_a_type_nobody_spoke_for_is_not_seen(ada: User, subject_type: str) -> None:
    assert AuditChain.objects.exists()
    assert list(visible(ada, subject_type)) == []
    assert not may_see(ada, subject_type, str(AuditChain.objects.get().pk))


def test_rows_are_seen_with_their_subject(ada: User) -> None:
    bo = User.objects.create(username="bo")
    register_visible(AuditChain, lambda user: AuditChain.objects.all())
    chain = AuditChain.objects.get()
    for subject in (ada, bo, Operation.objects.create(actor=bo), chain):
        record_act(actor=bo, act="look", subject=subject)
        emit(kind="look", subject=subject)
    subjects = [str(ada.pk), str(chain.pk)]
    for rows in (AuditEntry.objects.order_by("id"), OutboxEvent.objects.order_by("id")):
        assert [row.subject_id for row in about_visible(ada, rows)] == subjects


def test_nobody_speaks_twice_for_a_type(ada: User) -> None:
    with pytest.raises(ValueError, match="already says"):
        register_visible(User, lambda user: User.objects.all())
