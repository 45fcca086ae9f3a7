"""How the base map looks: colours and widths of the console's map, for everybody's screens."""

from dataclasses import dataclass

from PIL import ImageColor

PAPER = "#f7f5f0"
BEYOND = "#e7e4dc"
CITY_EDGE = "#b9b5a8"
WATER = "#bfd9e6"
WATER_EDGE = "#9fc3d5"
GREEN = "#dce8d0"
HALO = "#ffffff"


@dataclass(frozen=True)
class RoadLook:
    """A rank of road: its colours, and its width in pixels at zoom 10, 14 and 18."""

    fill: str
    edge: str
    widths: tuple[float, float, float]


# The lesser first: the greater are drawn over them.
ROADS = {
    7: RoadLook("#e9e6df", "#e9e6df", (0.2, 0.8, 5)),
    6: RoadLook("#ffffff", "#d3d0c8", (0.3, 1.4, 9)),
    5: RoadLook("#ffffff", "#d3d0c8", (0.4, 2.2, 14)),
    4: RoadLook("#ffffff", "#d3d0c8", (0.6, 3.4, 18)),
    3: RoadLook("#fff8e6", "#d8c9a3", (0.9, 4.6, 22)),
    2: RoadLook("#fdeec6", "#d8c9a3", (1.4, 6, 26)),
    1: RoadLook("#fbe0a6", "#d8c9a3", (1.8, 7, 30)),
}
EDGES = (0.3, 0.7, 1.0)  # of a road, on each side
WATER_LINE = (1.0, 3.0, 10.0)
AREA_LINES = {
    "community": ("#bdb5c6", (0.6, 0.9, 1.4)),
    "subdistrict": ("#a79cb6", (0.9, 1.4, 2.2)),
    "district": ("#8f83a3", (1.4, 2.0, 3.0)),
}

ROAD_TEXT = "#4d5860"
WATER_TEXT = "#2b6a8c"
GREEN_TEXT = "#3c6b34"
AREA_TEXT = "#4f3f6e"
AREA_SIZES = {"district": 17.0, "subdistrict": 14.5, "community": 12.5}


def grown(widths: tuple[float, float, float], zoom: int) -> float:
    """A width at a zoom: growing by half a zoom between 10, 14 and 18, and on after that."""
    low, middle, high = widths
    if zoom <= 10:
        return low
    start, a, b = (10, low, middle) if zoom <= 14 else (14, middle, high)
    share = (1.5 ** (zoom - start) - 1) / (1.5**4 - 1)
    return a + (b - a) * share


def road_text_size(zoom: int) -> float:
    """How large a road's name is written."""
    return min(14.0, 11 + max(0, zoom - 12) * 0.6)


def names_road(rank: int, zoom: int) -> bool:
    """Whether roads of a rank are named at a zoom."""
    return zoom >= 12 and (rank <= 3 or (rank == 4 and zoom >= 14) or zoom >= 15)


def names_area(level: str, zoom: int) -> bool:
    """Whether areas of a level are named at a zoom."""
    return {
        "district": zoom < 13,
        "subdistrict": zoom < 15,
        "community": 14 <= zoom < 17,
    }.get(level, False)


FLAT = (
    *(PAPER, BEYOND, WATER, GREEN, HALO),
    *(road.fill for road in ROADS.values()),
)

# The colours of a picture: the flat ones exactly, between them as many steps as the eye asks for.
# A picture of 256 colours weighs a third of one with all.
_STEPS = (
    *((text, HALO, 9) for text in (ROAD_TEXT, WATER_TEXT, GREEN_TEXT, AREA_TEXT)),
    *((road.edge, ground, 3) for road in (ROADS[1], ROADS[7]) for ground in (PAPER, GREEN, WATER)),
    *((road.edge, road.fill, 3) for road in ROADS.values()),
    *((road.fill, PAPER, 2) for road in ROADS.values()),
    *((line, ground, 3) for line, _ in AREA_LINES.values() for ground in (PAPER, HALO, BEYOND)),
    *((line, ground, 2) for line, _ in AREA_LINES.values() for ground in (ROADS[3].fill, WATER)),
    *((PAPER, ground, 4) for ground in (GREEN, WATER, BEYOND, HALO)),
    *((GREEN, ground, 3) for ground in (WATER, HALO, BEYOND)),
    *((WATER, ground, 3) for ground in (HALO, BEYOND)),
)


def palette() -> list[tuple[int, ...]]:
    """At most 256 colours as red, green, blue."""
    colours: dict[tuple[int, ...], None] = {}
    for first, last, between in _STEPS:
        a, b = (ImageColor.getrgb(colour) for colour in (first, last))
        for step in range(between + 2):
            share = step / (between + 1)
            colours[tuple(round(p + (q - p) * share) for p, q in zip(a, b, strict=True))] = None
    return list(colours)[:256]
