"""`prepare NAME --source DIR --out FILE`: rows for training from the files that a public dataset distributes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from core.commands.terminal import print_json, say, watching_context
from core.errors import UsageError

if TYPE_CHECKING:
    from core.datasets import Dataset, Variant


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("name", nargs="?", metavar="NAME", help="the dataset; --list names them")
    parser.add_argument("--list", action="store_true", help="what each dataset needs, its origin and its licence")
    parser.add_argument("--source", metavar="DIR", type=Path, help="the folder with its files")
    parser.add_argument("--out", metavar="FILE", type=Path, help="the rows to write, a JSON list")
    parser.add_argument("--media", metavar="DIR", type=Path, help="where its media are, if not below --source")
    parser.add_argument("--stage", type=int, choices=[1, 2, 3], help="the stage that the rows are for")
    parser.add_argument("--variant", metavar="WORD", help="which kind of rows; --list names them")
    parser.add_argument("--split", choices=["train", "val", "test"], help="its split (default: its first)")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="draws the wordings (default 0)")
    parser.add_argument("--take", type=int, metavar="N", help="so many rows at most")
    parser.add_argument("--keep-missing", action="store_true", help="keep rows whose medium is not here")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """List or prepare; 0, or 3 when media are missing or rows could not be made."""
    if args.list:
        if args.source or args.out:
            raise UsageError("--list prepares nothing", next_step="leave --source and --out away")
        return _list(args.name, as_json=args.json)
    if args.name is None or args.source is None or args.out is None:
        raise UsageError("prepare needs NAME, --source and --out", next_step="prepare --list names the datasets")
    if args.take is not None and args.take < 1:
        raise UsageError("--take is at least 1")
    return _prepare(args)


def _prepare(args: argparse.Namespace) -> int:
    from core.commands.export import print_report
    from core.workflows.prepare import Wish, about_as_json, prepare

    wish = Wish(
        args.name,
        args.source,
        args.out,
        stage=args.stage,
        variant=args.variant,
        split=args.split,
        seed=args.seed,
        media=args.media,
        take=args.take,
        keep_missing=args.keep_missing,
    )
    done = prepare(wish, watching_context())
    licence = done.dataset.licence
    lost = f"; {len(done.missing)} missing, with {sum(done.missing.values())} rows" if done.missing else ""
    summary = (
        f"{done.rows} rows about {done.media} media to {args.out} (stage {done.stage}{lost})\n"
        f"licence: {licence.name}{'' if licence.checked else ' (not confirmed)'}; {licence.url}; {licence.note}\n"
        f"recorded in {done.about}"
    )
    facts = {"out": str(args.out), "about": str(done.about), **about_as_json(wish, done)}
    print_report(done.report, summary, facts, as_json=args.json)
    return done.report.exit_code


def _list(name: str | None, *, as_json: bool) -> int:
    from core.datasets import DATASET_NAMES, find_dataset

    datasets = [find_dataset(one) for one in ([name] if name else DATASET_NAMES)]
    if as_json:
        print_json({"datasets": [_as_json(dataset) for dataset in datasets]})
        return 0
    for dataset in datasets:
        _print(dataset)
    return 0


def _print(dataset: Dataset) -> None:
    licence = dataset.licence
    say(f"{dataset.name}  {dataset.title}, {dataset.origin}")
    say(f"  licence: {licence.name}{'' if licence.checked else ' (not confirmed)'}; {licence.url}; {licence.note}")
    say(f"  splits: {', '.join(dataset.splits)}")
    for variant in dataset.variants:
        mark = "" if variant.confirmed else "  LAYOUT NOT CONFIRMED"
        say(f"  {variant.name}: {variant.what} ({_stage(variant)}){mark}")
        say(f"    files: {'; '.join(variant.files)}")
        say(f"    media: {', '.join(folder for folder in variant.media if folder) or 'as the rows name them'}")
        say(f"    fields read from: {variant.layout}")
    if dataset.whole:
        say(f"  {dataset.whole}")
    say("")


def _stage(variant: Variant) -> str:
    if variant.settled:
        return f"stage {variant.stage}"
    return f"stage {variant.stage}, our choice: --stage sets another"


def _as_json(dataset: Dataset) -> dict[str, object]:
    licence = dataset.licence
    return {
        "name": dataset.name,
        "title": dataset.title,
        "origin": dataset.origin,
        "licence": {"name": licence.name, "url": licence.url, "checked": licence.checked, "note": licence.note},
        "splits": dataset.splits,
        "read_whole": dataset.whole or None,
        "variants": [
            {
                "name": variant.name,
                "what": variant.what,
                "stage": variant.stage,
                "stage_is_the_originals": variant.settled,
                "files": list(variant.files),
                "media": [folder for folder in variant.media if folder],
                "layout": variant.layout,
                "confirmed": variant.confirmed,
            }
            for variant in dataset.variants
        ],
    }
