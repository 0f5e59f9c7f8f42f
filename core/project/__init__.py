"""The store: one file per project, an append-only log of Changes, and the present state that follows from it."""

from core.project.lock import Holder
from core.project.present import media_of
from core.project.project import Project
from core.project.queue import Filter
from core.project.snapshot import Snapshot

__all__ = ["Filter", "Holder", "Project", "Snapshot", "media_of"]
