"""What the page of a case shows of orders of platforms above."""

from typing import Any

from core.models import User
from inspections.cases.models import Case
from inspections.cases.parts import add_part
from inspections.intake.upstream.serializers import UpstreamOrderSerializer
from inspections.intake.upstream.views import READ


def _orders(case: Case, reader: User) -> Any:
    feeding = READ.visible_to(reader).filter(
        request__links__case=case, request__links__left_at__isnull=True
    )
    return UpstreamOrderSerializer(feeding.order_by("id"), many=True).data


add_part("upstream_orders", _orders)
