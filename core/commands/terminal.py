"""What several sub-commands share: the hosted model, JSON on stdout, progress for people who watch."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from core.commands import PROGRAM
from core.jobs import JobContext, Progress
from core.schema import MediaKind
from core.settings_table import BITS

if TYPE_CHECKING:
    from core.grounding.host import HostedGrounder
    from core.project import Project


def add_model_arguments(parser: argparse.ArgumentParser, *, by_medium: bool = False, bits: bool = True) -> None:
    """`--model`, `--device`, and `--bits` where a precision can be chosen.

    by_medium: without `--model` it is None, and project, person and medium decide (`usual_model`).
    """
    default = None if by_medium else "mini"
    words = "what the project or you chose, else mini, and mini-time for videos and sounds" if by_medium else "mini"
    parser.add_argument(
        "--model", default=default, metavar="NAME|DIR", help=f"a model's name or folder (default: {words})"
    )
    parser.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"], help="where it computes")
    if bits:
        parser.add_argument(
            "--bits", choices=BITS, help="precision: 16, or 8 and 4 to save memory (default: the setting model.bits)"
        )


def open_grounder(args: argparse.Namespace) -> AbstractContextManager[HostedGrounder]:
    """The model that the arguments name, in its own process, ended with the block. Raises `ModelError`.

    `args.threads`, where there is one, is how many threads it computes with.
    """
    from core.grounding.host import HostedGrounder

    threads = getattr(args, "threads", None)
    return HostedGrounder(args.model, args.device, bits=args.bits or usual_bits(), threads=threads)


_KINDS: dict[str, MediaKind] = {"picture": "image", "video": "video", "audio": "audio"}


def add_kind_argument(parser: argparse.ArgumentParser) -> None:
    """`--kind`, which may be given several times."""
    parser.add_argument(
        "--kind",
        choices=tuple(_KINDS),
        action="append",
        help="only what is asked about like this; a frame of a video is a picture (may be given several times)",
    )


def wanted_kinds(args: argparse.Namespace) -> frozenset[MediaKind]:
    """The kinds of media that `--kind` names; none named is none."""
    return frozenset(_KINDS[name] for name in args.kind or ())


def usual_model(kind: MediaKind, project: Project | None = None) -> str:
    """The model that is asked about media of a kind when nobody names one: the project's choice, else this person's.

    Raises `SettingsError`.
    """
    from core.settings import Settings
    from core.workflows.versions import current_model

    return current_model(project, Settings.load(), kind)


def usual_bits() -> str:
    """The precision that this person has set. Raises `SettingsError`."""
    from core.settings import Settings

    return str(Settings.load().get("model.bits"))


def author() -> str:
    """The name that is written beside what this person does. Raises `SettingsError`."""
    from core.settings import Settings

    return str(Settings.load().get("person.name"))


_behind: list[JobContext] = []  # of a command that runs behind the window, the window's own context


def stand_behind(context: JobContext) -> None:
    """From now on this process works for a window: it watches, and it may stop what is done."""
    _behind[:] = [context]


def is_behind() -> bool:
    """Whether this command works for a window."""
    return bool(_behind)


def watching_context(*, quiet: bool = False) -> JobContext:
    """Progress on stderr while a person watches it there (unless `quiet`), else none; behind a window, the window's."""
    if _behind:
        return _behind[0]
    return JobContext(report=show_progress if sys.stderr.isatty() and not quiet else lambda _: None)


def complain(text: str) -> None:
    """What went wrong, in one line on stderr; for commands that go on after it."""
    print(f"{PROGRAM}: {' '.join(text.split())}", file=sys.stderr, flush=True)  # noqa: T201


def print_json(value: object) -> None:
    """One JSON object on one line, at once."""
    say(json.dumps(value, ensure_ascii=False))


def say(text: str) -> None:
    """A line on stdout, at once, whatever the terminal's encoding can hold."""
    say_part(f"{text}\n")


def say_part(text: str) -> None:
    """A part of a line on stdout, like `say`."""
    encoding = sys.stdout.encoding or "utf-8"
    print(text.encode(encoding, "backslashreplace").decode(encoding), end="", flush=True)  # noqa: T201


def end_progress() -> None:
    """Take the line of progress away before something else is printed."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()


def table(rows: list[list[str]]) -> str:
    """Rows as aligned columns. A row may end early: its last cell then runs on over the columns it leaves out."""
    columns = max(map(len, rows))
    widths = [0] * columns
    for row in rows:
        for k, cell in enumerate(row if len(row) == columns else row[:-1]):
            widths[k] = max(widths[k], len(cell))
    return "\n".join("  ".join(cell.ljust(widths[k]) for k, cell in enumerate(row)).rstrip() for row in rows)


def show_progress(progress: Progress) -> None:
    """A line on stderr that the next one takes the place of."""
    count = f" {progress.done}/{progress.total}" if progress.total else ""
    if progress.unit == "bytes":
        count = f" {progress.done // 1_000_000} MB" + (f" of {progress.total // 1_000_000}" if progress.total else "")
    found = sum(len(answer.proposals) for answer in progress.so_far)
    count += f", {found} found so far" if found else ""
    said = ": ".join(filter(None, (progress.step, progress.note))) + count
    sys.stderr.write(f"\r\033[K{said}")
    if progress.total and progress.done >= progress.total:
        sys.stderr.write("\r\033[K")
    sys.stderr.flush()
