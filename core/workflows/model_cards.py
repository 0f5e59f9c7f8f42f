"""What a person wants to know of a model before using it: the media it understands, its card, licences and figures.

Reads files only; loads nothing. What is unknown is left out, never guessed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from core.errors import ModelError
from core.files import bundled
from core.grounding import shelf
from core.grounding.catalogue import CataloguedModel, Licence, catalogue
from core.grounding.hub import hub_url
from core.grounding.registry import PUBLISHED, find_model
from core.schema import MediaKind
from core.workflows.models import ModelEntry, list_models

KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")
_BRANCHES: dict[MediaKind, str] = {"image": "vision", "video": "video", "audio": "audio"}  # keys of our own config.json
_TEXT_LIMIT = 200_000  # characters of a card or licence
# Numbers that our own examinations write, in the order in which they are told.
FIGURES = {
    "acc50": "boxes that fit (IoU ≥ 0.5)",
    "acc75": "boxes that fit well (IoU ≥ 0.75)",
    "miou": "mean IoU",
    "plural_f1_50": "F1 for several boxes",
    "absent_accuracy": "absence recognised (“not present”)",
    "present_accuracy": "presence recognised",
}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A model of this machine or of the catalogue.

    `kinds` are the media that it understands, empty where that is unknown or it answers nothing by itself. `card` and
    `licence_text` are Markdown or plain text; `licences` those that the catalogue names for it and its parts.
    `figures` are (what, value) as its own examination wrote them. `arrived_bytes` are those of an unfinished download.
    """

    entry: ModelEntry
    kinds: tuple[MediaKind, ...] = ()
    card: str = ""
    licence_text: str = ""
    licences: tuple[Licence, ...] = ()
    needs: tuple[str, ...] = ()
    origin: str = ""
    parent: str = ""
    figures: tuple[tuple[str, str], ...] = ()
    arrived_bytes: int = 0

    @property
    def name(self) -> str:
        return self.entry.name

    @property
    def is_here(self) -> bool:
        return self.entry.state != "available"

    @property
    def is_usable(self) -> bool:
        """It can be asked: it is here, whole, and of a kind that answers."""
        return self.is_here and self.entry.problem is None and bool(self.kinds)


def model_cards() -> list[ModelCard]:
    """Everything that `models list` has, with what can be read about it."""
    return [_card_of(entry) for entry in list_models()]


def card_of_folder(folder: Path) -> ModelCard:
    """A checkpoint anywhere, by its folder. Raises `ModelError` where there is none."""
    place = find_model(folder)
    known = next((card for card in model_cards() if card.name == place.name and card.entry.path == str(folder)), None)
    if known is not None:
        return known
    config = _json(place.folder / "config.json")
    size = sum(path.stat().st_size for path in shelf.files_below(place.folder).values())
    licence, summary = config.get("licence"), config.get("summary")
    return _from_folder(
        ModelEntry(
            str(folder), "linked", place.family, size, licence if isinstance(licence, str) else None,
            str(place.folder), summary if isinstance(summary, str) else "",
        ),
        place.folder,
    )  # fmt: skip


def understood(family: str | None, config: dict[str, object]) -> tuple[MediaKind, ...]:
    """The media that a checkpoint of this family, with this `config.json`, has branches for."""
    if family == PUBLISHED:
        return KINDS
    if family == "grounding-dino":
        return ("image",)
    if family == "groundlabel_groundinggpt":
        return tuple(kind for kind in KINDS if config.get(_BRANCHES[kind]) is not None)
    return ()


def _card_of(entry: ModelEntry) -> ModelCard:
    known = catalogue().get(entry.name)
    card = ModelCard(entry) if entry.path is None else _from_folder(entry, Path(entry.path))
    if known is None:
        return card
    card = replace(card, licences=known.licences, needs=known.needs, origin=card.origin or _page_of(known))
    if entry.path is None:
        card = replace(card, kinds=understood(known.family, {}), arrived_bytes=_arrived(entry.name))
    return card


def _page_of(known: CataloguedModel) -> str:
    return f"{hub_url()}/{known.repository}"


def _from_folder(entry: ModelEntry, folder: Path) -> ModelCard:
    text = _text(folder / "README.md")
    licence = next((_text(path) for path in sorted(folder.glob("LICEN[CS]E*")) if path.is_file()), "")
    if not licence and entry.state == "bundled":
        licence = _text(bundled("LICENSE"))
    base = _json(folder / "training.json").get("base")
    return ModelCard(
        entry,
        kinds=understood(entry.family, _json(folder / "config.json")),
        card=text,
        licence_text=licence,
        origin=_origin(entry.name),
        parent=Path(base).name if isinstance(base, str) else "",
        figures=_figures(_json(folder / "examination.json")),
    )


def _origin(name: str) -> str:
    """Where it came from, if somebody wrote that down."""
    try:
        record = shelf.read_record(name)
    except ModelError:
        return ""
    if record is None:
        return ""
    return f"{record.origin} @ {record.revision[:12]}" if record.revision else record.origin


def _arrived(name: str) -> int:
    folder = shelf.unfinished_folder(name)
    return sum(path.stat().st_size for path in shelf.files_below(folder).values()) if folder.is_dir() else 0


def _figures(examination: dict[str, object]) -> tuple[tuple[str, str], ...]:
    single = examination.get("single")
    found = {**examination, **(single if isinstance(single, dict) else {})}
    return tuple(
        (words, f"{value:.1%}" if key != "miou" else f"{value:.3f}")
        for key, words in FIGURES.items()
        if isinstance(value := found.get(key), float)
    )


def _text(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return stream.read(_TEXT_LIMIT)
    except OSError:
        return ""


def _json(path: Path) -> dict[str, object]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
