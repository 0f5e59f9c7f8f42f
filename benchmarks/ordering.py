"""Does the order by benefit find what a model gets wrong, and does learning from it teach more than the plain order?

    .venv/bin/python benchmarks/ordering.py BCCD_FOLDER [--start 15] [--add 15] [--words …] [--retrain] [--json]
        [--seeds 0 1 2] [--together 3]

Each seed draws the order in which the pictures of `train.txt` come: files lie in the order of their slides, and one
order says little. A model learns from the first `--start` of them and is asked about all others. Printed is the share
of all it gets wrong that stands in the first fifth of each order: 0.20 is chance. With `--retrain` the base learns
anew from those and the first `--add` of each order, and is measured on `val.txt`; `boxes` says how many a person had to
draw for it. All orders of a seed go on from the same first model. Measured, never asserted.

With `--json` a line for each seed and one for all of them: means, and standard deviations between seeds.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

import numpy as np  # noqa: E402

from core.evaluation import Judged, summarise  # noqa: E402
from core.evaluation.benefit import Weights, combine, uncertainty  # noqa: E402
from core.evaluation.outcomes import outcome_of  # noqa: E402
from core.formats import ReadOptions  # noqa: E402
from core.formats.text_files import read_names  # noqa: E402
from core.grounding.registry import find_model, load_model  # noqa: E402
from core.jobs import JobContext  # noqa: E402
from core.media.descriptors import describe  # noqa: E402
from core.training.finetune import FinetunePlan, finetune  # noqa: E402
from core.training.samples import Sample, read_samples, take_media  # noqa: E402
from core.workflows.evaluate import MediumTruths, evaluate, group_by_medium  # noqa: E402
from core.workflows.transfer import import_file  # noqa: E402
from core.workflows.truths import read_truths  # noqa: E402

WORDS = {"WBC": ("white blood cell",), "RBC": ("red blood cells",), "Platelets": ("platelets",)}
PLAIN, BENEFIT = "plain", "benefit"


def bring_in(data: Path, split: str, into: Path) -> None:
    options = ReadOptions(label_map=WORDS, names=read_names(data / f"{split}.txt"))
    import_file(data / "annotations_voc", "voc", into, author="bench", options=options, media_dir=data / "images")


def taught(samples: Sequence[Sample], paths: set[str], out: Path, args: argparse.Namespace, seed: int) -> Path:
    """A model that learned from these pictures; without a hold-out or scenes, so that all of it counts."""
    chosen = [sample for sample in samples if sample.source.path in paths]
    finetune(chosen, FinetunePlan("mini", out, epochs=args.epochs, seed=seed, replay=0.0), JobContext())
    return out


def truths(project: Path, words: Sequence[str] | None) -> list[MediumTruths]:
    return group_by_medium(pair for pair in read_truths([project]).pairs if not words or pair[1].expression in words)


def asked(model: Path, media: Sequence[MediumTruths]) -> list[Judged]:
    with closing(load_model(find_model(str(model)), "auto", "auto", JobContext())) as grounder:
        return evaluate(grounder, media, JobContext()).judged


def orders(judged: Mapping[str, list[Judged]], seen: Sequence[str]) -> dict[str, list[str]]:
    """Paths of pictures by each way of ordering; the plain one is that in which they come."""
    cache = Path(os.environ["GROUNDLABEL_HOME"]) / "cache"
    names = list(judged)
    unsure = [uncertainty([pair.answer for pair in judged[name]], lambda one: one.score) for name in names]

    def look(path: str) -> np.ndarray:
        found = describe(Path(path), "image", cache)
        assert found is not None
        return found

    looks = np.stack([look(name) for name in names])
    known = np.stack([look(path) for path in seen])

    def by(weights: Weights) -> list[str]:
        benefits = combine(unsure, [None] * len(names), looks, known, weights)
        return [names[place] for place in np.argsort(-benefits, kind="stable")]

    return {
        PLAIN: names,
        BENEFIT: by(Weights()),
        "uncertainty alone": by(Weights(1.0, 0.0, 0.0)),
        "novelty alone": by(Weights(0.0, 0.0, 1.0)),
    }


def of_one_seed(args: argparse.Namespace, folder: Path, seed: int) -> dict[str, Any]:
    """Everything measured with the pictures in the order of one seed."""
    began = time.monotonic()
    samples = take_media(read_samples([folder / "train.groundlabel"]).samples, args.pool)
    samples = [sample for sample in samples if not args.words or sample.example.expression in args.words]
    places = sorted({sample.source.path for sample in samples})
    random.Random(seed).shuffle(places)
    first, later = places[: args.start], places[args.start :]
    model = taught(samples, set(first), folder / f"{seed} first", args, seed)
    known = {medium.source.path: medium for medium in truths(folder / "train.groundlabel", args.words)}
    judged: dict[str, list[Judged]] = {path: [] for path in later}
    path_of = {known[path].source.item.id: path for path in later}
    for pair in asked(model, [known[path] for path in later]):
        judged[path_of[pair.truth.media_id]].append(pair)
    wrong = {path: sum(1 - outcome_of(pair).value for pair in pairs) for path, pairs in judged.items()}
    ways = orders(judged, first)
    ways["worst first (cannot be known)"] = sorted(wrong, key=lambda path: -wrong[path])
    fifth, all_wrong = max(1, len(wrong) // 5), max(sum(wrong.values()), 1e-9)
    result: dict[str, Any] = {
        "seed": seed, "start": args.start, "pictures": len(wrong),
        "wrong_of_all": round(all_wrong / sum(map(len, judged.values())), 4),
        "wrong_in_first_fifth": {
            way: round(sum(wrong[path] for path in paths[:fifth]) / all_wrong, 4) for way, paths in ways.items()
        },
    }  # fmt: skip
    if args.retrain:
        val = truths(folder / "val.groundlabel", args.words)
        after = {"start": figures(model, val)}
        for way in (PLAIN, BENEFIT):
            more = ways[way][: args.add]
            then = taught(samples, {*first, *more}, folder / f"{seed} then {way}", args, seed)
            boxes = sum(len(pair.truth.regions) for path in more for pair in judged[path])
            after[way] = figures(then, val) | {"boxes": boxes}
        result["after"] = after
        gain = after[BENEFIT]["mean_outcome"] - after[PLAIN]["mean_outcome"]
        result["benefit_over_plain"] = round(gain, 4)
    return result | {"seconds": round(time.monotonic() - began)}


def figures(model: Path, val: Sequence[MediumTruths]) -> dict[str, Any]:
    judged = asked(model, val)
    found = summarise(judged, model_id="", data=[])
    by_words: dict[str, list[float]] = {}
    for pair in judged:
        by_words.setdefault(pair.truth.expression, []).append(outcome_of(pair).value)
    return {
        "mean_outcome": round(statistics.fmean(outcome_of(pair).value for pair in judged), 4),
        "by_expression": {words: round(statistics.fmean(values), 4) for words, values in by_words.items()},
        "acc50": found["boxes"]["acc50"], "f1_50": found["sets"]["f1_50"],
    }  # fmt: skip


def leaves(tree: Mapping[str, Any], above: str = "") -> dict[str, float]:
    """Every number by its way through the object."""
    found: dict[str, float] = {}
    for name, value in tree.items():
        if isinstance(value, Mapping):
            found |= leaves(value, f"{above}{name}/")
        elif isinstance(value, (int, float)):
            found[above + name] = float(value)
    return found


def summary(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What the seeds have in common: a mean and a standard deviation of every figure."""
    told = [leaves(run) for run in runs]
    names = [name for name in told[0] if name not in ("seed", "start", "pictures") and all(name in one for one in told)]
    return {
        "seeds": [run["seed"] for run in runs],
        "mean": {name: round(statistics.fmean(one[name] for one in told), 4) for name in names},
        "deviation": {name: round(statistics.stdev(one[name] for one in told), 4) for name in names}
        if len(told) > 1
        else {},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--start", type=int, default=15)
    parser.add_argument("--add", type=int, default=15)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--together", type=int, default=1, metavar="N", help="so many seeds at a time")
    parser.add_argument("--pool", type=int, default=1000, help="only so many pictures of train.txt, the first ones")
    parser.add_argument("--words", nargs="+", help="only these expressions")
    parser.add_argument("--retrain", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    runs: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="groundlabel-ordering-") as name:
        folder = Path(name)
        os.environ["GROUNDLABEL_HOME"] = name  # small pictures and logs belong to this one run
        bring_in(args.data, "train", folder / "train.groundlabel")
        if args.retrain:
            bring_in(args.data, "val", folder / "val.groundlabel")
        with ProcessPoolExecutor(args.together, mp_context=multiprocessing.get_context("spawn")) as pool:
            for run in pool.map(of_one_seed, [args] * len(args.seeds), [folder] * len(args.seeds), args.seeds):
                runs.append(run)
                if args.json:
                    print(json.dumps(run), flush=True)
    print(json.dumps(summary(runs), indent=None if args.json else 1))


if __name__ == "__main__":
    main()
