"""The answer as people and programs read it: the contract's JSON."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from shapely import get_dimensions, to_geojson, transform

from grid.catalogue.models import Duty
from grid.ground.metric import as_shapes, to_degrees
from grid.ground.models import City
from grid.jurisdiction.explain import Names, explain
from grid.jurisdiction.ground import Body
from grid.jurisdiction.question import Decision, Part, Question
from grid.jurisdiction.rules import RULES_EDITION, Claim

DECIMALS = 8  # of degrees: a millimetre


@dataclass(frozen=True, slots=True)
class Answer:
    """A decision with everything needed to write it down and to give it again."""

    question: Question
    decision: Decision
    version: int
    bodies: dict[str, Body]
    city: City

    @property
    def timezone(self) -> ZoneInfo:
        """The city's clock."""
        return ZoneInfo(self.city.timezone)

    @property
    def duty_key(self) -> int | None:
        """The key of the line of the catalogue the answer stands under."""
        return self.decision.duty.number if self.decision.duty else None

    def duty(self) -> Duty | None:
        """The line of the catalogue the answer stands under, with its bodies."""
        if self.duty_key is None:
            return None
        named = ("edition", "organization", "supervisor", "custodian")
        duty: Duty = Duty.objects.select_related(*named).get(pk=self.duty_key)
        return duty

    def as_json(self) -> dict[str, Any]:
        """The contract's answer; organizations as {code, name}, position in WGS84 degrees."""
        decision = self.decision
        return {
            "outcome": decision.outcome.value,
            "responsible": self._body(decision.responsible),
            "supervisor": self._body(decision.supervisor),
            "dispatch_to": self._body(decision.dispatch_to),
            "custodian": self._body(decision.custodian),
            "role": decision.role or None,
            "rule": int(decision.finding.rule) if decision.finding.rule else None,
            "margin_m": None if decision.margin_m is None else round(decision.margin_m, 2),
            "position": [round(self.question.lon, DECIMALS), round(self.question.lat, DECIMALS)],
            "cell": decision.cell or None,
            "area": decision.areas[-1] if decision.areas else None,
            "areas": list(decision.areas),
            "shares": [
                {"organization": self._body(s.organization), "share": s.share}
                for s in decision.shares
            ],
            "claims": [self._claim(c) for c in decision.claims],
            "explanation": explain(decision, Names(self.bodies, self.timezone)),
            "category": self.question.category.partition(":")[2] or None,
            "facilities": list(decision.facilities),
            "demarcations": list(decision.demarcations),
            "parts": [self._part(part) for part in decision.parts],
            "cross_district": len(decision.districts) > 1,
            "districts": list(decision.districts),
            "upper": self._body(decision.upper),
            "at": self.question.at.astimezone(self.timezone).isoformat(),
            "ground_version": self.version,
            "rules": RULES_EDITION,
        }

    def _body(self, code: str | None) -> dict[str, str] | None:
        if code is None:
            return None
        body = self.bodies.get(code)
        return {"code": code, "name": body.name if body else code}

    def _part(self, part: Part) -> dict[str, Any]:
        measured = "area_m2" if get_dimensions(part.shape) == 2 else "length_m"
        shape = to_degrees(as_shapes([part.shape]), self.city.metric_srid)[0]
        return {
            "length_m": None,
            "area_m2": None,
            measured: round(part.measure, 2),
            "share": part.share,
            "outcome": part.outcome.value,
            "responsible": self._body(part.organization),
            "rule": int(part.rule) if part.rule else None,
            "between": [self._body(code) for code in part.between],
            "facilities": list(part.facilities),
            "circuits": [
                {"code": code, "facilities": list(below)} for code, below in part.circuits
            ],
            "geometry": json.loads(to_geojson(transform(shape, lambda xy: xy.round(DECIMALS)))),
        }

    def _claim(self, claim: Claim) -> dict[str, Any]:
        return {
            "rule": int(claim.rule),
            "organization": self._body(claim.organization),
            "role": claim.role,
            "source": {"type": claim.source_type, "code": claim.source_code},
            "document": claim.document or None,
            "valid_from": self._moment(claim.valid_from),
            "valid_to": self._moment(claim.valid_to),
            "via": claim.via or None,
            "speaks": claim in self.decision.finding.speaking,
        }

    def _moment(self, moment: datetime | None) -> str | None:
        return moment.astimezone(self.timezone).isoformat() if moment else None
