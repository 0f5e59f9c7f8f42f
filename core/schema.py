"""The frozen types that cross every boundary: media, queries, regions, proposals, annotations, Changes.

Coordinates are float pixels of the *upright original* image or frame, xyxy; times are seconds of
presentation time. Nothing here knows a file format, a model, or the store.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

MediaKind = Literal["image", "video", "audio"]
Sense = Literal["see", "hear"]
AskedSense = Literal["auto", "see", "hear", "both"]
Method = Literal["decoded", "windows"]
Origin = Literal["drawn", "accepted", "edited", "imported"]
VerdictKind = Literal["rejected", "not_present"]
ReviewState = Literal["new", "proposed", "in_work", "done", "needs_review"]
SplitName = Literal["train", "val", "test"]
RatingValue = Literal["up", "down", "flag"]
AttributeKind = Literal["text", "number", "choice", "yes_no"]


def new_id() -> str:
    """A fresh identifier: 32 hexadecimal digits, unique without a server."""
    return os.urandom(16).hex()


# --- regions ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-aligned box in pixels of the upright original; `at_s` is the frame time in a video."""

    x1: float
    y1: float
    x2: float
    y2: float
    at_s: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of presentation time in seconds."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Track:
    """One thing followed through a video: key boxes, each with `at_s`, in ascending time."""

    keys: tuple[Box, ...]


Region = Box | Segment | Track


# --- facts: what was found, asked, answered (append-only, not on the undo stack) ----------------


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One medium of a project. `path` is relative to the root named `root`, POSIX.

    `width`/`height` are upright pixels (after EXIF orientation or video rotation); `orientation` is the
    EXIF value 1-8 that was undone, `raw_width`/`raw_height` the size as stored in the file. `sound` is where the sound
    that belongs to a picture stands, as (root, path), where the two are asked about together. `extra` holds unknown
    fields of the imported file that no annotation could carry (JSON text keyed by format id), as `Annotation.extra`.
    """

    id: str
    kind: MediaKind
    path: str
    root: str = "project"
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    fps: float | None = None
    orientation: int = 1
    raw_width: int | None = None
    raw_height: int | None = None
    content_hash: str | None = None
    warnings: tuple[str, ...] = ()
    sound: tuple[str, str] | None = None
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody asked, word for word, of which medium, frame or window. Immutable.

    `sense`: by which sense a video is asked about; auto is by every one that it and the model have. `refine`: look
    closer at what is found, until it is known to a frame or a tenth of a second.
    """

    id: str
    media_id: str
    expression: str
    at_s: float | None = None
    window_s: tuple[float, float] | None = None
    author: str = ""
    asked_at: str = ""
    sense: AskedSense = "auto"
    refine: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """One region that a model offers. Never truth. `score` is measured from token probabilities, or None."""

    id: str
    query_id: str
    region: Region
    score: float | None
    model_id: str
    sense: Sense = "see"
    method: Method = "decoded"
    precision_s: float | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything a model said to one query.

    `present` is None when `error` is set: an unparseable answer is an error that keeps `raw_text`,
    never "not present". `dropped` lists malformed regions of an otherwise good answer. `seconds`
    is the time of answering, loading not counted.
    """

    query: Query
    proposals: tuple[Proposal, ...]
    present: bool | None
    raw_text: str
    model_id: str
    presence_score: float | None = None
    error: str | None = None
    dropped: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0


# --- acts: what people stand behind (only Changes touch these) ---------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """A class of the project's frozen table. `number` counts from 0 and never changes or is reused."""

    id: str
    name: str
    number: int
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """An expression and the label that typing it uses."""

    id: str
    expression: str
    label_id: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """What a person stands behind: a region with its label and what people say about it.

    `proposal_id` names the proposal it was accepted or edited from. `extra` holds unknown fields of an
    imported file (JSON text keyed by format id), so that they survive a round trip. `attributes` are pairs of name and
    value as text; `core.attributes` says what such a text means where the project defines an `Attribute` of that name.
    """

    id: str
    media_id: str
    label_id: str
    expressions: tuple[str, ...]
    region: Region
    origin: Origin
    proposal_id: str | None = None
    attributes: tuple[tuple[str, str], ...] = ()
    extra: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person's "no": a proposal rejected, or an expression that is not present in a medium. Both train."""

    id: str
    media_id: str
    expression: str
    kind: VerdictKind
    proposal_id: str | None = None
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class Review:
    """Where a medium stands in the work. `id` is the medium's id: one per medium."""

    id: str
    state: ReviewState


@dataclass(frozen=True, slots=True)
class SplitMark:
    """Which split a medium belongs to, once and for all. `id` is the medium's id: one per medium."""

    id: str
    split: SplitName


@dataclass(frozen=True, slots=True)
class Rating:
    """What a person thinks of an answer of a conversation. `id` is the answer's: one rating per answer.

    `question` and `text` are what was asked and shown, so that the rating says by itself what it is about. `query_ids`
    name the kept answers of a model (`Answer.query`) that the boxes and spans of this one are in.
    """

    id: str
    media_id: str
    value: RatingValue
    question: str
    text: str
    model_id: str
    query_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attribute:
    """What can be said of annotations besides their words: a name, which kind of value, and whose annotations have it.

    `values` are those of a choice; `minimum` and `maximum` bound a number. `default` is what a new annotation gets, ""
    for nothing. `label_ids` are the labels whose annotations have it, None for all.
    """

    id: str
    name: str
    kind: AttributeKind
    values: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    default: str = ""
    label_ids: tuple[str, ...] | None = None


Record = Label | Phrase | Annotation | Verdict | Review | SplitMark | Rating | Attribute


@dataclass(frozen=True, slots=True)
class Change:
    """The only way a person's work changes.

    A record in `before` must stand in the project exactly so, or nothing is written; one in `after`
    and not (by kind and id) in `before` must not exist yet. In both: replaced. Only in `before`:
    removed. `undoes` names the Change whose inverse this is; `batch` names an import. A side is a tuple, or a long row
    of records that is walked (`core.packed`).
    """

    title: str
    before: Sequence[Record]
    after: Sequence[Record]
    author: str = ""
    id: str = field(default_factory=new_id)
    at: str = ""
    undoes: str | None = None
    batch: str | None = None


# --- models -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What a loaded model says about itself. `id` is name plus the first digits of its weights' hash.

    `kinds` are the media that it knows; `spans` those of which it was taught to say when something happens.
    `chat`: free questions can be put to it. `follows_chat`: an answer takes into account what was said before.
    `dtype` is its precision, such as bfloat16 or 4-bit + bfloat16. `notes` are sentences for people about why it runs
    as it does: which attention, and what was given up for want of memory.
    """

    id: str
    name: str
    path: str
    device: str
    dtype: str
    kinds: frozenset[MediaKind]
    answers_absence: bool
    max_regions: int
    memory_bytes: int
    attention: str
    summary: str
    licence: str
    chat: bool = False
    follows_chat: bool = False
    spans: frozenset[MediaKind] = frozenset()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MediaSource:
    """A medium with the absolute path where it can be read now: what crosses into the model's process.

    `sound` is the path of a sound that a picture is asked about together with.
    """

    item: MediaItem
    path: str
    sound: str | None = None
