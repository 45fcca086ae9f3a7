"""Roads: facilities that are lines, with their class, direction and speed."""

import re
from datetime import tzinfo
from typing import Any

from exchange.fields import Field, Shape, field
from exchange.layers import facilities
from exchange.layers.base import Layer, Load
from exchange.stage import run
from exchange.values import BadValue, named, one_of
from exchange.words import ONEWAY

DEFAULT_CATEGORY = "road"


def read_speed(value: Any, zone: tzinfo) -> float | None:
    """A speed in km/h; `30 mph` is converted; words such as `signals` say nothing."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(mph|km/h|kmh|kph)?", named(value).lower())
    if match is None:
        return None
    return round(float(match[1]) * (1.609344 if match[2] == "mph" else 1.0), 1)


_ONEWAY = one_of(ONEWAY, "oneway")


def read_oneway(value: Any, zone: tzinfo) -> str | None:
    """yes, no or reverse (against the line's direction); a word not known is kept as it came."""
    try:
        found = _ONEWAY(value, zone)
    except BadValue:
        found = named(value)
    return found if found is None else str(found)


FIELDS: tuple[Field, ...] = (
    *(
        Field(f.name, f.parse, f.also, f.required and f.name != "category", f.sql)
        for f in facilities.FIELDS
    ),
    field("class", also=("等级", "道路等级", "类型", "highway", "fclass")),
    field("oneway", read_oneway, also=("单行", "单行道")),
    field("speed", read_speed, also=("限速", "maxspeed"), sql="float8"),
)


def check(load: Load) -> None:
    """As facilities; a file with classes may hold other lines than roads: those have none."""
    run(
        "INSERT INTO grid_category (code, kind, name) "
        "SELECT %(code)s, 'facility', '道路' WHERE EXISTS (SELECT FROM stage WHERE category IS NULL) "
        "ON CONFLICT (code, kind) DO NOTHING",
        code=DEFAULT_CATEGORY,
    )
    run("UPDATE stage SET category = %(code)s WHERE category IS NULL", code=DEFAULT_CATEGORY)
    if load.states("class"):
        load.stage.reject("class IS NULL", "blank_class", "'class: is blank; is it a road?'")
    run(
        "UPDATE stage SET attributes = coalesce(attributes, '{}') || jsonb_strip_nulls("
        "jsonb_build_object('class', class, 'oneway', oneway, 'speed', speed))"
    )
    facilities.check(load)


ROADS = Layer(
    name="roads",
    fields=FIELDS,
    check=check,
    write=facilities.write,
    shape=Shape(dimensions=(1, 2), required=True),
    keeps_attributes=True,
    generates_codes=True,
)
