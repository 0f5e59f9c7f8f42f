"""What models are called and how much of them there is, in words for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from core.schema import MediaKind
from desktop.session.model_store import Work
from desktop.session.models import ModelState

if TYPE_CHECKING:
    from core.workflows.model_cards import ModelCard

_UNITS = ((1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Models", text)


def size_words(count: float | None) -> str:
    """Bytes in the unit that suits; "" for an unknown size."""
    if count is None:
        return ""
    for factor, unit in _UNITS:
        if count >= factor:
            digits = 1 if count < 100 * factor and factor > 1e3 else 0
            return f"{count / factor:,.{digits}f} {unit}"
    return _tr("{n} bytes").format(n=int(count))


def media_words(kinds: tuple[MediaKind, ...]) -> str:
    """The media that a model understands."""
    words = {"image": _tr("pictures"), "video": _tr("videos"), "audio": _tr("sounds")}
    said = ", ".join(words[kind] for kind in kinds)
    return said[:1].upper() + said[1:]


def state_words(card: ModelCard, state: ModelState) -> str:
    """Where a model is: on the disk, in memory, or still away."""
    if not card.is_here:
        return _tr("begun, not complete") if card.arrived_bytes else _tr("not on this machine")
    if card.entry.problem is not None:
        return _tr("cannot be used")
    states = {"idle": "", "loading": _tr("loading…"), "ready": _tr("loaded"), "failed": _tr("could not be loaded")}
    return states[state]


def time_words(seconds: float) -> str:
    """How long something still takes, roughly."""
    if seconds < 60:
        return _tr("{n} s left").format(n=max(1, round(seconds)))
    if seconds < 3600:
        return _tr("{n} min left").format(n=round(seconds / 60))
    return _tr("{h} h {m} min left").format(h=int(seconds // 3600), m=round(seconds % 3600 / 60))


def work_words(work: Work, *, named: bool = True) -> str:
    """What is being done, how far it is, how fast it goes, and how long it takes."""
    doing = {
        "download": _tr("Downloading {name}"),
        "add": _tr("Adding {name}"),
        "verify": _tr("Checking {name}"),
        "remove": _tr("Removing {name}"),
    }
    parts = [doing[work.kind].format(name=work.name)] if named else []
    if work.counts_bytes:
        done, total = size_words(work.done), size_words(work.total)
        parts.append(_tr("{done} of {total}").format(done=done, total=total) if work.total else done)
    if work.rate is not None:
        parts.append(_tr("{rate}/s").format(rate=size_words(work.rate)))
    if work.remaining_s is not None:
        parts.append(time_words(work.remaining_s))
    return "  ·  ".join(parts)
