"""`pretrain`: teach a small model from nothing on rendered scenes, and examine it."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--what", choices=("pictures", "time"), default="pictures", help="what to teach")
    parser.add_argument("--out", type=Path, required=True, help="folder for state, log and checkpoint")
    parser.add_argument("--minutes", type=float, default=20.0, help="length of the whole schedule (default 20)")
    parser.add_argument(
        "--stop-after", type=float, default=1e9, metavar="MINUTES", help="pause after this many minutes"
    )
    parser.add_argument("--resume", action="store_true", help="take up the state in --out")
    parser.add_argument("--start-from", type=Path, metavar="DIR", help="begin with the weights of this checkpoint")
    parser.add_argument("--batch", type=int, default=256, help="pictures a step and process (default 256)")
    parser.add_argument("--rate", type=float, default=1.2e-3, help="learning rate (default 0.0012)")
    parser.add_argument("--dense-minutes", type=float, default=2.5, help="minutes of dense labels alone (default 2.5)")
    parser.add_argument("--optimizer", choices=("muon", "adamw"), default="muon")
    parser.add_argument("--workers", type=int, default=15, help="processes that draw scenes (default 15)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--examine", type=int, default=0, metavar="N", help="afterwards, examine on N fresh scenes")


def run(args: argparse.Namespace) -> int:
    """Train, then examine where asked. Prints JSON lines."""
    from core.grounding.groundinggpt.checkpoint import load_model
    from core.grounding.groundinggpt.processing import Processor
    from core.training.pretrain import Pretrainer, mini_processor
    from core.training.pretrain_time import TimePretrainer, time_processor
    from core.training.scenes.benchmark import examine
    from core.training.scenes.time_benchmark import TimeExaminer
    from core.training.stage_zero import Recipe

    args.out.mkdir(parents=True, exist_ok=True)
    recipe = Recipe(
        minutes=args.minutes,
        dense_minutes=args.dense_minutes,
        batch=args.batch,
        rate=args.rate,
        dense_rate=args.rate * 1.25,
        muon=args.optimizer == "muon",
        seed=args.seed,
        workers=args.workers,
    )
    of_time = args.what == "time"
    if args.start_from:
        start = load_model(args.start_from)
        processor = Processor.load(args.start_from, start.config)
    else:
        start, processor = None, time_processor() if of_time else mini_processor()
    trainer: TimePretrainer | Pretrainer = (TimePretrainer if of_time else Pretrainer)(recipe, processor, args.out)
    if start is not None:
        trainer.model.load_state_dict(start.state_dict())
    if args.resume:
        trainer.resume()
    trainer.run(args.stop_after)
    if args.examine and trainer.group.rank == 0:
        model = load_model(args.out / "checkpoint").to(trainer.group.device)
        if of_time:
            figures = TimeExaminer(model, processor).run(args.examine)
        else:
            figures = examine(model, processor, count=args.examine).summary()
        text = json.dumps(figures, indent=2)
        (args.out / "examination.json").write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(text + "\n")
    return 0
