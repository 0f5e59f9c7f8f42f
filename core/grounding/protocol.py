"""What every grounding model can be asked, whatever it is made of. Knows no torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from core.jobs import JobContext
from core.schema import Answer, MediaSource, ModelInfo, Query


class Grounder(Protocol):
    """A loaded model. Everything that goes in and comes out pickles, so that it may live in a child process."""

    def describe(self) -> ModelInfo:
        """What the model can do, and where it runs."""
        ...

    def prepare(self, media: MediaSource, context: JobContext) -> None:
        """Encode a medium ahead of its questions; a later `ground` on it is then faster. Optional to call.

        Raises `MediaError` when the medium cannot be read, `Cancelled`.
        """
        ...

    def ground(self, queries: Sequence[Query], media: MediaSource, context: JobContext) -> Iterator[Answer]:
        """Answer every query about one medium, in order, each as soon as it is known.

        Queries are independent: none sees another's answer. Raises `MediaError` and `Cancelled`
        (within one token); a reply that cannot be parsed is an `Answer` with `error`, not an exception.
        """
        ...

    def close(self) -> None:
        """Free the memory. The grounder must not be used afterwards."""
        ...


class Loader(Protocol):
    """What the registry calls to load a family's checkpoint."""

    def __call__(self, folder: Path, device: str, *, bits: str, context: JobContext) -> Grounder:
        """device: auto, cpu or cuda; bits: auto, 16, 8 or 4. Progress goes to the context.

        Raises `ModelError`, `Cancelled`.
        """
        ...
