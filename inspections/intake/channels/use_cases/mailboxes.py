"""Mail from wherever it lies: one message from a mail server, a Maildir, an mbox file."""

import mailbox
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from core.errors import Invalid


class NoMailbox(Invalid):
    """'{path}' is neither a Maildir folder nor an mbox file; '-' reads one message from standard input."""

    zh = "“{path}”既不是 Maildir 目录，也不是 mbox 文件；“-”表示从标准输入读取一封邮件。"


@dataclass(frozen=True)
class Letter:
    """One message, where it lies, and what to do when it has been taken in."""

    name: str
    raw: bytes
    done: Callable[[], object]


def letters_in(path: Path) -> Iterator[Letter]:
    """The messages of a Maildir (those in `new`) or of an mbox file; raises NoMailbox."""
    if (path / "new").is_dir():
        yield from _maildir(path)
    elif path.is_file():
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                yield Letter(f"{path.name}:{key}", box.get_bytes(key), lambda: None)
        finally:
            box.close()
    else:
        raise NoMailbox(path=str(path))


def _maildir(path: Path) -> Iterator[Letter]:
    """A message taken in moves to `cur`, as read; one that was refused stays in `new`."""
    (path / "cur").mkdir(exist_ok=True)
    for file in sorted((path / "new").iterdir()):
        if file.is_file() and not file.name.startswith("."):
            read = path / "cur" / f"{file.name.partition(':')[0]}:2,S"
            yield Letter(file.name, file.read_bytes(), partial(file.rename, read))
