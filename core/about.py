"""The app's own name and version. `pyproject.toml` is the one place where the version is written."""

from __future__ import annotations

import tomllib

from core.errors import Bug
from core.files import APP_NAME, bundled


def version() -> str:
    """This release, for example `0.1.0`."""
    project = tomllib.loads(bundled("pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    written = project.get("version")
    if not isinstance(written, str):
        raise Bug("pyproject.toml names no version")
    return written


def title() -> str:
    """Name and version in one line."""
    return f"{APP_NAME} {version()}"
