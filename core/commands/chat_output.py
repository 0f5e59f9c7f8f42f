"""What `chat` shows: for people text as it comes and a table of regions, for programs a JSON object a line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Protocol

from core.commands.terminal import complain, end_progress, print_json, say, say_part, show_progress, table
from core.grounding.protocol import ShownMedium
from core.jobs import Progress
from core.schema import Box, ModelInfo, Proposal, Segment, Track
from core.workflows.chat import Exchange, exchange_to_json

_LONGEST_DROPPED = 80  # characters


class Output(Protocol):
    """Where a conversation is shown."""

    def progress(self, progress: Progress) -> None:
        """How far loading and reading are."""
        ...

    def welcome(self, info: ModelInfo, media: Sequence[ShownMedium]) -> None:
        """Before the first question."""
        ...

    def part(self, text: str) -> None:
        """More of an answer."""
        ...

    def answered(self, exchange: Exchange) -> None:
        """An answer is complete; its text has been shown in parts."""
        ...

    def failed(self, line: str, error: str) -> None:
        """What was typed could not be done."""
        ...

    def media(self, media: Sequence[ShownMedium]) -> None:
        """What is talked about."""
        ...

    def history(self, exchanges: Sequence[Exchange], remembered: int) -> None:
        """What was said; the last `remembered` are known to the model."""
        ...

    def note(self, text: str) -> None:
        """Something for people only."""
        ...


class _WithProgress:
    """A line of progress on stderr, for people who watch it there, that goes away before anything else is written."""

    def __init__(self) -> None:
        self._progress_is_shown = False

    def progress(self, progress: Progress) -> None:
        """See `Output.progress`."""
        if sys.stderr.isatty():
            self._progress_is_shown = True
            show_progress(progress)

    def _end_progress(self) -> None:
        if self._progress_is_shown:
            self._progress_is_shown = False
            end_progress()


class TextOutput(_WithProgress):
    """For people. Notes are for those who watch; through a pipe only what was asked for is written."""

    def __init__(self, *, watched: bool) -> None:
        super().__init__()
        self._watched = watched
        self._line_is_open = False
        self._before: str | None = None

    def progress(self, progress: Progress) -> None:
        """Not in the middle of an answer: on a terminal it would take the place of its last line."""
        if not self._line_is_open:
            super().progress(progress)

    def welcome(self, info: ModelInfo, media: Sequence[ShownMedium]) -> None:
        """Which model, what it can do in a chat, and how to get help."""
        self._end_line()
        if not self._watched:
            return
        say(f"{info.name} on {info.device}. /help says what can be typed, Ctrl+D ends.")
        if not info.follows_chat:
            say("It answers each question by itself, about every medium shown, and does not know what was said before.")
        if media:
            self.media(media)

    def part(self, text: str) -> None:
        """As it comes, so that a long answer can be read while it is written."""
        self._end_progress()
        self._line_is_open = True
        say_part(printable(text))

    def answered(self, exchange: Exchange) -> None:
        """Regions in a table, then what was wrong."""
        self._end_line()
        reply = exchange.reply
        rows = [
            [media_name(exchange.media, answer.query.media_id), *_score_and_place(proposal)]
            for answer in reply.answers
            for proposal in answer.proposals
        ]
        if rows:
            head = ["medium", "score", "x1", "y1", "x2", "y2"]
            say(table([head if any(len(row) == len(head) for row in rows) else ["medium", "score", "time"], *rows]))
        if reply.error is not None:
            say(f"error: {reply.error}")
        for text in reply.dropped:
            say(f"dropped: {_short(text)}")
        for text in reply.warnings:
            say(f"warning: {text}")
        if reply.left_out:
            say(f"warning: the model has no room for the first {reply.left_out} exchange(s); /clear begins anew")
        if exchange.again and reply.text == self._before:
            self.note("The same answer again: the model is sure of it. /regenerate 1 draws more freely.")
        self._before = reply.text

    def failed(self, line: str, error: str) -> None:
        """One line on stderr, as for every command."""
        del line
        self._end_line()
        complain(error)

    def media(self, media: Sequence[ShownMedium]) -> None:
        """A numbered list."""
        rows = [[str(number), *_about(medium)] for number, medium in enumerate(media, 1)]
        say(table(rows) if rows else "No medium is shown. /media PATH… shows some.")

    def history(self, exchanges: Sequence[Exchange], remembered: int) -> None:
        """Questions and answers, with the media wherever they changed."""
        if not exchanges:
            say("Nothing was said yet.")
        shown: tuple[ShownMedium, ...] | None = None
        for number, exchange in enumerate(exchanges):
            if exchange.media != shown:
                shown = exchange.media
                known = "" if number >= len(exchanges) - remembered else " (the model does not know this any more)"
                say(f"-- {', '.join(' '.join(_about(medium)) for medium in shown) or 'no medium'}{known}")
            say(f"> {exchange.text}")
            say(printable(exchange.reply.text) or f"error: {exchange.reply.error}")

    def note(self, text: str) -> None:
        """To the terminal of who watches, else nowhere."""
        self._end_line()
        if self._watched:
            say(text)

    def _end_line(self) -> None:
        self._end_progress()
        if self._line_is_open:
            self._line_is_open = False
            say("")


class JsonOutput(_WithProgress):
    """For programs: `event` says what a line is."""

    def welcome(self, info: ModelInfo, media: Sequence[ShownMedium]) -> None:
        """Nothing: a program knows what it started."""
        del info, media
        self._end_progress()

    def part(self, text: str) -> None:
        """Nothing: an answer is printed when it is complete."""
        del text

    def answered(self, exchange: Exchange) -> None:
        """The answer."""
        self._end_progress()
        print_json(exchange_to_json(exchange))

    def failed(self, line: str, error: str) -> None:
        """The line that failed, and why."""
        self._end_progress()
        print_json({"event": "error", "line": line, "error": error})

    def media(self, media: Sequence[ShownMedium]) -> None:
        """What is talked about."""
        shown = [
            {
                "media": medium.source.path, "kind": medium.source.item.kind, "time_s": medium.at_s,
                "window_s": medium.window_s, "sense": _sense(medium),
            }
            for medium in media
        ]  # fmt: skip
        print_json({"event": "media", "media": shown})

    def history(self, exchanges: Sequence[Exchange], remembered: int) -> None:
        """Every answer again."""
        print_json(
            {
                "event": "history",
                "remembered": remembered,
                "exchanges": [exchange_to_json(exchange) for exchange in exchanges],
            }
        )

    def note(self, text: str) -> None:
        """On stderr, where a person may read it."""
        self._end_progress()
        if sys.stderr.isatty():
            sys.stderr.write(f"{text}\n")


def printable(text: str) -> str:
    """What a model wrote, without the characters by which it could steer a terminal."""
    return "".join(letter if letter.isprintable() or letter in "\n\t" else "\ufffd" for letter in text)


def _short(text: str) -> str:
    line = " ".join(printable(text).split())
    return line if len(line) <= _LONGEST_DROPPED else f"{line[:_LONGEST_DROPPED]}…"


def media_name(media: Sequence[ShownMedium], media_id: str) -> str:
    """The name of a medium in a table, with its number where there are several."""
    for number, medium in enumerate(media, 1):
        if medium.source.item.id == media_id:
            name = medium.source.item.path.rsplit("/", 1)[-1]
            return f"{number} {name}" if len(media) > 1 else name
    return media_id


def _sense(medium: ShownMedium) -> str:
    return "hear" if medium.source.item.kind == "audio" else medium.sense


def _about(medium: ShownMedium) -> list[str]:
    item = medium.source.item
    if medium.at_s is not None:
        return [item.path, f"at {medium.at_s:.2f} s"]
    if medium.window_s is not None:
        return [item.path, f"{medium.window_s[0]:.2f} s to {medium.window_s[1]:.2f} s"]
    if item.kind == "video" and medium.sense == "hear":
        return [item.path, "its sound"]
    return [item.path, f"{item.width} x {item.height}" if item.kind == "image" else f"{item.duration_s or 0:.2f} s"]


def _score_and_place(proposal: Proposal) -> list[str]:
    score = "-" if proposal.score is None else f"{proposal.score:.2f}"
    match proposal.region:
        case Box(x1, y1, x2, y2):
            return [score, *(f"{value:.1f}" for value in (x1, y1, x2, y2))]
        case Segment(start_s, end_s):
            return [score, f"{start_s:.2f} s to {end_s:.2f} s"]
        case Track(keys):
            return [score, f"a track of {len(keys)} boxes"]
