"""What a finished text of a conversation says: regions of which medium, with scores, as answers that can be kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from core.grounding.groundinggpt.answers import ParsedAnswer, ParsedBox, ParsedRegion
from core.grounding.groundinggpt.decoding import Written
from core.grounding.groundinggpt.processing import Processor
from core.grounding.groundinggpt.seen import SeenMedium
from core.grounding.protocol import ChatQuestion, ShownMedium
from core.schema import Answer, Proposal, Query, Region, new_id


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """An answer as it was written: `text` up to its end, `starts` of each token in it; `ended` False where it was cut.

    `shown` is the text for people.
    """

    written: tuple[Written, ...]
    ended: bool
    text: str
    starts: tuple[int, ...]
    parsed: ParsedAnswer
    shown: str

    @property
    def regions(self) -> tuple[ParsedRegion, ...]:
        """Boxes and spans."""
        return (*self.parsed.boxes, *self.parsed.spans)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Says so where the answer was cut."""
        return () if self.ended else (f"The answer was cut after {len(self.written)} tokens",)


@dataclass(frozen=True, slots=True)
class Places:
    """Which media regions are in: of several the last that has such a thing, unless somebody said `about` which."""

    media: Sequence[SeenMedium]
    about: int | None = None

    def fitting(self, parsed: ParsedRegion) -> list[int]:
        """The media that a region could be in: pictures for boxes, what has a duration for spans."""
        return [index for index, medium in enumerate(self.media) if medium.region(parsed) is not None]

    def medium(self, parsed: ParsedRegion) -> int | None:
        """Index of the medium that a region is in; None where no medium has a place for it."""
        fitting = self.fitting(parsed)
        if not fitting:
            return None
        return self.about if self.about in fitting else fitting[-1]

    def region(self, parsed: ParsedRegion) -> Region | None:
        """The region in pixels or seconds of its medium."""
        index = self.medium(parsed)
        return None if index is None else self.media[index].region(parsed)

    def in_medium(self, said: Said, index: int) -> list[ParsedRegion]:
        """The regions of one medium."""
        return [region for region in said.regions if self.medium(region) == index]


def media_title(medium: ShownMedium) -> str:
    """How an answer names a medium."""
    name = Path(medium.source.item.path).name
    if medium.at_s is not None:
        return f"{name} at {medium.at_s:.2f} s"
    if medium.window_s is not None:
        return f"{name} {medium.window_s[0]:.2f} s to {medium.window_s[1]:.2f} s"
    return name


def not_placed(said: Said, places: Places) -> tuple[str, ...]:
    """What looks like a region and is none, or is one that no medium has a place for."""
    nowhere = [said.text[region.start : region.end] for region in said.regions if places.medium(region) is None]
    return (*(chunk for chunk in said.parsed.dropped if re.search(r"\d", chunk)), *nowhere)


def doubts(said: Said, places: Places, media: Sequence[ShownMedium]) -> tuple[str, ...]:
    """A warning for each sort of region that could be in several media, when nobody said which is meant."""
    warnings = []
    for words, regions in (("boxes", said.parsed.boxes), ("times", said.parsed.spans)):
        fitting = places.fitting(regions[0]) if regions else []
        if len(fitting) > 1 and places.about not in fitting:
            title = media_title(media[fitting[-1]])
            warnings.append(f"The {words} are taken to be in {title}, the last of {len(fitting)} that could be meant")
    return tuple(warnings)


def proposals_of(
    said: Said, regions: Sequence[ParsedRegion], view: SeenMedium, query: Query, processor: Processor, model_id: str
) -> tuple[Proposal, ...]:
    """Regions of one medium, each with the score of its own digits."""
    ids = [token.id for token in said.written]
    probabilities = [token.probability for token in said.written]
    return tuple(
        Proposal(
            new_id(), query.id, region, processor.score(ids, probabilities, said.starts, parsed), model_id,
            sense="hear" if view.kind == "audio" else "see",
            precision_s=None if isinstance(parsed, ParsedBox) else view.precision_s,
        )
        for parsed in regions
        if (region := view.region(parsed)) is not None
    )  # fmt: skip


def query_of(question: ChatQuestion, medium: ShownMedium) -> Query:
    """A question of a conversation as a question about one of its media."""
    return Query(
        new_id(), medium.source.item.id, question.text, medium.at_s, medium.window_s, question.author, question.asked_at
    )


def answer_in_passing(
    said: Said, regions: Sequence[ParsedRegion], view: SeenMedium, query: Query, processor: Processor, model_id: str
) -> Answer:
    """What free words say of one medium in regions."""
    proposals = proposals_of(said, regions, view, query, processor, model_id)
    return Answer(query, proposals, True, said.text.strip(), model_id, warnings=view.warnings)


def answer_alone(
    said: Said, regions: Sequence[ParsedRegion], view: SeenMedium, query: Query, processor: Processor, model_id: str
) -> Answer:
    """A text that is nothing but an answer about one medium: regions, *not present*, or an error."""
    lost = bool(said.parsed.present) and not regions
    return Answer(
        query=query,
        proposals=proposals_of(said, regions, view, query, processor, model_id),
        present=None if lost else said.parsed.present,
        raw_text=said.text.strip(),
        model_id=model_id,
        presence_score=processor.presence_score(said.written[0].softmax if said.written else None),
        error="the model's answer names nothing that such a medium has" if lost else said.parsed.error,
        warnings=view.warnings,
    )
