"""Does an unlabelled file lie about where it is? GCJ-02 and BD-09 shift all of it by one known vector."""

from exchange.layers.base import Load


def suspect_datum(load: Load, layer: str) -> None:
    """Warn `suspected_datum`."""
