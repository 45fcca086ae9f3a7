"""Where the front end's build put its files: read from the manifest that Vite leaves."""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings


@dataclass(frozen=True)
class Entry:
    """The built files of one screen, as paths under STATIC_URL."""

    script: str
    styles: tuple[str, ...]
    preloads: tuple[str, ...]  # what the script imports: fetched with it, not after it


def built(entry: str) -> Entry | None:
    """The files of an entry (`console/main.ts`), or None when the front end has not been built."""
    manifest = Path(settings.FRONTEND_BUILD) / "manifest.json"
    if not manifest.is_file():
        return None
    return _entry(manifest, manifest.stat().st_mtime_ns, entry)


@lru_cache(maxsize=16)
def _entry(manifest: Path, _written: int, entry: str) -> Entry | None:
    chunks = json.loads(manifest.read_text("utf-8"))
    if entry not in chunks:  # built before this screen was there
        return None
    reached = [entry]
    for name in reached:  # grows while it is walked: what is imported imports in turn
        reached += [one for one in chunks[name].get("imports", []) if one not in reached]
    styles = [style for name in reversed(reached) for style in chunks[name].get("css", [])]
    return Entry(
        script=f"app/{chunks[entry]['file']}",
        styles=tuple(f"app/{style}" for style in styles),
        preloads=tuple(f"app/{chunks[name]['file']}" for name in reached[1:]),
    )
