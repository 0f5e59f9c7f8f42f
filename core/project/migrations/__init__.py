"""Brings a project file to the present schema with Alembic operations, revision by revision, in one transaction.

The revisions are modules that are imported by name, so that they are found in a packaged app as in a checkout;
there is no `alembic.ini` and no folder to scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Connection

from core.project.migrations import m0001_first, m0002_ratings, m0003_attributes


class Revision(Protocol):
    """One step of the schema: a number that counts from 1, and what it does."""

    NUMBER: int

    def upgrade(self, op: Operations) -> None: ...


REVISIONS: tuple[Revision, ...] = (m0001_first, m0002_ratings, m0003_attributes)


def upgrade(connection: Connection, present: int, revisions: Sequence[Revision] = REVISIONS) -> int:
    """Run every revision after number `present` inside the caller's transaction; returns the new number."""
    operations = Operations(MigrationContext.configure(connection))
    for revision in revisions:
        if present < revision.NUMBER:
            revision.upgrade(operations)
            present = revision.NUMBER
    return present
