"""The workflows as people read them: `docs/workflows.md`, made from the tables that `perform` obeys."""

from importlib import import_module
from pathlib import Path

from django.apps import apps

from core.workflow import WORKFLOWS, Transition, Workflow

_INTRODUCTION = """# Workflows

Which act leads from which state to which, who may do it and what it needs. Made from the tables in
each room's `workflow.py` by `python3 manage.py workflows > docs/workflows.md`; a test compares.
"""


def known_workflows() -> list[Workflow]:
    """Every workflow of the product, by the name of its model; imports each room's `workflow.py`."""
    for app in apps.get_app_configs():
        for path in sorted(Path(app.path).glob("*/workflow.py")):
            import_module(f"{app.name}.{path.parent.name}.workflow")
    return sorted(WORKFLOWS.values(), key=lambda workflow: workflow.model._meta.label)


def as_markdown(workflows: list[Workflow]) -> str:
    """The page: for each workflow a diagram and a table."""
    return "\n".join([_INTRODUCTION, *map(_section, workflows)])


def _section(workflow: Workflow) -> str:
    lines = [
        f"## {workflow.model.__name__}",
        "",
        "States: " + ", ".join(f"`{state}` {zh}" for state, zh in workflow.states.items()) + ".",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {arrow}" for line in workflow.transitions for arrow in _arrows(line)),
        "```",
        "",
        "| Act | | From | To | Who | Needs |",
        "| --- | --- | --- | --- | --- | --- |",
        *map(_row, workflow.transitions),
        "",
    ]
    return "\n".join(lines)


def _arrows(line: Transition) -> list[str]:
    return [
        f"{source} --> {'former' if line.returns_to else line.target or source}: {line.act}"
        for source in line.sources or ["[*]"]
    ]


def _row(line: Transition) -> str:
    needs = ["a reason"] if line.needs_reason else []
    if line.guard:
        needs.append(
            (line.guard.__doc__ or line.guard.__name__).strip().splitlines()[0].rstrip(".")
        )
    cells = [
        f"`{line.act}`",
        line.zh,
        ", ".join(f"`{source}`" for source in line.sources) or "new",
        f"`{line.target}`" if line.target else "as it is",
        line.who.rstrip("."),
        "; ".join(needs),
    ]
    return "| " + " | ".join(cells) + " |"
