"""What the page of a case shows of costs advanced for it."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.cases.queries import tell_in_trail
from inspections.joint.costs.models import AdvanceCost
from inspections.joint.costs.serializers import CostSerializer
from inspections.joint.costs.views import READ


def _costs(case: Case, reader: User) -> Any:
    held = READ.filter(case=case).order_by("id")
    return CostSerializer(held, many=True, context={"reader": reader}).data


add_part("advance_costs", _costs)
tell_in_trail(lambda case: AdvanceCost.objects.filter(case=case))
