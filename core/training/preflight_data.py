"""What of the data cannot be used, and what is too little to learn from. Reads headers of media, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from core.errors import MediaError
from core.formats.examples import same_words
from core.grounding.groundinggpt.checkpoint import StoredModel
from core.jobs import Note
from core.media import probe
from core.schema import MediaKind
from core.training.findings import Finding
from core.training.samples import Sample, Taught

_FEW = 5  # examples of an expression
_NAMED = 5  # expressions and media in one line


def usable_media(
    taught: Sequence[Taught], stored: StoredModel | None, base: str, findings: list[Finding]
) -> tuple[list[Taught], list[Note]]:
    """What is about media that can be read and are of a kind that the base knows, and the media that are left out."""
    known = set(stored.config.patches) if stored is not None else _kinds(taught)
    left_out: dict[str, Note] = {}
    usable: list[Taught] = []
    readable: dict[str, str] = {}
    for one in taught:
        wrong = False
        for shown in one.shows:
            path = shown.source.path
            if shown.kind not in known:
                left_out[path] = Note(f"{base} knows no {shown.kind}: {shown.source.item.path}", path)
                wrong = True
                continue
            if path not in readable:
                readable[path] = _why_unreadable(Path(path))
            if readable[path]:
                left_out[path] = Note(readable[path], path)
                wrong = True
        if not wrong:
            usable.append(one)
    foreign = sorted(_kinds(taught) - known)
    if foreign:
        other = "mini-time" if "image" not in foreign else "mini"
        findings.append(
            Finding(
                f"{base} knows no {' and no '.join(foreign)}: such media are left out",
                next_step=f"another base may, such as {other}",
                fatal=not usable,
            )
        )
    unreadable = [path for path, why in readable.items() if why]
    if unreadable:
        findings.append(
            Finding(
                f"{len(unreadable)} media cannot be read and are left out: {listed(unreadable)}",
                readable[unreadable[0]],
                fatal=not usable,
            )
        )
    return usable, list(left_out.values())


def _kinds(taught: Sequence[Taught]) -> set[MediaKind]:
    return {shown.kind for one in taught for shown in one.shows}


def _why_unreadable(path: Path) -> str:
    try:
        probe(path)
    except MediaError as error:
        return str(error)
    return ""


def about_expressions(taught: Sequence[Taught]) -> list[Finding]:
    """Expressions of which too little is known to learn them."""
    samples = [one for one in taught if isinstance(one, Sample)]
    spelled: dict[str, str] = {}
    there, absent = Counter[str](), Counter[str]()
    for sample in samples:
        words = same_words(sample.example.expression)
        spelled.setdefault(words, sample.example.expression)
        there[words] += bool(sample.example.present)
        absent[words] += sample.example.present is False
    never = [spelled[words] for words in spelled if not there[words]]
    few = [f"{spelled[words]} ({there[words]})" for words in spelled if 0 < there[words] < _FEW]
    found: list[Finding] = []
    if never:
        found.append(
            Finding(
                f"Nothing is marked for {listed(never)}",
                "the model only learns where it is not",
                "mark it where it is, if it is anywhere",
            )
        )
    if few:
        found.append(
            Finding(
                f"Fewer than {_FEW} media show {listed(few)}",
                "so few are soon known by heart",
                "annotate more of them",
            )
        )
    if samples and not sum(absent.values()):
        found.append(
            Finding(
                "Nothing is marked as not present",
                "the model may learn that everything is there always",
                'say "not present" for some media',
            )
        )
    return found


def media_in(taught: Sequence[Taught]) -> int:
    return len({shown.source.path for one in taught for shown in one.shows})


def listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
