"""What the window remembers from one start to the next: places, the last project, item and view. Not a setting.

Losing this file costs a person nothing but comfort, so an unreadable one is read as empty.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from core.files import config_dir

RECENT_LIMIT = 10
_LOG = logging.getLogger(__name__)


class Memory:
    """A small JSON file of values, written whole and put in place at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_dir() / "window.json"
        self._values: dict[str, Any] = {}
        try:
            values = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            values = {}
        except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
            _LOG.warning("%s cannot be read: %s", self._path, error)
            values = {}
        if isinstance(values, dict):
            self._values = values

    def text(self, key: str, default: str = "") -> str:
        value = self._values.get(key, default)
        return value if isinstance(value, str) else default

    def set_text(self, key: str, value: str) -> None:
        self._values[key] = value
        self._save()

    def recent(self) -> list[Path]:
        """Projects opened lately, newest first, that still exist."""
        entries = self._values.get("recent", [])
        paths = [Path(entry) for entry in entries if isinstance(entry, str)] if isinstance(entries, list) else []
        return [path for path in paths if path.is_file()]

    def add_recent(self, path: Path) -> None:
        entries = [str(path), *(str(entry) for entry in self.recent() if entry != path)]
        self._values["recent"] = entries[:RECENT_LIMIT]
        self._save()

    def place(self, project: Path) -> dict[str, Any]:
        """Where a person was in this project: `item` and `view`."""
        places = self._values.get("places", {})
        place = places.get(str(project), {}) if isinstance(places, dict) else {}
        return place if isinstance(place, dict) else {}

    def set_place(self, project: Path, place: dict[str, Any]) -> None:
        places = self._values.get("places")
        places = places if isinstance(places, dict) else {}
        places.pop(str(project), None)
        places[str(project)] = place
        self._values["places"] = dict(list(places.items())[-RECENT_LIMIT:])
        self._save()

    def _save(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=self._path.parent, prefix=".window-", suffix=".json")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump(self._values, stream, ensure_ascii=False, indent=1)
            Path(temporary).replace(self._path)
        except OSError as error:
            _LOG.warning("%s cannot be written: %s", self._path, error)
