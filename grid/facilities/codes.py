"""How facility codes are built: GB/T 30428.2 (16 digits), GB/T 47678.5-2026 (17), or the city's own.

Both standards: 6 digits district (GB/T 2260), 2 digits major class, 2 (30428) or 3 (47678) digits
minor class, 6 digits serial number.
"""

from dataclasses import dataclass

from core.errors import Invalid
from grid.facilities.models import CodeScheme

DISTRICT = 6
SERIAL = 6
CLASS = {CodeScheme.GB30428: 4, CodeScheme.GB47678: 5}


class WrongCode(Invalid):
    """The code does not fit its scheme."""


@dataclass(frozen=True, slots=True)
class CodeParts:
    """What a code of a national scheme says."""

    district: str
    category: str
    serial: str


def code_length(scheme: CodeScheme) -> int | None:
    """How many digits a code has; None where the city decides."""
    return None if scheme == CodeScheme.LOCAL else DISTRICT + CLASS[scheme] + SERIAL


def read_code_parts(scheme: CodeScheme, code: str) -> CodeParts:
    """The parts of a code of a national scheme; raises WrongCode, saying what is wrong."""
    length = code_length(scheme)
    if length is None:
        raise WrongCode("local codes have no parts")
    if not (code.isascii() and code.isdigit()):
        raise WrongCode(f"{code!r} is not made of digits alone, as {scheme.label} asks")
    if len(code) != length:
        raise WrongCode(f"{code!r} has {len(code)} digits; {scheme.label} asks for {length}")
    if code[:2] < "11" or code[:2] > "82":
        raise WrongCode(f"{code!r} begins with {code[:2]}, which is no province of GB/T 2260")
    middle = DISTRICT + CLASS[scheme]
    return CodeParts(code[:DISTRICT], code[DISTRICT:middle], code[middle:])


def scheme_of(code: str) -> CodeScheme:
    """The scheme a code fits by its form alone."""
    for scheme in (CodeScheme.GB30428, CodeScheme.GB47678):
        if code.isascii() and code.isdigit() and len(code) == code_length(scheme):
            return scheme
    return CodeScheme.LOCAL
