"""Which installed distributions are inside the app: those that `pyproject.toml` names, and what those need."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution, packages_distributions
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent.parent
# Needed by a distribution that is inside, but left out of the app (contents.py says why).
LEFT_OUT = frozenset({"decord", "hf-xet", "opencv-python-headless", "setuptools"})
EXTRA = ("flash-attn", "triton")  # bundled when there


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def inside() -> list[str]:
    """Names of the distributions in the app, normal and sorted."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return closure([*project["dependencies"], *EXTRA])


def closure(wanted: Iterable[str], find: Callable[[str], Distribution] = distribution) -> list[str]:
    """What is installed of `wanted` (requirements) and of all that they need, without extras."""
    found: set[str] = set()
    left = [Requirement(text) for text in wanted]
    while left:
        requirement = left.pop()
        name = normal(requirement.name)
        if name in found or name in LEFT_OUT:
            continue
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            needs = find(name).requires or []
        except PackageNotFoundError:
            continue
        found.add(name)
        left += [Requirement(text) for text in needs]
    return sorted(found)


def outside() -> list[str]:
    """Top-level modules that are installed here and belong to no distribution in the app: tools of developers."""
    names = set(inside())
    brought = packages_distributions().items()
    return sorted(module for module, owners in brought if not any(normal(owner) in names for owner in owners))
