"""Which part of the program may know which? The import rule of docs/architecture.md, held."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

RULES: dict[str, set[str]] = {
    "search.errors": set(),
    "search.article": set(),
    "search.collecting": set(),
    "search.query": set(),
    "search.analysis": set(),
    "search.request": {"search.errors", "search.article", "search.query"},
    "search.results": {"search.errors", "search.article", "search.query", "search.request", "search.notebook"},
    "search.notebook": {"search.article", "search.results", "search.wording"},
    "search.plan": {"search.article", "search.query", "search.analysis"},
    "search.expansion": {"search.plan"},
    "search.matching": {"search.article", "search.query", "search.analysis", "search.plan", "search.expansion"},
    "search.highlight": {"search.analysis", "search.article", "search.query", "search.matching", "search.results"},
    "search.wording": {"search.article", "search.results"},
    "search.sources": {"search.errors"},
    "search.origin": {"search.errors", "search.sources"},
    "search.extraction": {"search.errors", "search.article", "search.analysis", "search.sources"},
    "search.lookup": {"search.article", "search.analysis", "search.query", "search.extraction"},
    "search.ranking": {"search.article", "search.analysis", "search.plan", "search.query"},
    "search.engines": {
        "search.matching", "search.collecting",
        "search.errors", "search.article", "search.query", "search.analysis", "search.plan", "search.expansion", "search.lookup",
        "search.ranking", "search.request",
    },
    "search.answering": {
        "search.errors", "search.article", "search.query", "search.analysis", "search.plan", "search.expansion", "search.highlight",
        "search.lookup", "search.ranking", "search.request", "search.results", "search.engines",
    },
    "search.explain": {"search.article", "search.wording"},
    "search.export": {"search.article", "search.wording"},
    "search.persons": {"search.analysis"},
    "search.repeated": {"search.article"},
    "search.stripping": {"search.analysis", "search.article", "search.repeated"},
    "search.corrections": {"search.errors", "search.article", "search.analysis", "search.repeated"},
    "search.ledger": {
        "search.errors", "search.article", "search.analysis", "search.sources", "search.origin", "search.persons", "search.repeated",
    },
    "search.turns": set(),
    "search.agreement": {"search.errors", "search.corrections", "search.ledger", "search.origin", "search.sources"},
    "search.settling": {
        "search.agreement", "search.article", "search.analysis", "search.corrections", "search.ledger", "search.origin", "search.persons",
        "search.repeated", "search.stripping",
    },
    "search.report": {"search.ledger"},
    "search.intake": {"search.collecting", "search.errors", "search.article", "search.extraction", "search.sources"},
    "search.gathering": {
        "search.article", "search.engines", "search.errors", "search.extraction", "search.intake", "search.ledger", "search.origin", "search.sources",
    },
    "search.indexer": {
        "search.agreement", "search.gathering", "search.collecting", "search.turns",
        "search.intake", "search.errors", "search.article", "search.sources", "search.origin", "search.extraction", "search.corrections",
        "search.ledger", "search.settling", "search.report", "search.engines",
    },
    "search.rereading": {"search.errors", "search.article", "search.extraction", "search.ledger", "search.origin", "search.sources"},
    "search.homes.address": {"search.errors"},
    "search.homes": {"search.homes.address", "search.turns", "search.errors", "search.engines", "search.ledger", "search.origin", "search.wording"},
    "search.conversion": {
        "search.errors", "search.article", "search.query", "search.engines", "search.homes", "search.ledger", "search.report", "search.wording",
    },
    "search.rebuilding": {"search.errors", "search.homes", "search.indexer", "search.report"},
    "search.archive": {
        "search.conversion", "search.rebuilding",
        "search.homes", "search.origin", "search.corrections", "search.repeated", "search.rereading",
        "search.errors", "search.article", "search.query", "search.plan", "search.highlight", "search.request", "search.results",
        "search.answering", "search.sources", "search.extraction", "search.ledger", "search.report", "search.indexer", "search.engines",
    },
    "web": {
        "search", "search.errors", "search.article", "search.query", "search.request", "search.results", "search.archive", "search.highlight",
        "search.wording", "search.export",
    },
    "search.cli": {
        "search", "search.errors", "search.article", "search.query", "search.request", "search.results", "search.archive", "search.report",
        "search.wording", "search.sources", "search.origin", "search.extraction", "search.explain", "search.corrections", "search.analysis",
        "search.repeated", "search.export", "search.homes.address", "web",
    },
}  # fmt: skip
"""What each part may import of ours, itself always included. What is not named here may be imported by nobody but the tests."""

FREE = {"search", "search.__main__"}
"""The public names and the way in: they may import what they show."""


def part_of(module: str) -> str:
    """The longest named part a module belongs to."""
    names = [name for name in (*RULES, *FREE) if module == name or (module.startswith(f"{name}.") and name != "search")]
    return max(names, key=len, default=module)


def modules() -> list[tuple[str, Path]]:
    found = []
    for file in sorted([*(ROOT / "search").rglob("*.py"), *(ROOT / "web").rglob("*.py")]):
        parts = list(file.relative_to(ROOT).with_suffix("").parts)
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), file))
    return found


def imported(file: Path) -> set[str]:
    """The modules of ours that a file imports, wherever in it."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            module = node.module or ""
            # `from search import archive` names a module, `from search import Archive` a public name.
            folder = ROOT / module.replace(".", "/")
            names |= {f"{module}.{a.name}" if (folder / a.name).is_dir() or (folder / f"{a.name}.py").exists() else module for a in node.names}
    return {name for name in names if name.split(".")[0] in {"search", "web"}}


@pytest.mark.parametrize(("module", "file"), modules(), ids=lambda value: value if isinstance(value, str) else "")
def test_a_module_imports_only_what_its_part_may_know(module: str, file: Path) -> None:
    part = part_of(module)
    if part in FREE:
        return
    assert part in RULES, f"{module} belongs to no part: name it in the rules and in docs/architecture.md"
    strangers = {name for name in imported(file) if part_of(name) not in RULES[part] | {part}}
    assert not strangers, f"{module} must not know {', '.join(sorted(strangers))}"


def test_every_named_part_exists() -> None:
    known = {part_of(module) for module, _ in modules()}
    assert known >= set(RULES)
