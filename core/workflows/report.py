"""Writes an evaluation down: report.json, and one HTML page with pictures of the worst cases."""

from __future__ import annotations

import base64
import io
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from core.errors import MediaError, UserError
from core.evaluation import Judged
from core.evaluation.outcomes import changed, outcome_of, worst
from core.evaluation.page import Moved, WorstCase, make_page
from core.geometry import BoxXYXY
from core.jobs import JobContext
from core.media import read_image
from core.media.images import RGB
from core.schema import Box, MediaSource

CASES = 18
MOVED = 6  # of what got better, and of what got worse
_SIDE = 480  # pixels of the longer side of a picture on the page
_COLUMNS = 160  # of a sound's loudness
_HEARD_WHOLE_S, _STRETCH_S, _RATE = 120.0, 0.05, 8000
_TRUE, _SAID = "#009E73", "#D55E00"  # as in the page's style


def check_report(target: Path) -> None:
    """Raise `UserError` unless a report can be written to a folder or to FILE.html: asked before the work is done."""
    if target.suffix.lower() in (".html", ".htm"):
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise UserError(f"The report {target} cannot be written", why=f"there is no folder {target.parent}")
    elif target.exists() and not target.is_dir():
        raise UserError(f"{target} is a file", next_step="Name a folder for the report, or a file that ends in .html")


def write_report(
    target: Path,
    result: Mapping[str, Any],
    judged: Sequence[Judged],
    sources: Iterable[MediaSource],
    context: JobContext | None = None,
    *,
    before: Sequence[Judged] = (),
) -> tuple[Path, Path]:
    """Write the page and report.json (beside FILE.html as FILE.json); returns both places. Raises `UserError`.

    `sources` are the media that were asked about; `before` is what the model it is compared with answered. A medium
    that cannot be shown leaves its case without a picture.
    """
    is_page = target.suffix.lower() in (".html", ".htm")
    page, data = (target, target.with_suffix(".json")) if is_page else (target / "report.html", target / "report.json")
    places = {source.item.id: source for source in sources}
    job = context or JobContext()
    better, worse = changed(judged, before, MOVED)
    chosen = [*worst(judged, CASES), *(pair for both in (*better, *worse) for pair in both)]
    drawn: dict[int, WorstCase] = {}
    for done, pair in enumerate(chosen):
        job.raise_if_cancelled()
        job.progress(done, len(chosen), "Drawing the worst cases")
        drawn[id(pair)] = _case(pair, places[pair.truth.media_id])
    job.progress(len(chosen), len(chosen))
    cases = [drawn[id(pair)] for pair in worst(judged, CASES)]
    moved = Moved(*(tuple((drawn[id(old)], drawn[id(new)]) for old, new in both) for both in (better, worse)))
    queries = [_query(pair, places[pair.truth.media_id]) for pair in judged]
    result = {**result, "moved": {"better": _as_plain(moved.better), "worse": _as_plain(moved.worse)}}
    text = make_page(result, cases, moved=moved, made_at=datetime.now().astimezone().strftime("%d %B %Y, %H:%M"))
    try:
        page.parent.mkdir(parents=True, exist_ok=True)
        _write(data, json.dumps({**result, "queries": queries}, ensure_ascii=False, indent=1) + "\n")
        _write(page, text)
    except OSError as error:
        raise UserError(f"The report {page} cannot be written", why=error.strerror or str(error)) from error
    return page, data


def _as_plain(pairs: Sequence[tuple[WorstCase, WorstCase]]) -> list[dict[str, object]]:
    """What moved, for whoever shows it elsewhere: pictures as base64 of JPEGs, None where there is none."""
    return [
        {"expression": old.expression, "medium": old.medium, "before": _side(old), "after": _side(new)}
        for old, new in pairs
    ]


def _side(case: WorstCase) -> dict[str, object]:
    picture = None if case.picture is None else base64.b64encode(case.picture).decode("ascii")
    return {
        "value": round(case.value, 6), "said": case.said, "jpeg": picture, "duration_s": case.duration_s,
        "true_s": [list(span) for span in case.true_s], "found_s": [list(span) for span in case.found_s],
    }  # fmt: skip


def _write(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _query(pair: Judged, source: MediaSource) -> dict[str, object]:
    found = outcome_of(pair)
    return {
        "media": source.item.path,
        "expression": found.expression,
        "outcome": round(found.value, 6),
        "closeness": round(found.closeness, 6),
        "true": len(pair.truth.regions),
        "answered": len(pair.answer.proposals),
        "present": pair.answer.present,
        "seconds": round(pair.answer.seconds, 4),
    }


# --- cases ----------------------------------------------------------------------------------------


def _case(pair: Judged, source: MediaSource) -> WorstCase:
    truth, item = pair.truth, source.item
    in_time = truth.kind != "image"
    duration_s = (item.duration_s or 0.0) if in_time else 0.0
    picture: bytes | None = None
    loudness: tuple[float, ...] = ()
    try:
        if truth.kind == "audio":
            loudness = _loudness(Path(source.path), duration_s)
        else:
            picture = _picture(pair, source)
    except MediaError:
        pass  # it could be asked about, and is gone now: the words remain
    return WorstCase(
        truth.expression,
        item.path,
        outcome_of(pair).value,
        _case_note(pair),
        picture,
        loudness,
        duration_s,
        tuple(pair.true_spans),
        tuple(span for span, _ in pair.spans),
    )


def _case_note(pair: Judged) -> str:
    """What is true and what was answered, in a line."""
    answer, found = pair.answer, outcome_of(pair)
    if answer.error is not None:
        return "the answer cannot be read"
    scores = [proposal.score for proposal in answer.proposals if proposal.score is not None]
    true, said = len(pair.truth.regions), len(answer.proposals)
    if not said:
        return f"{true} there; answered: not present" if true else "not present, and answered so"
    score = f"{max(scores):.2f}" if scores else "not measured"
    if not true:
        return f"not present; answered {said}, score {score}"
    return f"{true} there, answered {said}, score {score}, overlap {found.closeness:.2f}"


def _picture(pair: Judged, source: MediaSource) -> bytes:
    """The picture, or the frame in the middle of what is true (else of what was answered), boxes drawn, as JPEG."""
    if pair.truth.kind == "video":
        spans = pair.true_spans or [span for span, _ in pair.spans]
        start, end = spans[0] if spans else (0.0, source.item.duration_s or 0.0)
        rgb = _frame(source, (start + end) / 2)
    elif pair.truth.at_s is not None:
        rgb = _frame(source, pair.truth.at_s)
    else:
        rgb = read_image(Path(source.path)).rgb
    true = [_corners(region) for region in pair.truth.regions if isinstance(region, Box)]
    return _drawn(rgb, true, [box for box, _ in pair.boxes])


def _frame(source: MediaSource, at_s: float) -> RGB:
    from core.media.video import open_video  # PyAV loads with it, and pictures need none

    with open_video(Path(source.path)) as video:
        return video.frame_at(at_s)


def _corners(box: Box) -> BoxXYXY:
    return (box.x1, box.y1, box.x2, box.y2)


def _drawn(rgb: RGB, true: Sequence[BoxXYXY], said: Sequence[BoxXYXY]) -> bytes:
    picture = Image.fromarray(rgb)
    scale = _SIDE / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    picture = picture.resize(size, Image.Resampling.LANCZOS if scale < 1 else Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for boxes, colour, room in ((true, _TRUE, 3), (said, _SAID, 0)):  # the true box lies around one that is right
        for box in boxes:
            x1, y1, x2, y2 = (round(value * scale) for value in box)
            x1, y1, x2, y2 = x1 - room, y1 - room, max(x1 + 1, x2) + room, max(y1 + 1, y2) + room
            pen.rectangle((x1 - 1, y1 - 1, x2 + 1, y2 + 1), outline="white", width=4)
            pen.rectangle((x1, y1, x2, y2), outline=colour, width=2)
    stream = io.BytesIO()
    picture.save(stream, format="JPEG", quality=82)
    return stream.getvalue()


def _loudness(path: Path, duration_s: float) -> tuple[float, ...]:
    """Peaks of equal stretches, relative to the loudest; of a long sound, of a short part of each."""
    from core.media.audio import AudioFile

    with AudioFile(path) as sound:
        if duration_s <= _HEARD_WHOLE_S:
            parts = np.array_split(np.abs(sound.read(rate=_RATE)[0]), _COLUMNS)
        else:
            middles = [sound.start_s + duration_s * (column + 0.5) / _COLUMNS for column in range(_COLUMNS)]
            parts = [np.abs(sound.read(at_s, at_s + _STRETCH_S, rate=_RATE)[0]) for at_s in middles]
    peaks = [float(part.max()) if len(part) else 0.0 for part in parts]
    loudest = max(peaks)
    return tuple(peak / loudest if loudest > 1e-4 else 0.0 for peak in peaks)
