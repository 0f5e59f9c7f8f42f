"""Whether the fast ways give the answers of the straightforward one: text by text, on mini and mini-time.

    python benchmarks/same_answers.py [--queries 500] [--kinds image video audio] [--bits 32 16] [--write]
    python benchmarks/same_answers.py --device cuda    both ways on a GPU, where passes are replayed (not for --write)

Each query is answered by the baseline (`timing/baseline.py`) and by the product's own grounder: together with all
others about its medium, and every fifth also alone. In float32 the texts have to be equal. In bfloat16 sums
that are taken in another order may turn a digit: at least 99.5 % equal, and an IoU of 0.95 where they differ. How many
the type itself turns is told beside it: the baseline against itself with torch's own attention, and nothing else
changed. Exit code 1 when it is not so.
`--write` puts what was found into `docs/measurements/same_answers.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SCRATCH = tempfile.TemporaryDirectory(prefix="groundlabel-same-answers-")
os.environ["GROUNDLABEL_HOME"] = str(Path(SCRATCH.name) / "home")

import torch  # noqa: E402
from timing import record  # noqa: E402
from timing.baseline import Straightforward  # noqa: E402
from timing.clock import commit, machine, today  # noqa: E402
from timing.material import Material, clips, photographs, sounds  # noqa: E402

from core.geometry import iou, temporal_iou  # noqa: E402
from core.grounding.groundinggpt.answers import parse_answer  # noqa: E402
from core.grounding.groundinggpt.checkpoint import load_model, open_checkpoint  # noqa: E402
from core.grounding.groundinggpt.configuration import AnswerGrammar  # noqa: E402
from core.grounding.groundinggpt.loading import _Loader, load_grounder  # noqa: E402
from core.grounding.groundinggpt.placement import Placement  # noqa: E402
from core.grounding.groundinggpt.processing import Processor  # noqa: E402
from core.grounding.protocol import Grounder  # noqa: E402
from core.jobs import JobContext  # noqa: E402
from core.schema import MediaKind  # noqa: E402
from core.workflows.ask import ask  # noqa: E402

OUT = ROOT / "docs" / "measurements" / "same_answers.json"
EACH = 10  # expressions of one medium
ALONE = 5  # every fifth question is also put alone
MODEL_OF: dict[MediaKind, str] = {"image": "mini", "video": "mini-time", "audio": "mini-time"}
AGREEMENT, OVERLAP = 0.995, 0.95
SHOWN = 6  # of those that differ, the worst, in the record


def media(kind: MediaKind, folder: Path, queries: int) -> Iterator[Material]:
    """As many media as make up the queries: pictures of several sizes, clips and sounds of several lengths."""
    left = queries
    number = 0
    while left > 0:
        seed = 90_000 + 17 * number
        if kind == "image":
            size_wh = ((1280, 960), (640, 480), (480, 640), (333, 250))[number % 4]
            found: Sequence[Material] = photographs(folder, 1, size_wh=size_wh, seed=seed, name=f"{number:04d}")
        elif kind == "video":
            found = list(clips(folder / f"{number:04d}", 1, seconds=(10.0, 4.0, 6.5, 20.0)[number % 4], seed=seed))
        else:
            found = list(sounds(folder / f"{number:04d}", 1, seconds=(6.0, 4.0, 9.0, 12.5)[number % 4], seed=seed))
        for one in found:
            asked = one.expressions[: min(EACH, left)]
            left -= len(asked)
            yield Material(one.source, asked)
        number += 1


def overlap_of(one: str, other: str, grammar: AnswerGrammar) -> float:
    """The least IoU between regions of two answers in their order; 0 when they differ in number."""
    left, right = parse_answer(one, grammar), parse_answer(other, grammar)
    if len(left.boxes) != len(right.boxes) or len(left.spans) != len(right.spans):
        return 0.0
    overlaps = [iou(a.box_norm, b.box_norm) for a, b in zip(left.boxes, right.boxes, strict=True)]
    overlaps += [temporal_iou(a.span_norm, b.span_norm) for a, b in zip(left.spans, right.spans, strict=True)]
    return min(overlaps, default=0.0)


def loaded(folder: Path, bits: int, device: str) -> Grounder:
    """The product's grounder. On a GPU 32 bits are not its choice, and are asked for here."""
    if device == "cpu":
        return load_grounder(folder, device, bits="auto" if bits == 32 else "16")
    stored = open_checkpoint(folder)
    loader = _Loader(stored, Processor.load(folder, stored.config), folder.name, device)
    return loader.load(Placement("cuda", 32 if bits == 32 else 16, 16, 32 if bits == 32 else 16), JobContext())


def compare(kind: MediaKind, bits: int, queries: int, device: str) -> dict[str, Any]:
    """Ask both ways and count."""
    folder = ROOT / "ckpt" / MODEL_OF[kind]
    grounder = loaded(folder, bits, device)
    straight = Straightforward.load(folder, torch.float32 if bits == 32 else torch.bfloat16, device)
    grammar = straight.config.grammar
    reordered = None
    if bits == 16:
        reordered = Straightforward(load_model(folder, torch.bfloat16).to(device), straight.processor)
    differing: list[dict[str, Any]] = []
    count = alone = 0
    turned: list[float] = []  # the IoU of the baseline with itself, computed in another order, where its text differs
    began = time.process_time()
    for medium in media(kind, Path(SCRATCH.name) / f"{kind}-{bits}", queries):
        together = [answer.raw_text for answer in ask(grounder, medium.source, medium.expressions, JobContext())]
        for expression, text in zip(medium.expressions, together, strict=True):
            wanted = straight.answer(medium.source, expression)
            ways = {"together": text}
            if count % ALONE == 0:
                ways["alone"] = next(ask(grounder, medium.source, [expression], JobContext())).raw_text
                alone += 1
            if reordered is not None:
                other = reordered.answer(medium.source, expression)
                turned += [overlap_of(wanted, other, grammar)] if other != wanted else []
            count += 1
            for way, got in ways.items():
                if got != wanted:
                    told = {"medium": medium.source.item.path, "expression": expression, "way": way}
                    told |= {"baseline": wanted, "ours": got, "iou": round(overlap_of(wanted, got, grammar), 4)}
                    differing.append(told)
                    print(f"  differs: {told}", flush=True)
        print(f"{kind} {bits} bits: {count} asked, {len(differing)} differ", flush=True)
    grounder.close()
    equal = 1 - len(differing) / (count + alone)
    least = min((one["iou"] for one in differing), default=1.0)
    good = not differing if bits == 32 else equal >= AGREEMENT and least >= OVERLAP
    return {
        "model": MODEL_OF[kind], "kind": kind, "dtype": "float32" if bits == 32 else "bfloat16", "queries": count,
        "also_alone": alone, "equal": round(equal, 5), "least_iou_where_not": least,
        "differ": len(differing), "differing": sorted(differing, key=lambda one: one["iou"])[:SHOWN],
        "baseline_equals_itself_with_sdpa": round(1 - len(turned) / count, 5) if reordered is not None else None,
        "least_iou_where_it_does_not": round(min(turned, default=1.0), 4) if reordered is not None else None,
        "as_promised": good, "cpu_s": round(time.process_time() - began),
    }  # fmt: skip


def main() -> int:
    """Compare and print; 0 when all is as promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--queries", type=int, default=500, help="of each kind of medium (500)")
    parser.add_argument("--kinds", nargs="+", choices=tuple(MODEL_OF), default=list(MODEL_OF))
    parser.add_argument("--bits", nargs="+", type=int, choices=(32, 16), default=[32, 16])
    parser.add_argument("--write", action="store_true", help=f"write {OUT.relative_to(ROOT)}")
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    args = parser.parse_args()
    if args.write and args.device != "cpu":
        parser.error("what is recorded is of a CPU: --write goes without --device cuda")
    found = []
    with SCRATCH:
        for bits in args.bits:
            for kind in args.kinds:
                found.append(compare(kind, bits, args.queries, args.device))
                print(json.dumps({key: value for key, value in found[-1].items() if key != "differing"}), flush=True)
                if args.write:
                    result = {"machine": machine(), "date": today(), "commit": commit(), "compared": found}
                    record.write(OUT, result)
                    record.same_page(result)
    return 0 if all(one["as_promised"] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
