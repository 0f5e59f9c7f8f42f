"""`--version`: prints name and version."""

from __future__ import annotations

import argparse
import sys

from core.about import title


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """No arguments."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Print the version."""
    del args
    sys.stdout.write(title() + "\n")
    return 0
