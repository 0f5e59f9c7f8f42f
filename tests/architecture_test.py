"""The house's own rules, read from the source: what the import contracts of `pyproject.toml` cannot say."""

from __future__ import annotations

import ast
import functools
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TORCH = {"torch", "transformers", "peft", "accelerate", "bitsandbytes", "safetensors", "tokenizers"}
QT = {"PySide6", "shiboken6", "pyqtgraph", "qtawesome", "qtpy"}
TOP_LEVEL = {
    "desktop", "core", "ckpt", "resources", "tests", "benchmarks", "docs", "main.py", "pyproject.toml",
    "constraints.txt", "README.md", "LICENSE", "CONTRIBUTING.md", "CHANGELOG.md", "Makefile",
}  # fmt: skip
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")
# The two places where any exception may be caught are the worker boundary and `sys.excepthook`; a child process
# has a worker boundary of its own.
BROAD_HANDLERS = {"desktop/runner.py", "core/grounding/host_child.py"}


def sources(*folders: str) -> Iterator[Path]:
    """Every module of the product below these folders, and `main.py`."""
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))
    yield ROOT / "main.py"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@functools.cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(path: Path) -> set[str]:
    """Dotted names of everything that a module imports, at its top or inside a function."""
    found: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def packages(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def test_top_level_is_exactly_what_the_readme_says() -> None:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, or no git: what belongs to the project cannot be told from what was made")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    top = {line.split("/")[0] for line in listed.stdout.splitlines()}
    assert {entry for entry in top if not entry.startswith(".")} <= TOP_LEVEL


def test_only_model_folders_and_training_import_torch() -> None:
    """Unlike the contract, this needs no list of modules: a new one cannot slip through."""
    model_folder = re.compile(r"core/grounding/[a-z0-9_]+/|core/training/")
    offenders = [name_of(path) for path in sources("core", "desktop") if packages(path) & TORCH]
    assert [name for name in offenders if not model_folder.match(name)] == []


def test_no_qt_outside_the_window() -> None:
    assert [name_of(path) for path in sources("core") if packages(path) & QT] == []


def test_main_knows_only_its_doors() -> None:
    """The command line, the window, and the look for a window that is open already."""
    doors = ("core.commands", "desktop.app", "desktop.session.other_windows")
    ours = {name for name in imported(ROOT / "main.py") if name.split(".")[0] in {"core", "desktop"}}
    assert all(name.startswith(doors) for name in ours), ours


def test_every_module_says_what_it_owns() -> None:
    without = [
        name_of(path)
        for path in sources("core", "desktop", "benchmarks")
        if path.read_text(encoding="utf-8").strip() and not ast.get_docstring(parsed(path))
    ]
    assert without == []


def test_nothing_is_left_unfinished() -> None:
    marks = [name_of(path) for path in sources("core", "desktop") if UNFINISHED.search(path.read_text("utf-8"))]
    assert marks == []


def test_broad_handlers_stand_only_at_the_worker_boundary() -> None:
    broad = []
    for path in sources("core", "desktop"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.ExceptHandler) and not isinstance(node.body[-1], ast.Raise):  # tidying up is fine
                caught = {part.id for part in ast.walk(node.type) if isinstance(part, ast.Name)} if node.type else {""}
                if caught & {"", "Exception", "BaseException"} and name_of(path) not in BROAD_HANDLERS:
                    broad.append(f"{name_of(path)}:{node.lineno}")
    assert broad == []


def test_events_are_never_pumped_by_hand() -> None:
    pumping = [
        f"{name_of(path)}:{node.lineno}"
        for path in sources("desktop")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Attribute) and node.attr in {"processEvents", "terminate"}
    ]
    assert pumping == []


def test_every_direct_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = {re.split(r"[\s;<>=!\[]", one)[0].lower().replace("_", "-") for one in wanted}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.split("==")[0].lower().replace("_", "-") for line in lines if "==" in line}
    assert names - pinned == set()
    assert "torch==2.13.0" in lines


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("core.commands", TORCH | QT | {"sqlalchemy", "numpy", "PIL", "cv2"}),
        ("core.commands.prepare", TORCH | QT | {"sqlalchemy", "numpy", "PIL", "cv2"}),
        ("core.commands.checks", TORCH | QT | {"sqlalchemy", "numpy", "PIL", "cv2"}),
        ("core.grounding.registry", TORCH | QT),
        ("core.commands.evaluate", TORCH | QT | {"av"}),  # pictures need no PyAV
    ],
)
def test_light_doors_stay_light(module: str, heavy: set[str]) -> None:
    """What is imported before a person sees the first sign of life imports nothing that takes long."""
    probe = f"import sys, json, {module}; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert set(json.loads(done.stdout)) & heavy == set()


def test_the_window_opens_before_torch_is_loaded() -> None:
    probe = "import sys, desktop.app; print(sorted(set(sys.modules) & {'torch', 'transformers', 'peft'}))"
    done = subprocess.run([sys.executable, "-c", probe], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
