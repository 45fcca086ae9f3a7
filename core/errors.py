"""Refusals with a code: the docstring is the message, the details are data."""

import re
from typing import Any


class DomainError(Exception):
    """The request was refused."""

    status = 400

    def __init__(self, message: str = "", **details: Any) -> None:
        self.message = message or (self.__doc__ or "").strip().splitlines()[0]
        self.details = details
        super().__init__(self.message)

    @property
    def code(self) -> str:
        """The machine-readable name: the class name in snake case."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class Invalid(DomainError):
    """The input is not valid."""


class NotPermitted(DomainError):
    """You may not do this."""

    status = 403


class Missing(DomainError):
    """There is no such thing, or you may not see it."""

    status = 404


class WrongState(DomainError):
    """This cannot be done in the present state."""

    status = 409


class LostRace(DomainError):
    """Somebody else changed this first; look again."""

    status = 409


class Busy(DomainError):
    """The same operation is being carried out just now; try again shortly."""

    status = 423
