"""The way of a change set, as data."""

from collections.abc import Callable
from typing import Any

from core.errors import DomainError
from core.models import User
from core.workflow import Attempt, Transition, Workflow, register
from grid.ground.queries import newest_version
from inspections.changes import permissions as who
from inspections.changes.models import ChangeSet, ChangeSetState


class SecondPersonNeeded(DomainError):
    """Another person than those who drafted it must publish it: ask a colleague to read the impact and publish."""

    status = 403
    zh = "须由起草人以外的人员发布：请同事核对影响后发布。"


class ImpactStale(DomainError):
    """The ground has changed since the impact was found (version {found_on}, now {newest}); preview it again, then publish."""

    status = 409
    zh = "影响评估之后底图已有变更（评估于第 {found_on} 版，现为第 {newest} 版）：请重新评估影响后再发布。"


class NothingInIt(DomainError):
    """The change set is empty: add a file or an edit first."""

    status = 409
    zh = "变更集没有内容：请先添加文件或编辑。"


def has_items(attempt: Attempt) -> None:
    """There is something in it."""
    if not attempt.record.items.exists():
        raise NothingInIt


def read_and_by_another(attempt: Attempt) -> None:
    """By a second person, who could read the impact on the ground as it is now."""
    change_set: ChangeSet = attempt.record
    if not who.is_second_person(attempt.actor, change_set):
        raise SecondPersonNeeded(author=change_set.author.username)
    if change_set.impact_on != newest_version():
        raise ImpactStale(found_on=change_set.impact_on, newest=newest_version())


def _line(
    act: str,
    zh: str,
    sources: tuple[ChangeSetState, ...],
    target: ChangeSetState,
    permission: Callable[[User, ChangeSet], bool],
    **rest: Any,
) -> Transition:
    return Transition(act=act, zh=zh, sources=sources, target=target, permission=permission, **rest)


S = ChangeSetState
OPEN = (S.DRAFT, S.PREVIEWED)

CHANGE_SETS = register(
    Workflow(
        model=ChangeSet,
        states={state.value: str(state.label) for state in S},
        transitions=(
            _line("draft", "起草", (), S.DRAFT, who.may_draft),
            _line("add_item", "添加变更", OPEN, S.DRAFT, who.may_draft),
            _line("remove_item", "移除变更", OPEN, S.DRAFT, who.may_draft),
            _line("edit_catalogue", "编辑权责事项", OPEN, S.DRAFT, who.may_draft),
            _line("review_catalogue", "法制审核", OPEN, S.DRAFT, who.may_review_law),
            _line("preview", "评估影响", OPEN, S.PREVIEWED, who.may_draft, guard=has_items),
            _line(
                "publish",
                "发布",
                (S.PREVIEWED,),
                S.PUBLISHED,
                who.may_publish,
                guard=read_and_by_another,
            ),
            _line("withdraw", "撤回", OPEN, S.WITHDRAWN, who.may_draft),
        ),
    )
)
