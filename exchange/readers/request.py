"""What a reader is asked for, and what it says of a file before its rows."""

from dataclasses import dataclass, field

GEOMETRY = "__geometry__"  # the column that carries WKB
FAULT = "__fault__"  # the column that says a row could not be read, and why
BATCH_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """A file to read; `folder` is a private place to unpack it in."""

    path: str
    folder: str
    layer: str = ""
    encoding: str = ""
    headless: bool = False
    wanted: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Header:
    """What a file holds: its columns, its coordinate system, how many rows if that is known.

    `open_ended` files (OSM) may carry a column that is only seen when a row has it.
    """

    columns: list[str]
    make: str
    has_geometry: bool = False
    crs: str = ""
    total: int | None = None
    open_ended: bool = False
    notes: list[tuple[str, str]] = field(default_factory=list)
