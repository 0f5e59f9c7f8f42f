"""The project's items in order, read a page at a time: opening a long list costs what is looked at of it.

With a filter the list holds the items that fit it, as they were found when it was set: it stays as it is while a
person works on it, so that no row slips away under their hands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Sequence

from core.project import Filter, Project
from core.schema import MediaItem, ReviewState

PAGE_ITEMS = 128
PAGES_KEPT = 64
_BESIDE = 500  # media that are looked at in one go when the next one of a state must be in the list too


class Items:
    """Items by row and by id. Counts once; `recount` after media came or went."""

    def __init__(
        self,
        project: Project | None = None,
        wanted: Filter | None = None,
        seqs: Sequence[int] | None = None,
        *,
        by_benefit: bool = False,
    ) -> None:
        """`seqs` are the numbers of the media that fit `wanted`, where somebody has looked for them already.

        by_benefit: those come first that are most worth looking at (`Project.by_benefit`), not the oldest.
        """
        self._project = project
        self._pages: OrderedDict[int, list[MediaItem]] = OrderedDict()
        self._total = 0
        self._seqs: Sequence[int] | None = None
        self._rows: dict[int, int] = {}  # of the numbers, where these do not ascend
        self.by_benefit = by_benefit
        self.wanted = wanted or Filter()
        self._recount(seqs)

    def recount(self) -> int:
        """Forget what was read, and count and filter again. Returns how many more items are listed than before."""
        return self._recount(None)

    def _recount(self, seqs: Sequence[int] | None) -> int:
        before = len(self)
        self._total = self._project.media_count() if self._project is not None else 0
        if self._project is None or (self.wanted.is_empty and not self.by_benefit):
            self._seqs = None
        elif seqs is not None:
            self._seqs = seqs
        else:
            queue = self._project.queue
            self._seqs = queue.by_benefit(self.wanted) if self.by_benefit else queue.matching(self.wanted)
        self._rows = {seq: row for row, seq in enumerate(self._seqs or ())} if self.by_benefit else {}
        self._pages.clear()
        return len(self) - before

    def __len__(self) -> int:
        return self._total if self._seqs is None else len(self._seqs)

    @property
    def total(self) -> int:
        """How many items there are without the filter."""
        return self._total

    def at(self, row: int) -> MediaItem | None:
        """The item in a row; None outside the list."""
        if not 0 <= row < len(self):
            return None
        place = row % PAGE_ITEMS
        page = self._page(row // PAGE_ITEMS)
        return page[place] if place < len(page) else None

    def some(self, offset: int, limit: int) -> list[MediaItem]:
        """A stretch of the list."""
        found = (self.at(row) for row in range(offset, min(offset + limit, len(self))))
        return [item for item in found if item is not None]

    def find(self, media_id: str) -> MediaItem | None:
        """The item of this id, listed or filtered out; None when the project does not show it."""
        for page in reversed(self._pages.values()):
            for item in page:
                if item.id == media_id:
                    return item
        if self._project is None or self._project.media_row(media_id) is None:
            return None
        return self._project.media_item(media_id)

    def row_of(self, media_id: str) -> int:
        """The row of an item; -1 when the list does not show it."""
        if self._project is None:
            return -1
        if self._seqs is None:
            row = self._project.media_row(media_id)
            return -1 if row is None or row >= self._total else row
        seq = self._project.queue.number_of(media_id)
        return -1 if seq is None else self._row_of_number(seq)

    def row_beside(self, media_id: str, step: int) -> int:
        """The row that comes after (`step` > 0) or before the place of an item, listed or not; may be outside."""
        row = self.row_of(media_id)
        if row >= 0 or self._project is None or self._seqs is None:
            return row + step
        place = self._place(self._project.queue.number_of(media_id))
        return place if step > 0 else place - 1

    def row_of_state(self, media_id: str, step: int, states: frozenset[ReviewState]) -> int:
        """The row of the nearest listed item after or before another one that is in any of these states; or -1."""
        seq = self._project.queue.number_of(media_id) if self._project is not None else None
        while self._project is not None and seq is not None:
            beside = self._project.queue.beside_by_benefit if self.by_benefit else self._project.queue.beside
            found = beside(seq, step, states, 1 if self._seqs is None else _BESIDE)
            for candidate in found:
                row = self._row_of_number(candidate)
                if row >= 0:
                    return row
            seq = found[-1] if found else None
        return -1

    def _row_of_number(self, seq: int) -> int:
        if self._seqs is None:
            assert self._project is not None
            item = next(iter(self._project.queue.numbered([seq])), None)
            return -1 if item is None else self.row_of(item.id)
        if self.by_benefit:
            return self._rows.get(seq, -1)
        row = self._place(seq)
        return row if row < len(self._seqs) and self._seqs[row] == seq else -1

    def _place(self, seq: int | None) -> int:
        """Where a number is or would be; in an order of benefit it would be at the beginning."""
        assert self._seqs is not None
        if self.by_benefit:
            return 0 if seq is None else self._rows.get(seq, 0)
        return len(self._seqs) if seq is None else bisect_left(self._seqs, seq)

    def _page(self, number: int) -> list[MediaItem]:
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page
        assert self._project is not None  # an empty list has no pages
        start = number * PAGE_ITEMS
        if self._seqs is None:
            page = self._project.media(start, PAGE_ITEMS)
        else:
            seqs = self._seqs[start : start + PAGE_ITEMS]
            page = self._project.queue.numbered(seqs)
            if self.by_benefit:
                by_number = dict(zip(sorted(seqs), page, strict=True))
                page = [by_number[seq] for seq in seqs]
        self._pages[number] = page
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page
