"""How alike two reports are in words, and what the words say of size and place; pure.

Chinese is written without blanks, so words are not counted but runs of two characters; Latin words
and numbers stand whole. Nothing is learnt: a clerk can follow every step.
"""

import re
import unicodedata
from collections.abc import Iterable

# More than one thing is meant: a street, a block, everything. Also asked of the database, so plain.
WIDE = (
    "一片|整条|整个|全部|全都|都不亮|都灭|都黑|没有一盏|所有|大面积|停电|漆黑|全黑|全小区|整栋|几盏|十几|"
    "多盏|沿线|blackout|all (of )?the|whole|entire|outage|every lamp|no power|street is dark"
)
_WIDE = re.compile(WIDE, re.IGNORECASE)
# What tells one thing from the next of its kind: the number on a pole, a well, a gate, a house.
_MARKS = re.compile(
    r"([0-9a-z-]*[0-9])\s*(?:号|#|杆|井|栋|幢)|(?:no\.?|pole|number|#)\s*([0-9a-z-]*[0-9])"
)
_SPLIT = re.compile(r"[a-z]+|[0-9]+|[^\W\d_a-z]+")
# Said in nearly every report; they make no two alike.
_FILLER = re.compile(
    "请|尽快|麻烦|你好|您好|谢谢|反映|市民|来电|诉求|工作人员|相关部门|有关部门|处理|解决|核实|希望|please|hello|thanks?"
)


def plain(text: str) -> str:
    """One width, one case, without what is said in every report."""
    return _FILLER.sub(" ", unicodedata.normalize("NFKC", text).lower())


def grams(text: str) -> frozenset[str]:
    """The words of a text: Latin words and numbers whole, others as pairs of characters."""
    found: set[str] = set()
    for run in _SPLIT.findall(plain(text)):
        if run.isascii() or len(run) < 2:
            found.add(run)
        else:
            found.update(run[start : start + 2] for start in range(len(run) - 1))
    return frozenset(found)


def likeness(one: str, others: Iterable[str]) -> float | None:
    """How alike a text is to the likest of others, 0 to 1 (Dice); None where nothing is said."""
    mine = grams(one)
    shares = [
        2 * len(mine & theirs) / (len(mine) + len(theirs))
        for theirs in map(grams, others)
        if mine and theirs
    ]
    return max(shares, default=None)


def is_wide(text: str) -> bool:
    """Whether more than one thing is meant: the whole street, all lamps, no power."""
    return bool(_WIDE.search(unicodedata.normalize("NFKC", text)))


def marks(texts: Iterable[str]) -> frozenset[str]:
    """The numbers on poles, wells, gates and houses that are named."""
    found = (match for text in texts for match in _MARKS.finditer(plain(text)))
    return frozenset((match[1] or match[2]).lstrip("0") for match in found)
