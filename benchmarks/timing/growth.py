"""How the product's cost grows, in CPU seconds: expressions for a picture, its size, a clip's length, frames, items.

And where the time of one question goes, stage by stage.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.grounding.groundinggpt.answering import Answering
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.loading import load_grounder
from core.grounding.groundinggpt.media_tensors import VideoReader, read_picture
from core.grounding.groundinggpt.processing import Processor
from core.grounding.protocol import Grounder
from core.jobs import JobContext
from core.project import Project
from core.schema import MediaItem, new_id
from core.workflows.propose import media_of_project, propose
from timing.clock import ROOT, Samples, measured, slope
from timing.material import Material, clips, photographs
from timing.small import ask_all, texts

FEW = 4


def curve(
    title: str, unit: str, xs: Sequence[float], work: Callable[[int, int], object], repeats: int
) -> dict[str, Any]:
    """CPU seconds at each x, in turn, and the straight line through them. work: gets the place of x and the repeat."""
    samples = [Samples() for _ in xs]
    work(0, repeats)
    for number in range(repeats):
        for place in range(len(xs)):
            with measured(samples[place]):
                work(place, number)
    seconds = [one.cpu_s for one in samples]
    found = slope(xs, seconds)
    print(f"{title}: {found['slope']:.5f} CPU-s per {unit} (r2 {found['r2']:.3f})", flush=True)
    line = {name: round(value, 6) for name, value in found.items()}
    return {"title": title, "unit": unit, "x": list(xs), "cpu_s": [round(value, 4) for value in seconds], **line}


def measure(work: Path, repeats: int) -> dict[str, Any]:
    """Every curve, and the stages."""
    mini, timed = load_grounder(ROOT / "ckpt" / "mini", "cpu"), load_grounder(ROOT / "ckpt" / "mini-time", "cpu")
    counts = [1, 2, 4, 8, 16]
    many = photographs(work / "growth", (repeats + 1) * len(counts), seed=21, name="growth")
    # one and the same question, so that answers are of one length
    words = [f"the red circle {'and so on ' * (k % 3)}".strip() for k in range(16)]
    found = {
        "expressions": curve(
            "expressions about one new photograph", "expression", counts,
            lambda place, n: texts(mini, many[n * len(counts) + place], words[: counts[place]]), repeats,
        )
    }  # fmt: skip
    sizes = [(640, 480), (1280, 960), (1920, 1440), (2560, 1920)]
    sized = [
        photographs(work / f"size-{k}", repeats + 1, size_wh=size_wh, seed=22, name=f"s{k}")
        for k, size_wh in enumerate(sizes)
    ]
    found["pixels"] = curve(
        "size of a new photograph", "megapixel", [w * h / 1e6 for w, h in sizes],
        lambda place, n: texts(mini, sized[place][n], words[:1]), repeats,
    )  # fmt: skip
    items = [4, 8, 16]
    project = photographs(work / "items", sum(items), seed=23, name="item")
    found["items"] = curve(
        "photographs asked about in the background", "photograph", items,
        lambda place, _: (mini_forget(mini), ask_all(mini, project[: items[place]], words[:1])), 1 + repeats // 4,
    )  # fmt: skip
    found["project"] = project_curve(work, mini, project[:FEW], repeats)
    lengths = [5.0, 10.0, 20.0, 40.0]
    long = [next(iter(clips(work / f"clip-{k}", 1, seconds=seconds))) for k, seconds in enumerate(lengths)]
    found["length"] = curve(
        "length of a new clip", "second", lengths,
        lambda place, _: (mini_forget(timed), texts(timed, long[place], words[:1])), 1 + repeats // 2,
    )  # fmt: skip
    found["frames"] = frames_curve(long[1].source.path, repeats)
    mini.close()
    timed.close()
    return {"curves": found, "stages": stages(many[0].source.path, repeats)}


def project_curve(work: Path, mini: Grounder, photographs: Sequence[Material], repeats: int) -> dict[str, Any]:
    """A project is opened, listed, and a few photographs of it are asked about and their answers recorded."""
    counts = [1_000, 4_000, 16_000]
    paths = [work / f"{count}.groundlabel" for count in counts]
    real = [replace(one.source.item, path=os.path.relpath(one.source.path, work)) for one in photographs]
    for path, count in zip(paths, counts, strict=True):
        rest = [
            MediaItem(new_id(), "image", f"none-{number:06d}.jpg", width=640, height=480) for number in range(count)
        ]
        with Project.create(path, author="bench", role="command") as project:
            project.add_media([*real, *rest])

    def ask_some(place: int, number: int) -> None:
        with Project.open(paths[place], author="bench", role="command") as project:
            some = media_of_project(project)[: len(real)]
            list(propose(mini, some, [f"the red circle {number}"], JobContext(), total=len(some), project=project))

    return curve(f"items in a project, {len(real)} asked about", "item", counts, ask_some, repeats)


def mini_forget(grounder: Any) -> None:
    """As if nothing had been asked before."""
    grounder._spare(None)


def frames_curve(path: str, repeats: int) -> dict[str, Any]:
    """Frames of a clip that are looked at."""
    model = load_model(ROOT / "ckpt" / "mini-time")
    answering = Answering(model, Processor.load(ROOT / "ckpt" / "mini-time", model.config))
    assert model.config.video is not None
    counts = [model.config.video.frames // k for k in (8, 4, 2, 1)]

    def look(place: int, _: int) -> None:
        threads = answering.decoders()
        with VideoReader(Path(path), model.config, frames_limit=counts[place], threads=threads) as video:
            answering.features(video.coming(video.extent_s))

    return curve("frames looked at, decoded and encoded", "frame", counts, look, repeats)


def stages(path: str, repeats: int) -> dict[str, float]:
    """Median CPU seconds of what one expression about a new photograph is made of."""
    model = load_model(ROOT / "ckpt" / "mini")
    answering = Answering(model, Processor.load(ROOT / "ckpt" / "mini", model.config))
    samples = {name: Samples() for name in ("decode and scale", "encode", "read the prompt", "write the answer")}
    for _ in range(repeats + 1):
        with measured(samples["decode and scale"]):
            read = read_picture(Path(path), model.config)
        with measured(samples["encode"]):
            features = answering.features(read)
        with measured(samples["read the prompt"]):
            prefix = answering.prefix([("image", features)])
        with measured(samples["write the answer"]):
            answering.ask(prefix, ["the red circle"], spans=False)
    found = {name: round(one.cpu_s, 4) for name, one in samples.items()}
    print(f"stages: {found}", flush=True)
    return found
