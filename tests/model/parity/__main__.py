"""Compares this implementation with the numbers of a fixtures folder: `python -m tests.model.parity DIR`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch
from safetensors import SafetensorError

from tests.model.parity.fixture_model import load_fixture_model
from tests.model.parity.model_cases import run_cases
from tests.model.parity.preprocessing import Preprocessing
from tests.model.parity.prompt_cases import Prompts, Tokens
from tests.model.parity.report import Report


def compare(folder: Path, tokenizer: Path | None = None) -> Report:
    """Run all that a folder holds; ids of texts only with the folder of a tokenizer."""
    torch.set_num_threads(1)
    report = Report()
    if any((folder / part).exists() for part in ("config.json", "weights.safetensors", "cases")):
        _compare_model(folder, report)
    try:
        Preprocessing(folder / "preprocessing", report).run()
        Prompts(folder / "prompts", report, Tokens(tokenizer) if tokenizer else None).run()
    except (OSError, KeyError, ValueError, TypeError, IndexError, StopIteration, ImportError, SafetensorError) as error:
        report.fail(f"{folder}: {type(error).__name__}: {error}")
    return report


def _compare_model(folder: Path, report: Report) -> None:
    try:
        model, ids = load_fixture_model(folder, report)
    except (OSError, KeyError, ValueError, TypeError, SafetensorError) as error:
        report.fail(f"{folder}: no model, {type(error).__name__}: {error}")
        return
    run_cases(folder / "cases", model, ids, report)


def main(argv: list[str] | None = None) -> int:
    """Print the report; 0 only if everything holds."""
    parser = argparse.ArgumentParser(prog="python -m tests.model.parity", description=__doc__)
    parser.add_argument("folder", type=Path, help="config.json, weights.safetensors, cases/, preprocessing/, prompts/")
    parser.add_argument("--tokenizer", type=Path, help="a folder with LLaMA's tokenizer.json: compares ids too")
    given = parser.parse_args(argv)
    report = compare(given.folder, given.tokenizer)
    report.show(lambda line: print(line))  # noqa: T201
    return 0 if report.holds else 1


if __name__ == "__main__":
    sys.exit(main())
