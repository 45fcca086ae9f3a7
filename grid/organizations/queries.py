"""Finding organizations as people name them."""

from difflib import get_close_matches

from core.errors import Invalid
from grid.areas.models import Area
from grid.organizations.models import Organization


class UnknownOrganization(Invalid):
    """There is no such organization."""


class UnknownArea(Invalid):
    """There is no such area."""


def organization_named(name: str) -> Organization:
    """An organization by its code or its exact name; raises UnknownOrganization with near matches."""
    name = name.strip()
    by_code = Organization.objects.filter(code=name).first()
    if by_code is not None:
        return by_code  # type: ignore[no-any-return]
    by_name = list(Organization.objects.filter(name=name).order_by("code"))
    if len(by_name) == 1:
        return by_name[0]  # type: ignore[no-any-return]
    if by_name:
        codes = ", ".join(o.code for o in by_name)
        raise UnknownOrganization(f"several organizations are named {name!r}; say which: {codes}")
    known = dict(Organization.objects.values_list("code", "name"))
    raise UnknownOrganization(_unknown("organization", name, known), name=name)


def area_named(name: str) -> str:
    """The code of an area in force, by code or exact name; raises UnknownArea with near matches."""
    name = name.strip()
    known: dict[str, str] = dict(Area.objects.current().values_list("code", "name"))
    if name in known:
        return name
    codes = sorted(code for code, known_name in known.items() if known_name == name)
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise UnknownArea(f"several areas are named {name!r}; say which: {', '.join(codes)}")
    raise UnknownArea(_unknown("area", name, known), name=name)


def _unknown(what: str, name: str, known: dict[str, str]) -> str:
    if not known:
        return f"no {what} {name!r}: none is loaded yet; run 'manage.py load {what}s FILE' first"
    near = get_close_matches(name, [*known, *known.values()], n=5, cutoff=0.5)
    near += [word for word in known.values() if name in word and word not in near][:5]
    shown = [f"{code} ({word})" for code, word in known.items() if code in near or word in near]
    hint = f"; near: {', '.join(shown[:5])}" if shown else ""
    return f"no {what} has the code or exact name {name!r}{hint}"
