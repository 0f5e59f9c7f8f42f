"""`chat [MEDIA…]`: a conversation about media, at a terminal or one question a line through a pipe."""

from __future__ import annotations

import argparse
import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from core.commands.chat_input import Questions, stoppable
from core.commands.chat_output import JsonOutput, Output, TextOutput
from core.commands.terminal import add_model_arguments, author, open_grounder, usual_model
from core.errors import Bug, Cancelled, MediaError, UserError
from core.grounding.protocol import ChatPart, ChatReply, ShownMedium
from core.jobs import JobContext
from core.media import probe
from core.schema import MediaKind, ModelInfo, Sense
from core.workflows.ask import medium_at
from core.workflows.chat import DRAWN_TEMPERATURE, Conversation, check_chat, check_shown

_DONE, _SKIPPED = 0, 3
_HOTTEST = 2.0
_TIMES = re.compile(r"(?P<path>.+)@(?P<start>\d+(?:\.\d+)?)(?:-(?P<end>\d+(?:\.\d+)?))?")
_MEANT = re.compile(r"@(?P<number>\d+)\s+(?P<text>\S.*)")

HELP = (
    "A line is a question. With several media, @2 in front of it means the second.",
    "/media                what is talked about",
    "/media PATH…          talk about these instead; PATH@3.5 is a video's frame at 3.5 s, PATH@2-8 a stretch of time",
    "/add PATH…            show these as well",
    "/hear PATH…           show the sound of these videos as well",
    "/regenerate [T]       the last question again, the answer drawn by lot (T from 0 to 2, the larger the freer)",
    "/history              what was said",
    "/clear                forget what was said",
    "/help                 this",
    "/quit                 end; so does the end of the input. Ctrl+C stops an answer, and once more ends",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments (`docs/cli.md`)."""
    parser.add_argument("media", metavar="MEDIA", nargs="*", help="pictures, videos, sounds: what is talked about")
    add_model_arguments(parser, by_medium=True)
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn by lot when an answer is given again")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line for each answer")


def run(args: argparse.Namespace) -> int:
    """Talk until the input ends; 0, or through a pipe 3 when a question was not answered."""
    media = [shown_at(text) for text in args.media]
    questions = Questions(quiet=args.json)
    output: Output = JsonOutput() if args.json else TextOutput(watched=questions.watched)
    context = JobContext(report=output.progress)
    args.model = args.model or usual_model(_first_kind(media))
    with open_grounder(args) as grounder:
        info = grounder.load(context)
        check_chat(info)
        check_shown(info, media)
        conversation = Conversation(grounder, media, seed=args.seed, author=author())
        output.welcome(info, conversation.media)
        talk = _Talk(conversation, output, context, info)
        for line in questions:
            try:
                if not talk.hear(line):
                    break
            except Cancelled:
                if not questions.watched:
                    raise
                questions.interrupted = True
                output.note("Stopped.")
        return _SKIPPED if talk.failed and not questions.watched else _DONE


def _first_kind(media: Sequence[ShownMedium]) -> MediaKind:
    """What decides on the model where none is named."""
    if not media or media[0].at_s is not None:
        return "image"
    return "audio" if media[0].sense == "hear" else media[0].source.item.kind


def shown_at(text: str, sense: Sense = "see") -> ShownMedium:
    """A medium by its path, `PATH@SECONDS` for a frame or `PATH@START-END` for a stretch. Raises `UserError`."""
    times = None if Path(text).exists() else _TIMES.fullmatch(text)
    source = medium_at(Path(text if times is None else times["path"]))
    if sense == "hear" and not probe(Path(source.path)).has_audio:
        raise MediaError(f"{source.path} holds no sound", next_step="Name a sound, or a video that has one")
    if times is None:
        return ShownMedium(source, sense=sense)
    start = float(times["start"])
    if source.item.kind == "image":
        raise UserError(f"{times['path']} has no time", why="It is a picture", next_step="Name it without the @")
    if times["end"] is not None:
        return ShownMedium(source, window_s=(start, float(times["end"])), sense=sense)
    if source.item.kind == "audio" or sense == "hear":
        raise UserError(
            f"{times['path']} has no frame at {start:g} s", why="It is heard", next_step="Name a stretch: PATH@2-8"
        )
    return ShownMedium(source, at_s=start, sense=sense)


class _Talk:
    """What a line does: a command, or a question."""

    def __init__(self, conversation: Conversation, output: Output, context: JobContext, info: ModelInfo) -> None:
        self._conversation = conversation
        self._output = output
        self._context = context
        self._info = info
        self.failed = False

    def hear(self, line: str) -> bool:
        """Do what a line says; False when it ends the chat. What goes wrong is shown. Raises `Cancelled`."""
        name, _, rest = line.partition(" ") if line.startswith("/") else ("", "", line)
        if name in ("/quit", "/exit"):
            return False
        try:
            self._do(name, rest.strip())
        except (UserError, Bug) as error:  # a model that stumbles over a question may well answer the next
            self.failed = True
            self._output.failed(line, str(error))
        return True

    def _do(self, name: str, rest: str) -> None:
        match name:
            case "":
                self._ask(rest)
            case "/media" | "/add" | "/hear":
                self._show(name, rest)
            case "/regenerate":
                temperature = _temperature(rest)
                self._answer(lambda context: self._conversation.ask_again(context, temperature=temperature))
            case "/history":
                self._output.history(self._conversation.exchanges, self._conversation.remembered)
            case "/clear":
                self._conversation.clear()
                self._output.note("Nothing of what was said is remembered.")
            case "/help":
                self._output.note("\n".join(HELP))
            case _:
                raise UserError(f"There is no {name}", next_step="/help says what there is")

    def _show(self, name: str, rest: str) -> None:
        shown = [shown_at(path, "hear" if name == "/hear" else "see") for path in _paths(rest)]
        if name != "/media" and not shown:
            raise UserError(f"{name} wants the path of a medium", next_step="/help says what there is")
        check_shown(self._info, shown)
        if name != "/media":
            self._conversation.add_media(shown)
        elif shown:
            self._conversation.change_media(shown)
        self._output.media(self._conversation.media)

    def _ask(self, text: str) -> None:
        meant, media = _MEANT.fullmatch(text), self._conversation.media
        if meant is None:
            self._answer(lambda context: self._conversation.ask(text, context))
            return
        number = int(meant["number"])
        if not 1 <= number <= len(media):
            raise UserError(
                f"There is no medium {number}", why=f"{len(media)} are shown", next_step="/media lists them"
            )
        self._answer(lambda context: self._conversation.ask(meant["text"], context, about=number - 1))

    def _answer(self, ask: Callable[[JobContext], Iterator[ChatPart | ChatReply]]) -> None:
        with stoppable(self._context) as context:
            for content in ask(context):
                if isinstance(content, ChatPart):
                    self._output.part(content.text)
        exchange = self._conversation.exchanges[-1]
        self.failed = self.failed or exchange.reply.error is not None
        self._output.answered(exchange)


def _paths(text: str) -> list[str]:
    """Paths as one would type them in a shell; a file whose name has spaces needs no quotes where it is alone."""
    if not text:
        return []
    if Path(text).exists():
        return [text]
    lexer = shlex.shlex(text, posix=True, punctuation_chars=False)
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""  # a backslash is a part of Windows' paths
    try:
        return [str(Path(path).expanduser()) for path in lexer]
    except ValueError as error:
        raise UserError("The paths cannot be told apart", why=str(error), next_step="Close the quotes") from error


def _temperature(text: str) -> float:
    if not text:
        return DRAWN_TEMPERATURE
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= _HOTTEST:
        raise UserError(f"{text!r} is no temperature", next_step=f"Give a number from 0 to {_HOTTEST:g}")
    return value
