"""The manifest of the front end's build, read for a page."""

import json
from pathlib import Path

from pytest_django import Settings

from maps.frontend import Entry, built


def test_entry_names_all_that_its_page_loads(settings: Settings, tmp_path: Path) -> None:
    settings.FRONTEND_BUILD = tmp_path
    assert built("a/main.ts") is None
    chunks = {
        "a/main.ts": {"file": "a-1.js", "imports": ["_b.js"], "css": ["a-1.css"]},
        "_b.js": {"file": "b-2.js", "imports": ["_c.js"], "css": ["b-2.css"]},
        "_c.js": {"file": "c-3.js"},
    }
    (tmp_path / "manifest.json").write_text(json.dumps(chunks))
    assert built("a/main.ts") == Entry(
        script="app/a-1.js",
        styles=("app/b-2.css", "app/a-1.css"),
        preloads=("app/b-2.js", "app/c-3.js"),
    )
    assert built("added/later.ts") is None
