"""What the plate of a facility says: what it is, who answers for it, and on what ground."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from grid.facilities.models import Facility, FacilityRecord, FacilityState
from grid.ground.queries import newest_version
from grid.jurisdiction.asking import Place, position_of, record_of
from grid.jurisdiction.models import Outcome
from grid.jurisdiction.use_cases import decide
from maps.public.places import Spot, spot_at

STATES = {
    FacilityState.INTACT: _lazy("完好"),
    FacilityState.DAMAGED: _lazy("破损"),
    FacilityState.LOST: _lazy("丢失"),
    FacilityState.ABANDONED: _lazy("废弃"),
    FacilityState.REMOVED: _lazy("已移除"),
}


@dataclass(frozen=True)
class Plate:
    """One facility as the public reads it."""

    code: str
    name: str
    category: str
    state: Promise
    stands: bool
    lon: float
    lat: float
    spot: Spot
    outcome: str
    head: str
    words: str


def plate_of(code: str) -> Plate | None:
    """The plate of a facility that is on the ground now; None if there is none."""
    facility: Facility | None = Facility.objects.filter(code=code.strip()).first()
    if facility is None:
        return None
    now = timezone.now()
    record: FacilityRecord | None = record_of(facility, at=now, version=newest_version())
    if record is None:
        return None
    at = position_of(record, None)
    told = decide(
        place=Place(at.lon, at.lat), category=record.category, facility=facility, at=now
    ).as_json()
    body = (told["responsible"] or {}).get("name", "")
    custodian = (told["custodian"] or {}).get("name", "")
    head, words = _verdict(told["outcome"], body, custodian)
    return Plate(
        code=facility.code,
        name=record.name,
        category=record.category.name,
        state=STATES[FacilityState(record.state)],
        stands=record.state != FacilityState.REMOVED,
        lon=at.lon,
        lat=at.lat,
        spot=spot_at(at.lon, at.lat),
        outcome=told["outcome"],
        head=head,
        words=words,
    )


def _verdict(outcome: str, body: str, custodian: str) -> tuple[str, str]:
    """Who answers, and how sure that is, in words that need no knowledge of the rules."""
    meanwhile = (
        _("在明确之前，由%(body)s先行处置。") % {"body": custodian}
        if custodian
        else _("在明确之前，由指挥中心指定单位先行处置。")
    )
    match outcome:
        case Outcome.SETTLED if body:
            return body, _("已有签署的移交文件或裁定，由该单位负责。")
        case Outcome.PRESUMED if body:
            return body, _("按现有登记，由该单位负责。")
        case Outcome.CONTESTED:
            return _("责任单位有争议"), _("几个单位的说法不一，正在裁定。") + meanwhile
        case Outcome.UNOWNED:
            return _("暂无责任单位"), _("没有记录说明由谁负责，正在确定。") + meanwhile
    return _("责任单位待核定"), meanwhile
