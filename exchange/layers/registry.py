"""Every layer by its name."""

from core.errors import Invalid
from exchange.layers.areas import AREAS, CELLS
from exchange.layers.base import Layer
from exchange.layers.calendar import CALENDAR
from exchange.layers.catalogue import CATALOGUE
from exchange.layers.channels import CHANNELS
from exchange.layers.facilities import FACILITIES
from exchange.layers.handovers import HANDOVERS_LAYER
from exchange.layers.organizations import ORGANIZATIONS
from exchange.layers.ownership import OWNERSHIP
from exchange.layers.reports import REPORTS
from exchange.layers.requests import REQUESTS
from exchange.layers.roads import ROADS

LAYERS: dict[str, Layer] = {
    layer.name: layer
    for layer in (
        AREAS,
        CELLS,
        ORGANIZATIONS,
        CATALOGUE,
        FACILITIES,
        ROADS,
        OWNERSHIP,
        HANDOVERS_LAYER,
        CHANNELS,
        REPORTS,
        REQUESTS,
        CALENDAR,
    )
}


class UnknownLayer(Invalid):
    """There is no such layer."""


def layer_named(name: str) -> Layer:
    """A layer by its name in the contract; raises UnknownLayer with the choices."""
    if name not in LAYERS:
        raise UnknownLayer(f"there is no layer {name!r}; choose one of {', '.join(LAYERS)}")
    return LAYERS[name]
