"""Gathers examples of conversation rows into annotations and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.formats.classes import Collector
from core.formats.examples import Example, with_size
from core.formats.row_fields import RowFieldsRead
from core.formats.spaces import Space
from core.schema import Box, MediaItem, Region, Segment, SplitMark, Verdict, new_id


@dataclass(slots=True)
class RowCollector(Collector):
    """Turns examples back into records. The same region with the same label in one medium is one annotation.

    `spaces` names the media whose regions are still in 0-1, because the row does not say the size.
    """

    spaces: dict[str, Space] = field(default_factory=dict)
    waiting: list[tuple[Example, Sequence[str], dict[str, object]]] = field(default_factory=list)
    format_id: str = ""
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    durations: dict[str, float] = field(default_factory=dict)

    def add(self, example: Example, label_names: Sequence[str], fields: dict[str, object]) -> None:
        """One question and its answer, with the label of each region ("" where none is said) and unknown fields."""
        self.waiting.append((example, label_names, fields))
        if example.size_wh:
            self.sizes[example.media_path] = example.size_wh
        if example.duration_s is not None:
            self.durations[example.media_path] = example.duration_s

    def finish(self) -> None:
        """After the last row: what any row says about a medium now holds for all of them."""
        kept = RowFieldsRead(self.format_id)
        for example, label_names, fields in self.waiting:
            size, duration = self.sizes.get(example.media_path), self.durations.get(example.media_path)
            self._take(with_size(replace(example, size_wh=size, duration_s=duration)), label_names)
            kept.hold(self.by_path[example.media_path], example, fields)
        self.waiting.clear()
        kept.finish(self)

    def _take(self, example: Example, label_names: Sequence[str]) -> None:
        item = self._item(example)
        if example.regions_norm or example.spans_norm:
            self.spaces[item.id] = example.space or "padded_norm"
        regions: list[Region] = list(example.regions)
        regions += [Box(*box, example.at_s) for box in example.regions_norm]
        regions += [Segment(*span) for span in example.spans_norm]
        names = label_names if len(label_names) == len(regions) else [""] * len(regions)
        for region, name in zip(regions, names, strict=True):
            self.say(item, self.label_for(example.expression, name), region, example.expression)
        for region in example.rejected:
            self.verdicts.append(Verdict(new_id(), item.id, example.expression, "rejected", region=region))
        if example.present is False:
            self.verdicts.append(Verdict(new_id(), item.id, example.expression, "not_present"))
        if not regions:
            self.phrase(example.expression, self.label_for(example.expression, label_names[0] if label_names else ""))

    def _item(self, example: Example) -> MediaItem:
        if example.media_path not in self.by_path:
            width, height = example.size_wh or (None, None)
            item = MediaItem(
                id=new_id(),
                kind=example.kind if example.at_s is None else "video",
                path=example.media_path,
                width=width,
                height=height,
                duration_s=example.duration_s,
            )
            self.by_path[item.path] = item
            self.media.append(item)
            if example.split:
                self.splits.append(SplitMark(item.id, example.split))
        return self.by_path[example.media_path]
