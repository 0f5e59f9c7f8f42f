"""Where bundled files and the user's own folders are: the one place that knows, in a checkout and in a packaged app."""

from __future__ import annotations

import os
import sys
from pathlib import Path

APP_NAME = "GroundLabel"


def bundled(relative: str) -> Path:
    """A file or folder that ships with the app (`ckpt/mini`, `resources/...`)."""
    frozen_root = getattr(sys, "_MEIPASS", None)
    root = Path(frozen_root) if frozen_root else Path(__file__).resolve().parent.parent
    return root / relative


def is_packaged() -> bool:
    """Whether this is the app that runs without its source: nobody can set it up again, or install into it."""
    return bool(getattr(sys, "frozen", False))


def home() -> Path:
    """The user's folder for models: `GROUNDLABEL_HOME`, else the platform's data folder."""
    override = os.environ.get("GROUNDLABEL_HOME")
    return Path(override) if override else _platform_dir("data")


def config_dir() -> Path:
    """Where settings live."""
    override = os.environ.get("GROUNDLABEL_HOME")
    return Path(override) / "config" if override else _platform_dir("config")


def cache_dir() -> Path:
    """Where thumbnails, peaks and other re-computable files live."""
    override = os.environ.get("GROUNDLABEL_HOME")
    return Path(override) / "cache" if override else _platform_dir("cache")


def log_dir() -> Path:
    """Where log files live."""
    override = os.environ.get("GROUNDLABEL_HOME")
    return Path(override) / "logs" if override else _platform_dir("log")


def write_atomically(path: Path, text: str) -> None:
    """Write a small text file so that a reader sees the old one or the new one whole. Raises `OSError`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with beside.open("w", encoding="utf-8") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _platform_dir(purpose: str) -> Path:
    """The platform's own folder for `data`, `config`, `cache` or `log`; platformdirs is imported where it is needed."""
    import platformdirs

    return Path(str(getattr(platformdirs, f"user_{purpose}_dir")(APP_NAME, appauthor=False)))
