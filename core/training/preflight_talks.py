"""Which conversations a base can learn, and which it is asked in vain: of its template, its tokenizer, its room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.grounding.groundinggpt.checkpoint import StoredModel
from core.grounding.groundinggpt.processing import Processor
from core.jobs import Note
from core.training.findings import Finding
from core.training.preflight_data import listed
from core.training.samples import Sample, Talk, Taught
from core.training.talks import TalkWriter


def usable_talks(
    taught: Sequence[Taught], stored: StoredModel | None, folder: Path, base: str, findings: list[Finding]
) -> tuple[list[Taught], list[Note]]:
    """What the base can learn of all, and notes of what is passed over.

    A base that was taught single questions learns the questions of a conversation that are answered by places.
    """
    if not any(isinstance(one, Talk) for one in taught):
        return list(taught), []
    if stored is None or stored.config.dialogue is None:
        return _places_alone(taught, base, findings)
    return _written(taught, TalkWriter(Processor.load(folder, stored.config)), base, findings)


def _places_alone(taught: Sequence[Taught], base: str, findings: list[Finding]) -> tuple[list[Taught], list[Note]]:
    kept: list[Taught] = []
    answers = rows = 0
    for one in taught:
        kept += [one] if isinstance(one, Sample) else one.samples
        lost = one.answers - len(one.samples) if isinstance(one, Talk) else 0
        answers += max(0, lost)
        rows += lost > 0
    if not rows:
        return kept, []
    what = f"{_count(answers, 'answer')} in words, in {_count(rows, 'row')}, {_are(answers)} passed over"
    findings.append(
        Finding(
            what,
            f"{base} was taught to answer by places, and has no words for anything else",
            "a base that holds conversations learns them, such as groundinggpt-7b",
            fatal=not kept,
        )
    )
    return kept, [Note(what)]


def _written(
    taught: Sequence[Taught], writer: TalkWriter, base: str, findings: list[Finding]
) -> tuple[list[Taught], list[Note]]:
    kept: list[Taught] = []
    unwritable, words = 0, Counter[str]()
    too_long = cut = 0
    for one in taught:
        if isinstance(one, Sample):
            kept.append(one)
            continue
        if missing := writer.unwritable(one):
            unwritable += 1
            words.update(missing)
            continue
        fitted = writer.fitted(one)
        too_long += fitted is None
        cut += fitted is not None and fitted is not one
        kept += [fitted] if fitted is not None else []
    notes: list[Note] = []
    if unwritable:
        often = listed([f"{word} ({count})" for word, count in words.most_common()])
        what = f"{_count(unwritable, 'conversation')} {_are(unwritable)} passed over: {base} cannot write {often}"
        findings.append(Finding(what, "its tokenizer has no tokens for that", fatal=not kept))
        notes.append(Note(what))
    if too_long:
        what = f"{_count(too_long, 'conversation')} {_are(too_long)} passed over: the first answer does not fit"
        findings.append(Finding(what, f"{base} learns from {writer.room} tokens at a time", fatal=not kept))
        notes.append(Note(what))
    if cut:
        what = f"{_count(cut, 'conversation')} {_are(cut)} cut behind the last answer that fits"
        findings.append(Finding(what, f"{base} learns from {writer.room} tokens at a time"))
    return kept, notes


def _count(number: int, noun: str) -> str:
    return f"one {noun}" if number == 1 else f"{number} {noun}s"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
