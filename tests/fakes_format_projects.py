"""Projects that hypothesis makes up for the round trips of exchange formats: pictures, clips, tracks."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from core.formats import Contents
from core.schema import Annotation, Box, Label, MediaItem, Phrase, Segment, SplitMark, Track, Verdict

# Words as the store keeps them: no stray space, no control characters, any script.
WORDS = (
    st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=8)
    .map(lambda text: " ".join(text.split()))
    .filter(lambda text: text and text == text.strip())
)
SIZES = st.integers(1, 100_000)


@st.composite
def box_in(draw: st.DrawFn, size_wh: tuple[int, int]) -> Box:
    """A box with area inside a picture, often touching its edges."""
    corners: list[float] = []
    for side in size_wh:
        one = draw(st.one_of(st.just(0.0), st.integers(0, side), st.floats(0, side, allow_subnormal=False)))
        other = draw(
            st.one_of(st.just(float(side)), st.floats(0, side, allow_subnormal=False)).filter(lambda v, o=one: v != o)
        )
        corners += sorted((one, other))
    return Box(corners[0], corners[2], corners[1], corners[3])


@st.composite
def projects(draw: st.DrawFn) -> Contents:
    """Pictures with boxes, words for them, absences, rejections and splits. No two regions are quite the same."""
    names = draw(
        st.lists(
            WORDS.filter(lambda t: "/" not in t and "\\" not in t and t not in (".", "..") and ":" not in t),
            unique=True,
            min_size=1,
            max_size=3,
        )
    )
    # Words that differ in letter case only are the same words to the store.
    words = draw(st.lists(WORDS, min_size=1, max_size=4, unique_by=lambda t: t.casefold()))
    labels = tuple(Label(f"l{n}", word, n) for n, word in enumerate(words))
    media, annotations, verdicts, splits = [], [], [], []
    for n, name in enumerate(names):
        size = (draw(SIZES), draw(SIZES))
        media.append(MediaItem(f"m{n}", "image", f"数据/{name}.jpg", width=size[0], height=size[1]))
        used = draw(st.sets(st.sampled_from(labels)))
        for label in sorted(used, key=lambda label: label.number):
            for k, box in enumerate(draw(st.lists(box_in(size), unique=True, min_size=1, max_size=3))):
                annotations.append(
                    Annotation(f"a{n}-{label.id}-{k}", f"m{n}", label.id, (label.name,), box, "imported")
                )
        for label in labels:
            if label not in used and draw(st.booleans()):
                verdicts.append(Verdict(f"v{n}-{label.id}", f"m{n}", label.name, "not_present"))
        if draw(st.booleans()):
            verdicts.append(Verdict(f"r{n}", f"m{n}", words[0], "rejected", region=draw(box_in(size))))
        if draw(st.booleans()):
            splits.append(SplitMark(f"m{n}", draw(st.sampled_from(("train", "val", "test")))))
    phrases = tuple(Phrase(f"f{label.id}", label.name, label.id) for label in labels)
    return Contents(tuple(media), labels, phrases, tuple(annotations), tuple(verdicts), (), tuple(splits))


def _project(draw: st.DrawFn, media: list[MediaItem], region: st.SearchStrategy[object]) -> Contents:
    """Media with up to four regions each, of up to three labels; each with one or two expressions."""
    words = draw(st.lists(WORDS, min_size=2, max_size=4, unique_by=lambda t: t.casefold()))
    labels = tuple(Label(f"l{n}", word, n) for n, word in enumerate(words[:-1]))
    annotations = []
    for item in media:
        for k, place in enumerate(draw(st.lists(region, max_size=4, unique=True))):
            label = draw(st.sampled_from(labels))
            said = (label.name, *draw(st.sampled_from([(), (words[-1],)])))
            annotations.append(Annotation(f"{item.id}-{k}", item.id, label.id, said, place, "imported"))  # type: ignore[arg-type]
    phrases = tuple(Phrase(f"f{label.id}", label.name, label.id) for label in labels)
    return Contents(tuple(media), labels, phrases, tuple(annotations))


@st.composite
def clips(draw: st.DrawFn, *, one_word: bool = False) -> Contents:
    """A sound and a video with segments in whole milliseconds: overlapping, touching, without length."""
    media = [
        MediaItem("m0", "audio", "数据/a b.wav", duration_s=100.0),
        MediaItem("m1", "video", "é.mp4", width=64, height=48, duration_s=100.0, fps=25.0),
    ]
    times = st.integers(0, 100_000)
    segments = st.tuples(times, times).map(sorted).map(lambda pair: Segment(pair[0] / 1000, pair[1] / 1000))
    found = _project(draw, media, segments)
    if not one_word:
        return found
    names = {label.id: label.name for label in found.labels}
    alone = tuple(replace(a, expressions=(names[a.label_id],)) for a in found.annotations)
    return replace(found, annotations=alone)


@st.composite
def tracked(draw: st.DrawFn) -> Contents:
    """A video of 250 frames at 25 a second with tracks and boxes at frames, their times those of frames."""
    item = MediaItem("m0", "video", "数据/v.mp4", width=640, height=480, duration_s=10.0, fps=25.0)
    corner = st.integers(0, 200)

    def region(frames: list[int], corners: list[tuple[int, int]]) -> Box | Track:
        keys = tuple(
            Box(x, y, x + 1 + k / 4, y + 20.5, at_s=frame / 25)
            for k, (frame, (x, y)) in enumerate(zip(frames, corners, strict=False))
        )
        return keys[0] if len(keys) == 1 else Track(keys)

    frames = st.lists(st.integers(0, 249), min_size=1, max_size=4, unique=True).map(sorted)
    corners = st.lists(st.tuples(corner, corner), min_size=4, max_size=4)
    return _project(draw, [item], st.builds(region, frames, corners))
