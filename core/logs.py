"""Where logging goes: one rotating file in the log folder, and nothing to stderr."""

from __future__ import annotations

import logging
import logging.handlers
from pathlib import Path

from core.files import log_dir

LOG_NAME = "groundlabel.log"
_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def log_path() -> Path:
    """The log file (it may not exist yet)."""
    return log_dir() / LOG_NAME


def log_to_file(level: int = logging.INFO) -> Path | None:
    """Send every log record and Python warning of this process to the log file; None where none can be written.

    Calling it again changes nothing. A log that cannot be written is no reason to stop working.
    """
    path = log_path()
    root = logging.getLogger()
    if any(getattr(handler, "baseFilename", None) == str(path.absolute()) for handler in root.handlers):
        return path
    handler = _file_handler(path)
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(level)
    logging.raiseExceptions = False  # a full disk must not print tracebacks on stderr
    logging.captureWarnings(True)
    return None if isinstance(handler, logging.NullHandler) else path


def _file_handler(path: Path) -> logging.Handler:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return logging.handlers.RotatingFileHandler(
            path, maxBytes=5_000_000, backupCount=3, encoding="utf-8", delay=True
        )
    except OSError:
        return logging.NullHandler()
