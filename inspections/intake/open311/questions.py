"""The attributes of a service: what reports of a category may answer, and whether an answer fits."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Invalid
from grid.catalogue.models import Category, CategoryKind
from inspections.intake.open311.models import Datatype, ServiceQuestion
from inspections.intake.open311.queries import scenarios_of

SCENARIO, FACILITY, ACCURACY = "scenario", "facility", "accuracy_m"


class AnswerNeeded(Invalid):
    """attribute[{code}] is required: {description}"""

    zh = "缺少必填的 attribute[{code}]：{description}"


class BadAnswer(Invalid):
    """attribute[{code}] cannot be '{value}': it is a {datatype}."""

    zh = "attribute[{code}] 不能为“{value}”：应为 {datatype}。"


def attributes_of(category: Category) -> list[dict[str, Any]]:
    """What a report of this category may answer: scenario, plate, the city's own questions, accuracy."""
    found: list[dict[str, Any]] = []

    def ask(code: str, datatype: str, description: str, **more: Any) -> None:
        found.append(
            {
                "variable": True,
                "code": code,
                "datatype": datatype,
                "required": False,
                "datatype_description": "",
                "order": len(found) + 1,
                "description": description,
                **more,
            }
        )

    own = list(ServiceQuestion.objects.filter(category=category).order_by("order"))
    taken = {question.code for question in own}
    scenarios = scenarios_of(category)
    if scenarios and SCENARIO not in taken:
        values = [{"key": name, "name": name} for name in scenarios]
        ask(SCENARIO, Datatype.SINGLE.value, _("属于哪种情形？"), values=values)
    if category.kind == CategoryKind.FACILITY and FACILITY not in taken:
        ask(FACILITY, Datatype.STRING.value, _("部件编码（号牌上的编号）"))
    for question in own:
        more: dict[str, Any] = {
            "required": question.required,
            "variable": question.variable,
            "datatype_description": question.datatype_description,
        }
        if question.datatype in {Datatype.SINGLE, Datatype.MULTI}:
            more["values"] = question.values
        ask(question.code, question.datatype, question.description, **more)
    if ACCURACY not in taken and found:
        metres = _("米；手机给出的定位精度")
        ask(ACCURACY, Datatype.NUMBER.value, _("定位误差"), datatype_description=metres)
    return found


def answers_in_words(
    questions: Sequence[dict[str, Any]], answers: Mapping[str, list[str]]
) -> list[tuple[str, str]]:
    """The answers in words, in the order of the questions; what nobody asked comes last.

    Raises AnswerNeeded, BadAnswer.
    """
    told: list[tuple[str, str]] = []
    for question in questions:
        said = answers.get(question["code"], [])
        if not said and question["required"] and question["variable"]:
            raise AnswerNeeded(code=question["code"], description=question["description"])
        names = {value["key"]: value["name"] for value in question.get("values", [])}
        for value in said:
            if not _fits(question["datatype"], value, names):
                code, datatype = question["code"], question["datatype"]
                raise BadAnswer(code=code, value=value[:50], datatype=datatype)
        if said:
            words = "、".join(names.get(value, value) for value in said)
            told.append((question["description"], words))
    asked = {question["code"] for question in questions}
    told += [(code, "、".join(said)) for code, said in answers.items() if code not in asked]
    return told


def _fits(datatype: str, value: str, names: Mapping[str, str]) -> bool:
    try:
        match datatype:
            case Datatype.NUMBER:
                float(value)
            case Datatype.DATETIME:
                datetime.fromisoformat(value)
            case Datatype.STRING:
                return "\n" not in value
            case Datatype.SINGLE | Datatype.MULTI:
                return value in names
    except ValueError:
        return False
    return True
