"""`models list|download|add|verify|convert|assemble|remove|licence`: which models are here, and how others come."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from core.commands.terminal import print_json, say, table, watching_context
from core.errors import ModelError, UserError
from core.grounding import licences
from core.grounding.catalogue import CataloguedModel, catalogue, catalogued
from core.grounding.hub import hub_url
from core.workflows import assembling, model_arrivals, models

DONE, SKIPPED = 0, 3
_NAME_OF_CATALOGUE = "a name that `models list` shows as available"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the actions and their arguments (`docs/cli.md`)."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, what: str) -> argparse.ArgumentParser:
        one = actions.add_parser(name, help=what, description=what.capitalize() + ".")
        one.add_argument("--json", action="store_true", help="print one JSON object")
        return one

    action("list", "show models that are here and those that can be downloaded")
    download = action("download", "fetch a model; goes on where it stopped")
    download.add_argument("name", metavar="NAME", help=_NAME_OF_CATALOGUE)
    add = action("add", "take a checkpoint's folder in")
    add.add_argument("folder", metavar="FOLDER", type=Path, help="a folder with config.json and weights")
    add.add_argument("--name", default="", help="what to call it (default: the folder's name)")
    add.add_argument("--link", action="store_true", help="leave it where it is instead of copying it")
    verify = action("verify", "hash a model's files again and compare")
    verify.add_argument("name", metavar="NAME", help="a model that is here")
    convert = action("convert", "write pickled weights as safetensors, once")
    convert.add_argument("model", metavar="NAME|FOLDER", help="a model that is here, or a folder")
    convert.add_argument("--out", metavar="DIR", type=Path, help="a new folder for the whole model (default: in place)")
    assemble = action("assemble", "put a model to be trained together of its published parts")
    assemble.add_argument("--out", metavar="DIR", type=Path, required=True, help="a new folder for the model")
    for part, what in (("vicuna", "DIR"), ("clip", "DIR"), ("eva", "FILE"), ("blip2", "FILE"), ("imagebind", "FILE")):
        assemble.add_argument(f"--{part}", metavar=what, type=Path, help="where it lies, if not in ckpt/")
    assemble.add_argument("--seed", type=int, default=0, help="of the new weights (default 0)")
    remove = action("remove", "delete a model of yours")
    remove.add_argument("name", metavar="NAME", help="a model of yours")
    remove.add_argument("--yes", action="store_true", help="do not ask")
    licence = action("licence", "show a model's licences, and accept them")
    licence.add_argument("name", metavar="NAME", help="a model of the catalogue")
    for one in (download, add, assemble, licence):
        one.add_argument("--accept-licence", action="store_true", help="accept the licences of the model")


def run(args: argparse.Namespace) -> int:
    """Do one action; 0, or 3 from `verify` for a model that has no record to compare with."""
    return {
        "list": _list,
        "download": _download,
        "add": _add,
        "verify": _verify,
        "convert": _convert,
        "assemble": _assemble,
        "remove": _remove,
        "licence": _licence,
    }[args.action](args)


def _list(args: argparse.Namespace) -> int:
    entries = models.list_models()
    if args.json:
        print_json({"models": [entry.as_json() for entry in entries]})
        return DONE
    rows = [["name", "state", "family", "size", "licence", "where"]]
    for entry in entries:
        where = entry.path or f"{hub_url()}/{catalogued(entry.name).repository}"
        rows.append(
            [
                entry.name,
                entry.state,
                entry.family or "-",
                _megabytes(entry.size_bytes),
                _licence_names(entry),
                where,
            ]
        )
    say(table(rows))
    for entry in entries:
        if entry.problem:
            say(f"{entry.name}: {entry.problem}")
    return DONE


def _download(args: argparse.Namespace) -> int:
    wanted = model_arrivals.with_needs(args.name)
    _settle_licences(wanted, args)
    arrivals = model_arrivals.download(args.name, watching_context())
    if args.json:
        here = arrivals[-1]
        print_json(
            {
                **_arrival(here),
                "revision": here.revision,
                "with": [_arrival(other) for other in arrivals[:-1]],
                "licences": [licence.as_json() for licence in wanted[-1].licences],
            }
        )
    else:
        for one in arrivals:
            say(f"{one.name}: {one.files} files, {_megabytes(one.size_bytes)}, in {one.folder}")
    return DONE


def _add(args: argparse.Namespace) -> int:
    known = catalogue().get(args.name or args.folder.expanduser().resolve().name)
    if known is not None:
        _settle_licences([known], args, required=known.accept_before_use)
    arrival = model_arrivals.add(args.folder, watching_context(), name=args.name, linked=args.link)
    if args.json:
        shown = [licence.as_json() for licence in known.licences] if known else []
        print_json({**_arrival(arrival), "linked": arrival.linked, "licences": shown})
    else:
        how = "linked at" if arrival.linked else "copied to"
        say(f"{arrival.name}: {arrival.files} files, {_megabytes(arrival.size_bytes)}, {how} {arrival.folder}")
    return DONE


def _verify(args: argparse.Namespace) -> int:
    found = models.verify(args.name, watching_context())
    if args.json:
        print_json(
            {
                "name": found.name,
                "path": str(found.folder),
                "ok": not found.damaged,
                "recorded": found.recorded,
                "files": [{"path": path, "state": state} for path, state in found.files],
            }
        )
    elif not found.damaged:
        how = (
            "every file is as it came"
            if found.recorded
            else "its weights are sane; no record of hashes to compare with"
        )
        say(f"{found.name}: {how}")
    if found.damaged:
        raise ModelError(
            f"{found.name} is not as it came",
            why=", ".join(found.damaged),
            next_step="install GroundLabel again"
            if found.is_bundled
            else f"`models remove {found.name}`, then download or add it again",
        )
    return DONE if found.recorded else SKIPPED


def _convert(args: argparse.Namespace) -> int:
    done = models.convert(args.model, watching_context(), out=args.out)
    if args.json:
        print_json({"source": str(done.source), "out": str(done.out), "files": list(done.files)})
    elif done.files:
        say(f"{len(done.files)} files written to {done.out}")
    else:
        say(f"{done.source} has safetensors already; nothing to do")
    return DONE


def _assemble(args: argparse.Namespace) -> int:
    _settle_licences([catalogued(assembling.STAGE_1_TERMS)], args)
    places = assembling.PartPlaces(args.vicuna, args.clip, args.eva, args.blip2, args.imagebind)
    files = assembling.assemble(args.out, places, watching_context(), seed=args.seed)
    if args.json:
        print_json({"out": str(args.out), "files": files, "seed": args.seed})
    else:
        say(f"{len(files)} files written to {args.out}")
    return DONE


def _remove(args: argparse.Namespace) -> int:
    if not (args.yes or _agrees(f"Delete the model {args.name}?")):
        raise UserError("Nothing was deleted", why="nobody confirmed it", next_step="add --yes")
    place = models.remove(args.name)
    if args.json:
        print_json({"name": args.name, "path": str(place), "removed": True})
    else:
        say(f"{args.name} was removed from {place}")
    return DONE


def _licence(args: argparse.Namespace) -> int:
    model = catalogued(args.name)
    if args.accept_licence:
        licences.accept(model)
    accepted = licences.is_accepted(model)
    if args.json:
        shown = [licence.as_json() for licence in model.licences]
        print_json({"name": model.name, "accepted": accepted, "licences": shown})
    else:
        _show(model)
        say("accepted" if accepted else f"not accepted yet: `models licence {model.name} --accept-licence`")
    return DONE


def _settle_licences(wanted: Sequence[CataloguedModel], args: argparse.Namespace, *, required: bool = True) -> None:
    """Show the licences and get a yes, from the command line or the keyboard. Raises `ModelError` without one."""
    if not args.json:
        for model in wanted:
            _show(model)
    open_ones = [model for model in wanted if required and not licences.is_accepted(model)]
    if open_ones and (args.accept_licence or _agrees("Do you accept these licences?")):
        for model in open_ones:
            licences.accept(model)
    elif open_ones:
        licences.require_accepted(open_ones[-1])


def _show(model: CataloguedModel) -> None:
    say(f"{model.name} ({model.repository}):")
    for licence in model.licences:
        say(f"  {licence.name}, for {licence.covers}: {licence.summary} {licence.url}")


def _agrees(question: str) -> bool:
    """Ask at the keyboard; no keyboard is a no."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        return False
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _licence_names(entry: models.ModelEntry) -> str:
    known = catalogue().get(entry.name)
    return ", ".join(one.name for one in known.licences) if known else entry.licence or "unknown"


def _arrival(arrival: model_arrivals.Arrival) -> dict[str, object]:
    return {
        "name": arrival.name,
        "path": str(arrival.folder),
        "files": arrival.files,
        "size_bytes": arrival.size_bytes,
    }


def _megabytes(size: int | None) -> str:
    return "-" if size is None else f"{size / 1e6:.1f} MB"
