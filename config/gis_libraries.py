"""Where GeoDjango finds GDAL and GEOS: the very files that the pyogrio and shapely wheels carry.

No system GIS library is needed. The wheels are located, not imported: pyogrio would bring pandas
along, a second more for every command. GDAL and PROJ are told where the wheel keeps their data.
"""

import os
from importlib.util import find_spec
from pathlib import Path


def _package(name: str) -> Path:
    """The folder of an installed package."""
    found = find_spec(name)
    if found is None or found.origin is None:
        raise RuntimeError(f"{name} is not installed: run 'make setup'")
    return Path(found.origin).parent


def _bundled(package: str, pattern: str) -> str:
    """The one shared library in a wheel's folder; raises if the wheel was built another way."""
    libraries = _package(package).with_name(f"{package}.libs")
    found = sorted(libraries.glob(pattern))
    if len(found) != 1:
        raise RuntimeError(
            f"expected one {pattern} in {libraries}, found {len(found)}: "
            "install the project's locked wheels with 'make setup'"
        )
    return str(found[0])


GDAL_LIBRARY_PATH = _bundled("pyogrio", "libgdal-*.so*")
GEOS_LIBRARY_PATH = _bundled("shapely", "libgeos_c-*.so*")
os.environ.setdefault("GDAL_DATA", str(_package("pyogrio") / "gdal_data"))
os.environ.setdefault("PROJ_DATA", str(_package("pyogrio") / "proj_data"))
