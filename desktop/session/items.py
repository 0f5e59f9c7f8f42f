"""The project's items in order, read a page at a time: opening a long list costs what is looked at of it."""

from __future__ import annotations

from collections import OrderedDict

from core.project import Project
from core.schema import MediaItem

PAGE_ITEMS = 128
PAGES_KEPT = 64


class Items:
    """Items by row and by id. Counts once; `recount` after media came or went."""

    def __init__(self, project: Project | None = None) -> None:
        self._project = project
        self._pages: OrderedDict[int, list[MediaItem]] = OrderedDict()
        self._count = 0
        self.recount()

    def recount(self) -> int:
        """Forget what was read, and count again. Returns how many more items there are than before."""
        before, self._count = self._count, self._project.media_count() if self._project is not None else 0
        self._pages.clear()
        return self._count - before

    def __len__(self) -> int:
        return self._count

    def at(self, row: int) -> MediaItem | None:
        """The item in a row; None outside the list."""
        if not 0 <= row < self._count:
            return None
        place = row % PAGE_ITEMS
        page = self._page(row // PAGE_ITEMS)
        return page[place] if place < len(page) else None

    def some(self, offset: int, limit: int) -> list[MediaItem]:
        """A stretch of the list."""
        found = (self.at(row) for row in range(offset, min(offset + limit, self._count)))
        return [item for item in found if item is not None]

    def find(self, media_id: str) -> MediaItem | None:
        """The item of this id; None when the list does not show it."""
        for page in reversed(self._pages.values()):
            for item in page:
                if item.id == media_id:
                    return item
        return self.at(self.row_of(media_id))

    def row_of(self, media_id: str) -> int:
        """The row of an item; -1 when the list does not show it."""
        row = self._project.media_row(media_id) if self._project is not None else None
        return -1 if row is None or row >= self._count else row

    def _page(self, number: int) -> list[MediaItem]:
        page = self._pages.get(number)
        if page is not None:
            self._pages.move_to_end(number)
            return page
        assert self._project is not None  # an empty list has no pages
        page = self._pages[number] = self._project.media(number * PAGE_ITEMS, PAGE_ITEMS)
        if len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        return page
