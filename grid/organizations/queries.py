"""Finding organizations as people name them."""

from difflib import get_close_matches

from django.db.models import QuerySet

from core.errors import Invalid
from core.models import User
from grid.areas.models import Area
from grid.organizations.models import Organization, Role


class UnknownOrganization(Invalid):
    """No organization has the code or exact name '{name}'{hint}."""

    zh = "没有代码或全称为“{name}”的单位{hint}。"


class UnknownArea(Invalid):
    """No area has the code or exact name '{name}'{hint}."""

    zh = "没有代码或全称为“{name}”的区域{hint}。"


class NoneLoaded(Invalid):
    """There is no '{name}': none is loaded yet; run 'manage.py load {layer} FILE' first."""

    zh = "没有“{name}”：尚未导入任何数据，请先运行“manage.py load {layer} 文件”。"


class SeveralOfThatName(Invalid):
    """Several are named '{name}'; say which by code: {codes}."""

    zh = "有多个名为“{name}”的，请用代码指明：{codes}。"


def organization_named(name: str) -> Organization:
    """An organization by its code or its exact name; raises UnknownOrganization with near matches."""
    known = dict(Organization.objects.values_list("code", "name"))
    code = _code_of(name.strip(), known, "organizations", UnknownOrganization)
    organization: Organization = Organization.objects.get(code=code)
    return organization


def area_named(name: str) -> str:
    """The code of an area in force, by code or exact name; raises UnknownArea with near matches."""
    known = dict(Area.objects.current().values_list("code", "name"))
    return _code_of(name.strip(), known, "areas", UnknownArea)


def accounts_visible_to(user: User) -> QuerySet[User]:
    """One's own account; every account for administrators and auditors."""
    accounts = User.objects.all()
    overseers = user.memberships.filter(role__in=[Role.ADMINISTRATOR, Role.AUDITOR])
    return accounts if overseers.exists() else accounts.filter(pk=user.pk)


def _code_of(
    name: str, known: dict[str, str], layer: str, unknown: type[UnknownOrganization | UnknownArea]
) -> str:
    if name in known:
        return name
    codes = sorted(code for code, word in known.items() if word == name)
    if len(codes) == 1:
        return codes[0]
    if codes:
        raise SeveralOfThatName(name=name, codes=codes)
    if not known:
        raise NoneLoaded(name=name, layer=layer)
    near = get_close_matches(name, [*known, *known.values()], n=5, cutoff=0.5)
    near += [word for word in known.values() if name and name in word][:5]
    shown = [f"{code} ({word})" for code, word in known.items() if code in near or word in near]
    raise unknown(name=name, hint=f"; near: {', '.join(shown[:5])}" if shown else "")
