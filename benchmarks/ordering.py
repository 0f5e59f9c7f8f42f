"""Does the order by benefit find what a model gets wrong, and does learning from it teach more than the plain order?

    .venv/bin/python benchmarks/ordering.py BCCD_FOLDER [--start 15] [--add 15] [--words …] [--retrain] [--json]

A model learns from the first `--start` pictures of `train.txt` and is asked about all others. Printed is the share of
all it gets wrong that stands in the first fifth of each order: 0.20 is chance. With `--retrain`, it learns again from
those and the first `--add` of each order, and is measured on `val.txt`. Measured, never asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[0] = str(ROOT)

import numpy as np  # noqa: E402

from core.evaluation import Judged, summarise  # noqa: E402
from core.evaluation.benefit import Weights, combine, uncertainty  # noqa: E402
from core.evaluation.outcomes import outcome_of  # noqa: E402
from core.formats import ReadOptions  # noqa: E402
from core.formats.text_files import read_names  # noqa: E402
from core.grounding.host import HostedGrounder  # noqa: E402
from core.jobs import JobContext  # noqa: E402
from core.media.descriptors import describe  # noqa: E402
from core.training.finetune import FinetunePlan, finetune  # noqa: E402
from core.training.samples import Sample, read_samples, take_media  # noqa: E402
from core.workflows.evaluate import evaluate, group_by_medium  # noqa: E402
from core.workflows.transfer import import_file  # noqa: E402
from core.workflows.truths import read_truths  # noqa: E402

WORDS = {"WBC": ("white blood cell",), "RBC": ("red blood cells",), "Platelets": ("platelets",)}


def bring_in(data: Path, split: str, into: Path) -> Path:
    options = ReadOptions(label_map=WORDS, names=read_names(data / f"{split}.txt"))
    import_file(data / "annotations_voc", "voc", into, author="bench", options=options, media_dir=data / "images")
    return into


def taught(samples: Sequence[Sample], paths: set[str], out: Path, epochs: int, seed: int) -> Path:
    chosen = [sample for sample in samples if sample.source.path in paths]
    finetune(chosen, FinetunePlan("mini", out, epochs=epochs, seed=seed), JobContext())
    return out


def asked(model: Path, project: Path, paths: set[str] | None, words: Sequence[str] | None) -> list[Judged]:
    """What the model answers about these pictures of a project, or about all, in these words or all."""
    pairs = [pair for pair in read_truths([project]).pairs if not words or pair[1].expression in words]
    media = [one for one in group_by_medium(pairs) if paths is None or one.source.path in paths]
    with HostedGrounder(str(model), "auto") as grounder:
        grounder.load(JobContext())
        return evaluate(grounder, media, JobContext()).judged


def orders(judged: Mapping[str, list[Judged]], paths: Mapping[str, str], seen: Sequence[str]) -> dict[str, list[str]]:
    """Media ids by each way of ordering."""
    cache = Path(os.environ["GROUNDLABEL_HOME"]) / "cache"
    names = list(judged)
    unsure = [uncertainty([pair.answer for pair in judged[name]], lambda one: one.score) for name in names]

    def look(path: str) -> np.ndarray:
        found = describe(Path(path), "image", cache)
        assert found is not None
        return found

    looks = np.stack([look(paths[name]) for name in names])
    known = np.stack([look(path) for path in seen])

    def by(weights: Weights) -> list[str]:
        benefits = combine(unsure, [None] * len(names), looks, known, weights)
        return [names[place] for place in np.argsort(-benefits, kind="stable")]

    return {
        "plain": names,
        "benefit": by(Weights()),
        "uncertainty alone": by(Weights(1.0, 0.0, 0.0)),
        "novelty alone": by(Weights(0.0, 0.0, 1.0)),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--start", type=int, default=15)
    parser.add_argument("--add", type=int, default=15)
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--pool", type=int, default=1000, help="only so many pictures of train.txt, the first ones")
    parser.add_argument("--words", nargs="+", help="only these expressions")
    parser.add_argument("--retrain", action="store_true")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="groundlabel-ordering-") as folder:
        os.environ["GROUNDLABEL_HOME"] = folder  # small pictures and logs belong to this one run
        result = measure(args, Path(folder))
    result["seconds"] = round(time.monotonic() - began)
    print(json.dumps(result, indent=None if args.json else 1))


def measure(args: argparse.Namespace, folder: Path) -> dict[str, object]:
    project = bring_in(args.data, "train", folder / "train.groundlabel")
    samples = take_media(read_samples([project]).samples, args.pool)
    if args.words:
        samples = [sample for sample in samples if sample.example.expression in args.words]
    places = list(dict.fromkeys(sample.source.path for sample in samples))
    first = places[: args.start]
    model = taught(samples, set(first), folder / "first", args.epochs, args.seed)
    judged: dict[str, list[Judged]] = {}
    for pair in asked(model, project, set(places[args.start :]), args.words):
        judged.setdefault(pair.truth.media_id, []).append(pair)
    wrong = {name: sum(1 - outcome_of(pair).value for pair in pairs) for name, pairs in judged.items()}
    paths = {sample.source.item.id: sample.source.path for sample in samples}
    ways = orders(judged, paths, first)
    ways["worst first (cannot be known)"] = sorted(wrong, key=lambda name: -wrong[name])
    fifth = max(1, len(wrong) // 5)
    result: dict[str, object] = {
        "start": args.start, "pictures": len(wrong),
        "wrong_of_all": round(sum(wrong.values()) / sum(map(len, judged.values())), 4),
        "wrong_in_first_fifth": {
            way: round(sum(wrong[name] for name in names[:fifth]) / max(sum(wrong.values()), 1e-9), 4)
            for way, names in ways.items()
        },
    }  # fmt: skip
    if args.retrain:
        val = bring_in(args.data, "val", folder / "val.groundlabel")
        result["after"] = {
            way: figures(taught(
                samples, {*first, *(paths[name] for name in ways[way][: args.add])},
                folder / f"then {way}", args.epochs, args.seed,
            ), val, args.words)
            for way in ("plain", "benefit")
        }  # fmt: skip
    return result


def figures(model: Path, val: Path, words: Sequence[str] | None) -> dict[str, object]:
    judged = asked(model, val, None, words)
    found = summarise(judged, model_id="", data=[])
    mean = sum(outcome_of(pair).value for pair in judged) / len(judged)
    return {"mean_outcome": round(mean, 4), "boxes": found["boxes"], "sets": found["sets"]}


if __name__ == "__main__":
    main()
