"""A clip at the published shapes: from a file to what the video branch made of it, both ways."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from core.grounding.groundinggpt.media_tensors import VideoReader
from timing.clock import Samples, in_turn, measured, told
from timing.material import clips
from timing.shapes import Bench

TITLE = "64 frames: decode and encode"


def left_out() -> str | None:
    """Why there is no such line here; None where there is one."""
    return f"left out, for PyAV is not here: {TITLE}" if importlib.util.find_spec("av") is None else None


def lines(bench: Bench, repeats: int) -> dict[str, Any]:
    """10 s of video. Both ways number the frames and read them by the product's reader.

    The baseline does so in one thread, then makes pixels, then moves them, then encodes.
    """
    (grounder, _), (straight, _) = bench.pair()
    answering = grounder._answering
    source = next(clips(bench.folder / "clips", 1)).source
    path = Path(source.path)

    def baseline(_: int) -> None:
        straight.encode(straight.read(source))

    def ours(_: int) -> None:
        with VideoReader(path, bench.config, threads=answering.decoders()) as video:
            answering.features(video.coming(video.extent_s))

    for way in (baseline, ours):  # the first time pays for what is loaded and recorded
        way(0)
        way(0)
    samples, _ = in_turn({"baseline": baseline, "ours": ours}, repeats)
    row = told(TITLE, samples["baseline"], samples["ours"], None, repeats)
    return {"video_read": row | {"stages": stages(bench, path, answering.decoders(), repeats)}}


def stages(bench: Bench, path: Path, threads: int, repeats: int) -> dict[str, float]:
    """Median wall seconds of numbering the frames, and of decoding those looked at in one thread and in several."""
    from core.media.packet_index import build_index

    samples = {name: Samples() for name in ("number", "decode in one thread", f"decode in {threads}, ahead")}
    number, *decode = samples
    for _ in range(repeats):
        with measured(samples[number]):
            index = build_index(path)
        for name, ahead in zip(decode, (0, threads), strict=True):
            with measured(samples[name]), VideoReader(path, bench.config, index=index, threads=ahead) as video:
                video.squares(video.sampled(video.extent_s))
    return {name: round(one.wall_s, 5) for name, one in samples.items()}
