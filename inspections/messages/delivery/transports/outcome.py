"""What can become of handing a message over."""

from collections.abc import Callable
from datetime import timedelta

Handing = Callable[[], None]  # called, and kept, just before the message leaves the house


class Later(Exception):
    """Not now: it did not come, and may be tried again. `code` names why, without a word of the text."""

    def __init__(self, code: str, after: timedelta | None = None) -> None:
        super().__init__(code)
        self.code, self.after = code, after


class Refused(Exception):
    """Never: the receiver will not have it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unknown(Exception):
    """It was handed over, and the line broke before the answer: nobody knows whether it came."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
