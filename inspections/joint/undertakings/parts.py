"""What the page of a case shows of what bodies are to do in it."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.joint.undertakings.models import Undertaking
from inspections.joint.undertakings.permissions import kinds_open_to
from inspections.joint.undertakings.serializers import UndertakingSerializer

READ = Undertaking.objects.select_related(
    "case", "organization", "given_by", "answered_by", "ended_by"
).prefetch_related("case__assignments")


def _undertakings(case: Case, reader: User) -> Any:
    held = READ.filter(case=case).order_by("id")
    return UndertakingSerializer(held, many=True, context={"reader": reader}).data


add_part("undertakings", _undertakings)
add_part("may_undertake", lambda case, reader: kinds_open_to(reader, case))
tell_in_trail(lambda case: case.undertakings.all())
