"""How teaching and measuring are told in words: kinds of media, durations, shares. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from core.schema import MediaKind
from desktop import core_words
from desktop.session.teaching_run import Run


def _tr(text: str) -> str:
    return QCoreApplication.translate("TeachingWords", text)


def kinds_words(kinds: Sequence[MediaKind]) -> str:
    """The kinds of media, for people."""
    names: dict[MediaKind, str] = {"image": _tr("Pictures"), "video": _tr("Videos"), "audio": _tr("Sounds")}
    return _tr(" and ").join(names[kind] if not number else names[kind].lower() for number, kind in enumerate(kinds))


def model_words(model: str) -> str:
    """A model's name, without the folders before it."""
    return Path(model).name


def seconds_words(seconds: float) -> str:
    """About how long, in the unit that fits."""
    if seconds < 60:
        return _tr("{n} s").format(n=max(1, round(seconds)))
    if seconds < 90 * 60:
        return _tr("{n} min").format(n=round(seconds / 60))
    return _tr("{n} h").format(n=f"{seconds / 3600:.1f}")


def points_words(value: float | None) -> str:
    """A difference in points, with its sign."""
    return "–" if value is None else f"{100 * value:+.1f}"


def share_words(value: float | None) -> str:
    """A figure of 0-1 in per cent."""
    return "–" if value is None else f"{100 * value:.1f} %"


def run_words(run: Run) -> str:
    """What a run does now, in one line."""
    lesson, many = run.lesson, len(run.lessons)
    what = {
        "teach": _tr("Learning from {kinds}").format(kinds=kinds_words(lesson.kinds).lower()),
        "measure": _tr("Measuring before and after"),
        "done": _tr("Taught and measured"),
    }[run.phase]
    parts = [what]
    if many > 1 and run.phase != "done":
        parts.append(_tr("{n} of {all}").format(n=run.at + 1, all=many))
    if run.state == "paused":
        parts.append(_tr("stopped"))
    elif run.state == "failed":
        parts.append(_tr("failed"))
    return "  ·  ".join(parts)


def progress_words(run: Run) -> str:
    """How far it is."""
    parts = [core_words.said(run.note)] if run.note else []
    if run.of:
        word = _tr("Step {n} of {all}") if run.phase == "teach" and not run.note else _tr("{n} of {all}")
        parts.append(word.format(n=f"{run.step:,}", all=f"{run.of:,}"))
    elif not parts and run.state == "running":
        parts.append(_tr("Getting ready…"))
    if run.seconds_left is not None and run.state == "running":
        parts.append(_tr("about {time} left").format(time=seconds_words(run.seconds_left)))
    return "  ·  ".join(parts)
