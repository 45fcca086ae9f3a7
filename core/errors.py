"""Refusals with a code: the docstring is the message, `zh` the same in Chinese, details are data."""

import re
from typing import Any, ClassVar


class DomainError(Exception):
    """The request was refused."""

    status: ClassVar[int] = 400
    zh: ClassVar[str] = "请求被拒绝。"

    def __init__(self, message: str = "", *, zh: str = "", **details: Any) -> None:
        """Both texts may name details in braces; `zh` should accompany a `message` of one's own."""
        english = message or (self.__doc__ or "").strip().splitlines()[0]
        self.details = details
        self.message = _filled(english, details)
        self.message_zh = _filled(zh or ("" if message else self.zh), details) or self.message
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """The machine-readable name: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


def _filled(text: str, details: dict[str, Any]) -> str:
    """The text with the details it names in braces; other braces stay as they are."""

    def word(found: re.Match[str]) -> str:
        value = details.get(found[1], found[0])
        return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)

    return re.sub(r"\{(\w+)\}", word, text)


class Invalid(DomainError):
    """The input is not valid."""

    zh = "输入无效。"


class NotPermitted(DomainError):
    """You may not do this."""

    status = 403
    zh = "您没有权限进行此操作。"


class Missing(DomainError):
    """There is no such thing, or you may not see it."""

    status = 404
    zh = "不存在，或您无权查看。"


class WrongState(DomainError):
    """This cannot be done in the present state."""

    status = 409
    zh = "当前状态下不能进行此操作。"


class LostRace(DomainError):
    """Somebody else changed this first; look again."""

    status = 409
    zh = "已被他人先行修改，请刷新后再试。"


class Busy(DomainError):
    """The same operation is being carried out just now; try again shortly."""

    status = 423
    zh = "同一操作正在进行，请稍后重试。"


_REFUSALS: dict[str, type[DomainError]] = {}


def register_constraint(name: str, refusal: type[DomainError]) -> None:
    """Say what a violated constraint of the database means; called once, by its room."""
    if _REFUSALS.setdefault(name, refusal) is not refusal:
        raise ValueError(f"constraint {name!r} already means {_REFUSALS[name].__name__}")


def refusal_of(constraint: str) -> DomainError | None:
    """The refusal that a violated constraint stands for; None if nobody said."""
    refusal = _REFUSALS.get(constraint)
    return refusal(constraint=constraint) if refusal else None
