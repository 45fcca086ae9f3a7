"""docs/workflows.md says what the tables say."""

from pathlib import Path

from core.workflow_table import as_markdown, known_workflows
from tests.core.test_workflow import LAMPS

PAGE = Path(__file__).parents[2] / "docs" / "workflows.md"


def test_the_page_is_what_the_tables_say() -> None:
    again = "run: python3 manage.py workflows > docs/workflows.md"
    assert PAGE.read_text("utf-8") == as_markdown(known_workflows()), again


def test_a_workflow_is_shown_as_diagram_and_table() -> None:
    page = as_markdown([LAMPS])
    assert "## Lamp\n\nStates: `dark` 熄灭, `lit` 点亮, `scrapped` 报废.\n" in page
    assert "    [*] --> dark: set_up\n    dark --> lit: light\n" in page
    assert "    lit --> lit: note\n" in page
    assert page.endswith(
        "| `set_up` | 安装 | new | `dark` | The lamp's keeper |  |\n"
        "| `light` | 点亮 | `dark` | `lit` | The lamp's keeper |"
        " Refuse a broken lamp, unless it is mended by this very act |\n"
        "| `put_out` | 熄灭 | `lit` | `dark` | The lamp's keeper |  |\n"
        "| `note` | 备注 | `dark`, `lit` | as it is | The lamp's keeper |  |\n"
        "| `scrap` | 报废 | `dark`, `lit` | `scrapped` | The lamp's keeper | a reason |\n"
    )
