"""Every layer by its name."""

from core.errors import Invalid
from exchange.layers.base import Layer
from exchange.layers.facilities import FACILITIES

LAYERS: dict[str, Layer] = {layer.name: layer for layer in (FACILITIES,)}


class UnknownLayer(Invalid):
    """There is no such layer."""


def layer_named(name: str) -> Layer:
    """A layer by its name in the contract; raises UnknownLayer with the choices."""
    if name not in LAYERS:
        raise UnknownLayer(f"there is no layer {name!r}; choose one of {', '.join(LAYERS)}")
    return LAYERS[name]
