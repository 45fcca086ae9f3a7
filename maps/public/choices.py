"""What is wrong, in plain words with a picture: each stands for a class of the catalogue, never for a body.

Classes are found by name, because their codes are each city's own; a choice whose class the city
does not have is reported without one, and the desk files it.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grid.catalogue.models import Category, CategoryKind
from inspections.requests.models import Nature


@dataclass(frozen=True)
class Choice:
    """One thing that may be wrong. `said` is how it stands in the request, in the desk's language."""

    key: str
    words: Promise
    said: str
    classes: tuple[str, ...] = ()
    nature: str = ""
    needs_text: bool = False


CHOICES = (
    Choice("light", _("路灯不亮"), "路灯不亮", ("路灯不亮", "路灯")),
    Choice("manhole", _("井盖破损、丢失"), "井盖破损、丢失", ("井盖缺失、破损", "井盖")),
    Choice("road", _("路面破损、塌陷"), "路面破损、塌陷", ("道路破损", "路面塌陷")),
    Choice("water", _("积水、漏水"), "积水、漏水", ("道路积水", "下水道堵塞或破损")),
    Choice("rubbish", _("垃圾没人清"), "垃圾没人清", ("暴露垃圾", "积存垃圾渣土", "道路不洁")),
    Choice("tree", _("树木、绿地"), "树木、绿地有问题", ("绿地脏乱", "行道树")),
    Choice("blocked", _("占道、乱停车"), "占道、乱停车", ("机动车乱停放", "店外经营")),
    Choice(
        "noise", _("噪声、油烟、扬尘"), "噪声、油烟、扬尘", ("施工扰民", "商业噪音", "工地扬尘")
    ),
    Choice("other", _("其他问题"), "", needs_text=True),
    Choice("ask", _("只想问一问"), "", nature=Nature.ENQUIRY, needs_text=True),
)
BY_KEY = {choice.key: choice for choice in CHOICES}


def category_for(choice: Choice) -> Category | None:
    """The first class of the choice that this city has; matters before facilities."""
    known: dict[tuple[str, str], Category] = {
        (category.name, category.kind): category
        for category in Category.objects.filter(name__in=choice.classes)
    }
    for name in choice.classes:
        for kind in (CategoryKind.MATTER, CategoryKind.FACILITY):
            if found := known.get((name, kind)):
                return found
    return None
