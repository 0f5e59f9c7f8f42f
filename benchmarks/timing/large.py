"""The published shapes, random weights, forced digits: both ways, the floors, 4 and 8 bits, logits in float32."""

from __future__ import annotations

import gc
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from core.grounding.groundinggpt import decoding
from core.grounding.groundinggpt.answering import Answering
from core.grounding.groundinggpt.asking import Encoder
from core.grounding.groundinggpt.filling import empty_model
from core.grounding.groundinggpt.grounder import GroundingGPTGrounder
from core.grounding.groundinggpt.media_tensors import ReadMedium, read_picture
from core.grounding.groundinggpt.placement import Placement, bytes_needed
from core.grounding.protocol import Asked, ground_many
from core.jobs import JobContext
from core.schema import MediaKind, MediaSource
from timing import clip, floors
from timing.baseline import Straightforward
from timing.clock import Samples, in_turn, measured, synchronise, told
from timing.forced import Forced
from timing.shapes import Bench, config_of, expression, queries

FIVE, TEN = 5, 10


def picture_lines(bench: Bench, repeats: int, images: int) -> dict[str, Any]:
    """One expression on a new picture, the next one, ten, and a folder x five in the background."""
    (grounder, ours_forced), (straight, base_forced) = bench.pair()
    sources = bench.pictures(max(images, 4 * (repeats + 1)))
    start = bench.tokens("image")
    counter = Counter()

    def begin(number: int) -> None:
        for forced in (ours_forced, base_forced):
            forced.begin(start, spans=False, seed=number)

    def base(at: int, numbers: range) -> list[str]:
        begin(at)
        read = read_picture(Path(sources[at].path), bench.config)
        return [straight.answer_about(read, expression(number)) for number in numbers]

    def ours(at: int, numbers: range) -> list[str]:
        begin(at)
        return [a.raw_text for a in grounder.ground(queries(sources[at], numbers), sources[at], JobContext())]

    found: dict[str, Any] = {}
    few = max(2, repeats // 3)
    for key, title, numbers, count, offset, seen in (
        ("photo_new", "one expression, new picture", range(1), repeats, 0, False),
        ("photo_next", "next expression, same picture", range(1, 2), repeats, repeats + 1, True),
        ("photo_ten", "ten expressions, new picture", range(TEN), few, 2 * repeats + 2, False),
        ("photo_new_unguessed", "one expression, new picture, no digit guessed ahead", range(1), few, 0, False),
        ("photo_next_unguessed", "next expression, no digit guessed ahead", range(1, 2), few, repeats + 1, True),
    ):
        guess(grounder._answering, ahead="unguessed" not in key)
        grounder.release_caches()
        base(offset, numbers), ours(offset, numbers)
        if seen:
            samples = {"baseline": Samples(), "ours": Samples()}
            results: dict[str, list[Any]] = {"baseline": [], "ours": []}
            for at in range(offset + 1, offset + 1 + count):
                ours(at, range(99, 100))
                for name, way in (("ours", ours), ("baseline", base)):
                    with measured(samples[name]):
                        said = way(at, numbers)
                    results[name].append(said)
        else:
            ways = {
                "baseline": lambda n, o=offset, w=numbers: base(o + 1 + n, w),
                "ours": lambda n, o=offset, w=numbers: ours(o + 1 + n, w),
            }
            samples, results = in_turn(ways, count)
        same = results["baseline"] == results["ours"]
        found[key] = told(title, samples["baseline"], samples["ours"], same, count)
        found[key]["text"] = results["ours"][0][0]
        counter.count = 0
        ours(offset, numbers)
        found[key]["passes"] = counter.count
    guess(grounder._answering, ahead=True)
    found["folder"] = folder_line(grounder, base, begin, sources[:images], repeats)
    found["stages"] = stages(bench, grounder._answering, ours_forced, sources[0], repeats)
    found["digits"] = len(ours_forced.free)
    return found


class Counter:
    """Counts how often the language model is asked for an answer's next tokens."""

    def __init__(self) -> None:
        self.count = 0
        told = decoding._told

        def counted(*arguments: Any) -> Any:
            self.count += 1
            return told(*arguments)

        decoding._told = counted


def guess(answering: Answering, *, ahead: bool) -> None:
    """Let digits be guessed before their turn, as the product does, or only what the grammar makes certain."""
    if ahead:
        vars(answering).pop("_guesses", None)
    else:
        vars(answering)["_guesses"] = lambda draft, _known, _questions: draft


def folder_line(
    grounder: GroundingGPTGrounder,
    base: Callable[[int, range], list[str]],
    begin: Callable[[int], None],
    sources: list[MediaSource],
    repeats: int,
) -> dict[str, Any]:
    """Pictures x five expressions as the background asks them; seconds are of one picture."""
    grounder.release_caches()
    begin(0)
    asked = [Asked(source, tuple(queries(source, range(FIVE)))) for source in sources]
    list(ground_many(grounder, asked[:8], JobContext()))
    grounder.release_caches()
    ours, baseline = Samples(), Samples()
    with measured(ours):
        replies = list(ground_many(grounder, asked, JobContext()))
    few = min(2 + repeats // 4, len(sources))
    wanted = []
    for at in range(few):
        with measured(baseline):
            wanted.append(base(at, range(FIVE)))
    begin(0)
    texts = [answer.raw_text for answer in replies[0].answers]
    row = told("pictures x 5 expressions in the background, of one picture", baseline, ours, texts == wanted[0], few)
    for name in ("wall_s", "cpu_s"):
        row["ours"][name] = row["ours"][name] / len(sources)
    row["ratio"] = round(row["ours"]["wall_s"] / row["baseline"]["wall_s"], 5)
    row["cpu_ratio"] = round(row["ours"]["cpu_s"] / row["baseline"]["cpu_s"], 5)
    return row | {"media": len(sources), "throughput_of_baseline": round(1 / row["ratio"], 1)}


def stages(bench: Bench, answering: Answering, forced: Forced, source: MediaSource, repeats: int) -> dict[str, float]:
    """Median wall seconds of what one expression about a new picture is made of."""
    samples = {name: Samples() for name in ("decode and scale", "encode", "read the prompt", "write the answer")}
    for number in range(repeats + 1):
        forced.begin(bench.tokens("image"), spans=False, seed=number)
        with measured(samples["decode and scale"]):
            read = read_picture(Path(source.path), bench.config)
        with measured(samples["encode"]):
            features = answering.features(read)
        with measured(samples["read the prompt"]):
            prefix = answering.prefix([("image", features)])
        with measured(samples["write the answer"]):
            answering.ask(prefix, [expression(0)], spans=False)
    return {name: round(one.wall_s, 5) for name, one in samples.items()}


def time_lines(bench: Bench, repeats: int) -> dict[str, Any]:
    """64 frames and 6 s of sound: encoded, a span, the next span; as arrays, through the product's encoder."""
    (grounder, ours_forced), (straight, base_forced) = bench.pair()
    found: dict[str, Any] = {}
    kinds: tuple[tuple[MediaKind, str], ...] = (("video", "64 frames"), ("audio", "6 s of sound"))
    for kind, words in kinds:
        reads = [bench.read(kind) for _ in range(2)]
        handed = [bench.coming() for _ in range(2)] if kind == "video" else reads

        def begin(number: int, kind: MediaKind = kind) -> None:
            for forced in (ours_forced, base_forced):
                forced.begin(bench.tokens(kind), spans=True, seed=number)

        def base(number: int, reads: list[ReadMedium] = reads, begin: Callable[[int], None] = begin) -> str:
            begin(number)
            return straight.answer_about(reads[number % 2], expression(number))

        encoder = Encoder(grounder._answering)

        def ours(
            number: int, handed: Any = handed, begin: Callable[[int], None] = begin, encoder: Encoder = encoder
        ) -> str:
            begin(number)
            featured = encoder.features(number, lambda: handed[number % 2])
            prefix = encoder.prefix(number, [featured])
            (reply,) = grounder._answering.ask(prefix, [expression(number)], spans=True)
            return reply.text

        base(0), ours(0)
        ways = {"baseline": lambda n, b=base: b(n + 1), "ours": lambda n, o=ours: o(n + 1)}
        samples, results = in_turn(ways, repeats)
        found[f"{kind}_new"] = told(
            f"{words}: encode and a span", samples["baseline"], samples["ours"],
            results["baseline"] == results["ours"], repeats,
        )  # fmt: skip
        samples, results = in_turn(
            {"baseline": lambda _, b=base: b(repeats), "ours": lambda _, o=ours: o(repeats)}, repeats
        )
        found[f"{kind}_next"] = told(
            f"{words}: next span", samples["baseline"], samples["ours"], results["baseline"] == results["ours"], repeats
        )
        encode = {
            "baseline": lambda n, r=reads: straight.encode(r[n % 2]),
            "ours": lambda n, r=handed: grounder._answering.features(r[n % 2]),
        }
        samples, _ = in_turn(encode, repeats)
        found[f"{kind}_encode"] = told(f"{words}: encode", samples["baseline"], samples["ours"], None, repeats)
    return found


def logits_line(bench: Bench) -> dict[str, Any]:
    """The greatest difference between both ways' logits of the ten digits, over every dictated digit, in float32."""
    placement = Placement("cuda" if bench.device.type == "cuda" else "cpu", 32, 16, 32)
    source = bench.pictures(1)[0]
    kept: list[dict[int, torch.Tensor]] = []
    for way in ("baseline", "ours"):
        model, forced = bench.baseline(placement) if way == "baseline" else bench.ours(placement)
        forced.begin(bench.tokens("image"), spans=False, seed=3)
        forced.keeps = True
        if isinstance(model, Straightforward):
            model.answer_about(read_picture(Path(source.path), bench.config), expression(0))
        else:
            list(model.ground(queries(source, range(1)), source, JobContext()))
        kept.append({place: one.float().cpu() for place, one in forced.logits.items()})
        free = forced.free
        del model, forced
        release()
    worst = max(float((kept[0][place] - kept[1][place]).abs().max()) for place in free)
    size = max(float(kept[0][place].abs().max()) for place in free)
    return {"digits": len(free), "greatest_difference": worst, "greatest_logit": size, "dtype": "float32"}


def features_of(bench: Bench, grounder: GroundingGPTGrounder) -> dict[str, torch.Tensor]:
    """What the branches make of a picture, of 64 frames and of a sound."""
    reads = {"image": read_picture(Path(bench.pictures(1)[0].path), bench.config)}
    reads |= {"video": bench.read("video"), "audio": bench.read("audio")}
    return {kind: grounder._answering.features(read).float().cpu() for kind, read in reads.items()}


def precision_line(
    bench: Bench, placement: Placement, repeats: int, reference: dict[str, torch.Tensor]
) -> dict[str, Any]:
    """Memory and time of one expression on a new picture at a precision, and how far features are from a reference."""
    release()
    before = torch.cuda.memory_allocated() if bench.device.type == "cuda" else 0
    grounder, forced = bench.ours(placement)
    loaded = torch.cuda.memory_allocated() - before if bench.device.type == "cuda" else 0
    sources = bench.pictures(repeats + 2)
    samples = Samples()
    if bench.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats()
    for number, source in enumerate(sources):
        forced.begin(bench.tokens("image"), spans=False, seed=number)
        with measured(samples):
            list(grounder.ground(queries(source, range(1)), source, JobContext()))
    samples.taken = samples.taken[2:]
    peak = held = 0
    if bench.device.type == "cuda":
        peak, held = torch.cuda.max_memory_allocated() - before, torch.cuda.max_memory_reserved() - before
    weights = bytes_needed(empty_model(bench.config), placement)
    sizes = {"weights_gb": weights, "loaded_gb": loaded, "peak_gb": peak, "held_gb": held}
    found = features_of(bench, grounder)
    drift = {kind: float((found[kind] - wanted).norm() / wanted.norm()) for kind, wanted in reference.items()}
    grounder.close()
    return {
        "dtype": placement.dtype_text, "photo_new_s": round(samples.wall_s, 5),
        **{name: round(size / 1e9, 3) for name, size in sizes.items()},
        "features_differ": {kind: round(one, 5) for kind, one in drift.items()},
    }  # fmt: skip


def release() -> None:
    """Give memory back."""
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def measure(work: Path, *, tiny: bool, repeats: int, images: int) -> dict[str, Any]:
    """Every section; one that fails is told and loses no other."""
    device = torch.device("cuda" if torch.cuda.is_available() and not tiny else "cpu")
    config, processor = config_of(tiny=tiny)
    bench = Bench(config, processor, device, work)
    found: dict[str, Any] = {"lines": {}, "failed": {}}

    def section(name: str, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        try:
            made = work()
        except Exception as error:  # noqa: BLE001 - one failure must not lose what else a rented machine can tell
            found["failed"][name] = f"{type(error).__name__}: {error}"[:300] + traceback.format_exc(limit=-5)[-1500:]
            made = {}
        synchronise()
        release()
        print(f"{name}: {made or found['failed'][name]}", flush=True)
        return made

    rates = section("rates", lambda: floors.measured(device, bench.placement.dtype))
    pictures = section("pictures", lambda: picture_lines(bench, repeats, images))
    found["stages"] = pictures.pop("stages", {})
    digits = pictures.pop("digits", 12)
    found["lines"] |= pictures
    left_out = clip.left_out()
    if left_out is None:
        found["lines"] |= section("clip", lambda: clip.lines(bench, repeats))
    else:
        found["left_out"] = left_out
        print(left_out, flush=True)
    found["lines"] |= section("time", lambda: time_lines(bench, repeats))
    if rates and found["stages"]:
        floor = floors.of_model(bench.pair()[1][0].model, rates, bench.tokens("image"))
        found["floors"] = rates | floor | {"prompt_tokens": bench.tokens("image"), "digits": digits}
        step = digits * floor["step_s"]
        found["lines"]["photo_next"]["floor_s"] = step
        found["lines"]["photo_new"]["floor_s"] = found["stages"]["encode"] + floor["prompt_s"] + step
    reference = features_of(bench, bench.pair()[0][0])
    bench.let_go()
    release()
    device_name: Any = device.type
    rest: Any = 16 if device.type == "cuda" else 32
    found["precision"] = {
        name: section(name, lambda placement=placement: precision_line(bench, placement, repeats, reference))
        for name, placement in (
            ("16 bits", bench.placement),
            ("8 bits", Placement(device_name, 8, 16, rest)),
            ("4 bits", Placement(device_name, 4, 16, rest)),
            ("4 bits, encoders in 8", Placement(device_name, 4, 8, rest)),
        )
    }
    found["logits"] = section("logits", lambda: logits_line(bench))
    return found
