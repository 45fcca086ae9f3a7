"""Where GeoDjango finds GDAL and GEOS: the very files that the pyogrio and shapely wheels carry.

No system GIS library is needed. pyogrio is imported first so that PROJ finds its own data.
"""

from pathlib import Path

import pyogrio
import shapely


def _bundled(package_file: str, folder: str, pattern: str) -> str:
    """The one shared library in a wheel's folder; raises if the wheel was built another way."""
    libraries = Path(package_file).parent.parent / folder
    found = sorted(libraries.glob(pattern))
    if len(found) != 1:
        raise RuntimeError(
            f"expected one {pattern} in {libraries}, found {len(found)}: "
            "install the project's locked wheels with 'make setup'"
        )
    return str(found[0])


GDAL_LIBRARY_PATH = _bundled(pyogrio.__file__, "pyogrio.libs", "libgdal-*.so*")
GEOS_LIBRARY_PATH = _bundled(shapely.__file__, "shapely.libs", "libgeos_c-*.so*")
