"""The form of a report: where, what, and who, if they like; every fault names itself and its remedy."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import DomainError
from grid.ground.datums import WGS84
from grid.jurisdiction.asking import ACCURACY_LIMIT_M
from inspections.requests.models import RequesterKind
from inspections.requests.use_cases import point_place
from inspections.requests.use_cases.requesters import Person, checked
from maps.public.choices import BY_KEY, CHOICES
from maps.public.places import middle_of, spot_at

MOST_TEXT = 2_000
# Which step of the form a field belongs to; a fault opens its step.
STEP_OF = {
    "lon": 1, "lat": 1, "community": 1, "place_words": 1, "what": 2, "text": 2, "photos": 2,
    "name": 3, "phone": 3, "email": 3,
}  # fmt: skip


def in_words(refusal: DomainError) -> str:
    """A refusal in the reader's language."""
    return refusal.message if get_language() == "en" else refusal.message_zh


class ReportForm(forms.Form):
    """What somebody reports; photos are taken in beside it."""

    lon = forms.FloatField(required=False)
    lat = forms.FloatField(required=False)
    accuracy_m = forms.FloatField(required=False, min_value=0)
    community = forms.CharField(required=False, max_length=64)
    place_words = forms.CharField(required=False, max_length=200)
    facility = forms.CharField(required=False, max_length=64)
    what = forms.CharField(required=False, max_length=16)
    text = forms.CharField(required=False, max_length=MOST_TEXT)
    name = forms.CharField(required=False, max_length=100)
    phone = forms.CharField(required=False, max_length=40)
    email = forms.CharField(required=False, max_length=254)
    enterprise = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """The place found, the choice made, the person checked; faults by field."""
        given: dict[str, Any] = super().clean() or {}
        self._clean_place(given)
        choice = BY_KEY.get(given.get("what") or "")
        if choice is None:
            self.add_error("what", _("请选择一项最接近的问题。"))
        elif choice.needs_text and not given.get("text") and "text" not in self.errors:
            self.add_error("text", _("请用一两句话说明情况。"))
        given["choice"] = choice
        self._clean_person(given)
        return given

    def _clean_place(self, given: dict[str, Any]) -> None:
        lon, lat, community = given.get("lon"), given.get("lat"), given.get("community")
        try:
            if lon is not None and lat is not None:
                given["place"] = point_place(lon, lat, WGS84)
                if not spot_at(lon, lat).inside:
                    self.add_error("lon", _("这个位置不在本市范围内：请移动图钉，或选择社区。"))
                accuracy = given.get("accuracy_m")
                given["accuracy_m"] = min(accuracy, ACCURACY_LIMIT_M) if accuracy else None
            elif community:
                given["place"], given["accuracy_m"] = middle_of(community)
                if not given.get("place_words"):
                    self.add_error("place_words", _("请说明具体位置，例如“同丰路12号门口”。"))
            else:
                self.add_error("lon", _("请说明问题在哪里：在地图上点一下，或选择社区。"))
        except DomainError as refusal:
            self.add_error("lon", in_words(refusal))

    def _clean_person(self, given: dict[str, Any]) -> None:
        person = Person(
            name=given.get("name", ""),
            phone=given.get("phone", ""),
            email=given.get("email", ""),
            kind=RequesterKind.ENTERPRISE if given.get("enterprise") else RequesterKind.CITIZEN,
        )
        for field, part in (
            ("phone", Person(phone=person.phone)),
            ("email", Person(email=person.email)),
        ):
            try:
                checked(part)
            except DomainError as refusal:
                self.add_error(field, ValidationError(in_words(refusal)))
        given["person"] = person

    def first_step(self) -> int:
        """The first step in which something is to be mended; 1 if nothing is."""
        return min((STEP_OF.get(name, 1) for name in self.errors), default=1)


def text_of(given: dict[str, Any]) -> str:
    """What was said, as it stands in the request: the choice, the words, the place in words."""
    said = ": ".join(filter(None, [given["choice"].said, given["text"]])).replace(": ", "：")
    where = given.get("place_words")
    return f"{said}\n（位置：{where}）" if where else said


__all__ = ["CHOICES", "ReportForm", "in_words", "text_of"]
