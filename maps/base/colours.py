"""From all colours to the 256 of a picture, flat colours exactly: neighbours show no seam."""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageColor

from maps.base import look

_BITS = 5  # of each of red, green and blue: finer than the steps of the palette


@lru_cache(maxsize=1)
def _nearest() -> np.ndarray:
    """For each colour, told by its first bits, the number of the nearest in the palette."""
    step = 1 << (8 - _BITS)
    levels = np.arange(1 << _BITS) * step + step // 2
    asked = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1).reshape(-1, 3)
    palette = np.array(look.palette())
    table = np.empty(len(asked), np.uint8)
    for start in range(0, len(asked), 4096):
        apart = asked[start : start + 4096, None, :] - palette[None, :, :]
        table[start : start + 4096] = (apart**2).sum(axis=2).argmin(axis=1)
    for colour in look.FLAT:
        flat = ImageColor.getrgb(colour)
        table[_cell(np.array([flat]))] = look.palette().index(flat)
    return table


def _cell(colours: np.ndarray) -> np.ndarray:
    red, green, blue = (colours[..., band].astype(np.uint16) >> (8 - _BITS) for band in range(3))
    return np.asarray((red << 2 * _BITS) | (green << _BITS) | blue)


def few_colours(image: Image.Image) -> Image.Image:
    """The picture in the colours of the palette, each pixel in the nearest."""
    few = Image.fromarray(_nearest()[_cell(np.asarray(image))])
    few.putpalette([part for colour in look.palette() for part in colour])
    return few
