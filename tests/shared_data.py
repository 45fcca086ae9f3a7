"""Where the real files lie that no test may bring along; a test that needs them skips without."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def shared_data(*parts: str) -> Path:
    """A path in the shared data; skips the test where it is missing."""
    folders = [ROOT.parent / "shared" / "data"]
    if named := os.environ.get("LAMPLIGHTER_SHARED_DATA"):
        folders.insert(0, Path(named))
    for folder in folders:
        path = folder.joinpath(*parts)
        if path.exists():
            return path
    pytest.skip(f"shared data {'/'.join(parts)} is not here; set LAMPLIGHTER_SHARED_DATA")
