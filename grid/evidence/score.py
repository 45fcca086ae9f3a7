"""What a photo proves, and what it does not: findings from facts, each with its words and its remedy.

Evidence is never refused for a finding. A finding that *blocks* keeps the photo from closing a
case; the others are hints for the person who checks (a basement has no good position).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

# How much of a stated inaccuracy is counted in the photo's favour: a circle of ten kilometres
# would prove anything.
MOST_ACCURACY_M = 100.0
# A fix this long before or after the shutter says nothing of where the photo was taken.
FIX_WINDOW = timedelta(minutes=10)
FIX_STALE = timedelta(minutes=2)
# Clocks of phones and servers differ, and EXIF counts whole seconds.
CLOCK_SLACK = timedelta(seconds=60)
DISAGREE_M = 150.0

WORDS: dict[str, tuple[str, str]] = {
    "not_a_photo": (
        "这是文件，不是照片；结案需要现场照片。",
        "This is a document, not a photo; closing needs a photo from the spot.",
    ),
    "no_position": (
        "照片没有位置：请打开定位，在现场重新拍摄。",
        "The photo has no position: switch location on and take it again on the spot.",
    ),
    "too_far": (
        "照片拍摄于距案件地点 {distance_m} 米处，限值 {limit_m} 米：请到现场重新拍摄。",
        "The photo was taken {distance_m} m from the place of the case; the limit is {limit_m} m: "
        "go there and take it again.",
    ),
    "older_than_report": (
        "照片拍摄于 {taken_at}，早于上报时间 {reported_at}：请拍摄现在的情况。",
        "The photo was taken at {taken_at}, before the report at {reported_at}: "
        "take one of how it is now.",
    ),
    "already_used": (
        "这张照片已用于另一案件：请在本案现场拍摄。",
        "This photo was already used for another case: take one for this case.",
    ),
    "position_stale": (
        "定位比拍摄相差 {age_s} 秒：请等待定位更新后再拍。",
        "The position is {age_s} s away from the moment of the photo: wait for a fresh one.",
    ),
    "accuracy_poor": (
        "定位精度仅 {accuracy_m} 米：请到开阔处重新定位。",
        "The position is only good to {accuracy_m} m: step into the open and wait for a better one.",
    ),
    "exif_disagrees": (
        "照片内的位置与设备定位相差 {apart_m} 米：请核对照片来源。",
        "The position inside the photo is {apart_m} m from the device's: check where it comes from.",
    ),
    "datum_suspected": (
        "若按 GCJ-02 解读，距离为 {distance_m} 米：坐标系可能标错，请核对设备的坐标设置。",
        "Read as GCJ-02 the distance is {distance_m} m: the datum may be mislabelled; "
        "check the device's setting.",
    ),
    "clock_ahead": (
        "拍摄时间 {taken_at} 晚于接收时间：请校准设备时钟。",
        "The photo is dated {taken_at}, after it was received: set the device's clock.",
    ),
    "no_time": (
        "照片没有拍摄时间：请核查员核对。",
        "The photo does not say when it was taken: the person who checks should ask.",
    ),
    "mislabelled": (
        "文件声明为 {stated}，实际为 {found}。",
        "The file was sent as {stated} and is {found}.",
    ),
}
BLOCKING = frozenset({"not_a_photo", "no_position", "too_far", "older_than_report", "already_used"})


@dataclass(frozen=True)
class Finding:
    """One thing found: its code, whether it keeps the photo from closing a case, its numbers."""

    code: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def blocks(self) -> bool:
        """Whether a photo with this finding cannot close a case."""
        return self.code in BLOCKING

    def as_json(self) -> dict[str, Any]:
        """Code, numbers and words in both languages."""
        zh, en = WORDS[self.code]
        return {
            "code": self.code,
            "blocks": self.blocks,
            **self.details,
            "words": {"zh-Hans": zh.format(**self.details), "en": en.format(**self.details)},
        }


@dataclass(frozen=True)
class Place:
    """One position the evidence states, measured against the place it should prove.

    `source` is `fixes` or `exif`; `distance_m` to the place (0 on it); `as_gcj_m` the distance were
    the coordinates GCJ-02; `age` the time between fix and shutter, if both are known.
    """

    source: str
    distance_m: float
    accuracy_m: float | None = None
    as_gcj_m: float | None = None
    age: timedelta | None = None

    @property
    def usable(self) -> bool:
        """Whether it tells where the photo was taken."""
        return self.age is None or abs(self.age) <= FIX_WINDOW


@dataclass(frozen=True)
class Facts:
    """All that is known of one piece of evidence, and what it should prove.

    `captured_at` is the device's word; `camera_at` the EXIF's, naive when it states no offset, then
    read in `zone`. `positions`: at most one per source. `apart_m`: between the two sources.
    """

    is_photo: bool
    received_at: datetime
    reported_at: datetime
    limit_m: float
    zone: tzinfo
    captured_at: datetime | None = None
    camera_at: datetime | None = None
    positions: Sequence[Place] = ()
    apart_m: float | None = None
    place_accuracy_m: float | None = None
    used_before: str = ""  # same_file or same_picture
    stated_type: str = ""
    found_type: str = ""


def score(facts: Facts) -> list[Finding]:
    """Every finding, blocking ones first."""
    found = [
        *_of_type(facts),
        *_of_place(facts),
        *_of_time(facts),
        *([Finding("already_used", {"how": facts.used_before})] if facts.used_before else []),
    ]
    return sorted(found, key=lambda finding: not finding.blocks)


def _of_type(facts: Facts) -> list[Finding]:
    found = []
    if not facts.is_photo:
        found.append(Finding("not_a_photo"))
    stated = "image/jpeg" if facts.stated_type == "image/jpg" else facts.stated_type
    stated = "image/heic" if stated == "image/heif" else stated
    if stated and stated != facts.found_type and stated != "application/octet-stream":
        found.append(Finding("mislabelled", {"stated": stated[:60], "found": facts.found_type}))
    return found


def _of_place(facts: Facts) -> list[Finding]:
    if not facts.is_photo:
        return []
    found = []
    usable = [place for place in facts.positions if place.usable]
    if not usable:
        found.append(Finding("no_position"))
    # Whatever source says "elsewhere" is believed: standing on the spot with a photo from home,
    # or at home with coordinates typed in, both fail.
    far = [place for place in usable if _beyond(place, facts)]
    if far:
        worst = max(far, key=lambda place: place.distance_m)
        found.append(
            Finding(
                "too_far",
                {
                    "distance_m": round(worst.distance_m),
                    "limit_m": round(facts.limit_m),
                    "accuracy_m": _whole(worst.accuracy_m),
                    "source": worst.source,
                },
            )
        )
        if worst.as_gcj_m is not None and worst.as_gcj_m <= facts.limit_m < worst.distance_m:
            found.append(Finding("datum_suspected", {"distance_m": round(worst.as_gcj_m)}))
    for place in facts.positions:
        if place.age is not None and abs(place.age) > FIX_STALE:
            found.append(
                Finding("position_stale", {"age_s": round(abs(place.age.total_seconds()))})
            )
        if place.accuracy_m is not None and place.accuracy_m > MOST_ACCURACY_M:
            found.append(Finding("accuracy_poor", {"accuracy_m": round(place.accuracy_m)}))
    slack = sum(min(place.accuracy_m or 0.0, MOST_ACCURACY_M) for place in facts.positions)
    if facts.apart_m is not None and facts.apart_m > DISAGREE_M + slack:
        found.append(Finding("exif_disagrees", {"apart_m": round(facts.apart_m)}))
    return found


def _beyond(place: Place, facts: Facts) -> bool:
    """Whether even the nearest point both circles allow is farther than the limit."""
    slack = min(place.accuracy_m or 0.0, MOST_ACCURACY_M)
    slack += min(facts.place_accuracy_m or 0.0, MOST_ACCURACY_M)
    return place.distance_m - slack > facts.limit_m


def _of_time(facts: Facts) -> list[Finding]:
    if not facts.is_photo:
        return []
    camera_at = camera_instant(facts.camera_at, facts.captured_at, facts.zone)
    stated = [moment for moment in (facts.captured_at, camera_at) if moment is not None]
    if not stated:
        return [Finding("no_time")]
    found = []
    earliest = min(stated)
    if earliest < facts.reported_at - CLOCK_SLACK:
        found.append(
            Finding(
                "older_than_report",
                {
                    "taken_at": _shown(earliest, facts.zone),
                    "reported_at": _shown(facts.reported_at, facts.zone),
                },
            )
        )
    latest = max(stated)
    if latest > facts.received_at + timedelta(minutes=5):
        found.append(Finding("clock_ahead", {"taken_at": _shown(latest, facts.zone)}))
    return found


def camera_instant(
    camera_at: datetime | None, captured_at: datetime | None, zone: tzinfo
) -> datetime | None:
    """The instant a camera's time means: its own offset, else the city's clock.

    A camera left on UTC is recognised by the device's word for the same shot.
    """
    if camera_at is None or camera_at.tzinfo is not None:
        return camera_at
    local = camera_at.replace(tzinfo=zone)
    if captured_at is not None and abs(local - captured_at) > CLOCK_SLACK:
        universal = camera_at.replace(tzinfo=UTC)
        if abs(universal - captured_at) <= CLOCK_SLACK:
            return universal
    return local


def _shown(moment: datetime, zone: tzinfo) -> str:
    return moment.astimezone(zone).isoformat(sep=" ", timespec="seconds")


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)
