"""Talking with the model about an item: one conversation for each, kept as long as the project is open.

An answer belongs to the item that was asked about, wherever the person is when it comes. Its boxes and spans are kept
like those of any answer, and wait on the item as proposals.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, Signal

from core.errors import GroundLabelError, ModelCrashedError, ModelError, UserError
from core.evaluation.calibration import Calibrator
from core.grounding.protocol import Chat, ChatPart, ChatQuestion, ChatReply, ShownMedium
from core.jobs import JobContext, Progress
from core.project import acts
from core.schema import MediaItem, MediaKind, ModelInfo, Rating, RatingValue, new_id
from core.workflows.chat import Conversation, Exchange, answers_to_keep, check_chat, check_shown
from desktop import core_words
from desktop.runner import Callbacks, Job, Priority, Runner
from desktop.session.chat_entries import Entry, EntryState, Fates, earlier_entries, entry_of, fates_of
from desktop.session.models import LaneGrounder, Models
from desktop.session.notices import Notices
from desktop.session.transport import Transport
from desktop.session.workspace import Workspace

_LOG = logging.getLogger(__name__)
Put = Callable[[JobContext], Iterator[ChatPart | ChatReply]]


class _Line:
    """Whoever answers now: another model may be chosen between two questions of a conversation."""

    def __init__(self) -> None:
        self.chat: Chat | None = None

    def converse(self, question: ChatQuestion, context: JobContext) -> Iterator[ChatPart | ChatReply]:
        if self.chat is None:
            raise ModelError("No model is there to answer")
        yield from self.chat.converse(question, context)


@dataclass(slots=True)
class _Talk:
    """The conversation about one item. While `job` runs, the lane alone touches `conversation`."""

    item: MediaItem
    line: _Line
    conversation: Conversation
    said: list[tuple[str, Exchange]] = field(default_factory=list)  # with the ids of their entries
    asked: str = ""  # the question that waits, was stopped, or failed; "" when the last one was answered
    asked_id: str = ""
    text: str = ""
    note: str = ""
    state: EntryState = "answered"
    again: bool = False
    job: Job | None = None
    model: str = ""  # who was asked last

    def shown(self, media: tuple[ShownMedium, ...]) -> None:
        if self.conversation.media != media:  # the file lies elsewhere now
            self.conversation.change_media(media)


def converse_in_lane(
    grounder: LaneGrounder, talk: _Talk, put: Put, context: JobContext
) -> Iterator[ModelInfo | ChatPart | Exchange]:
    """Runs in the model lane: what the model is, parts of its answer as they are written, the whole at the end."""
    info = grounder.load(context)
    yield info
    check_chat(info)
    check_shown(info, talk.conversation.media)
    talk.line.chat = grounder if isinstance(grounder, Chat) else None
    for content in put(context):
        yield talk.conversation.exchanges[-1] if isinstance(content, ChatReply) else content
    if (now := grounder.load(context)) != info:  # it gave way for want of memory
        yield now


class Chatting(QObject):
    """One conversation per item. What is said goes through the model's lane, one question after the other."""

    changed = Signal(str)  # media id: other entries, or another state
    grew = Signal(str, str)  # media id, the text so far of the answer that is being written
    progressed = Signal(str, object)  # media id, Progress
    answered = Signal(object, str)  # MediaItem, the answer's text

    def __init__(
        self,
        workspace: Workspace,
        models: Models,
        transport: Transport,
        runner: Runner,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._models = models
        self._transport = transport
        self._is_about_frame = False
        self._runner = runner
        self._notices = notices
        self._talks: dict[str, _Talk] = {}
        self.curves: Mapping[str, Calibrator] = {}  # what scores mean in this project, by model id
        workspace.closing.connect(self.cancel)
        workspace.closed.connect(self._forget)

    def _forget(self) -> None:
        self._talks.clear()
        self.curves = {}

    # --- what there is to show ---------------------------------------------------------------

    def entries(self, media_id: str) -> tuple[Entry, ...]:
        """The conversation about an item, before it the answers that were rated in earlier sessions."""
        project, talk = self._workspace.project, self._talks.get(media_id)
        if project is None:
            return ()
        ratings = {rating.id: rating for rating in project.ratings(media_id)}
        said = talk.said if talk is not None else []
        fates = fates_of(project, media_id, self.curves) if ratings or said else Fates()
        shown = said[:-1] if talk is not None and talk.job is not None and talk.again else said
        found = [entry_of(entry_id, exchange, ratings.get(entry_id), fates) for entry_id, exchange in shown]
        if talk is not None and talk.asked:
            found.append(Entry(talk.asked_id, talk.asked, talk.text, note=talk.note, state=talk.state))
        if found:
            found[-1] = replace(found[-1], is_last=True)
        return (*earlier_entries(list(ratings.values()), {entry_id for entry_id, _ in said}, fates), *found)

    def is_running(self, media_id: str) -> bool:
        """Whether an answer about this item is awaited."""
        talk = self._talks.get(media_id)
        return talk is not None and talk.job is not None

    def obstacle(self) -> str:
        """Why no question can be put about the current item, as far as is known; "" when one can."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return self.tr("There is no item to talk about")
        info = self._models.info_for(self.kind)
        if info is None:  # its first question loads it, and tells
            return ""
        try:
            check_chat(info)
            at_s = self._transport.position_s if self.is_about_frame else None
            check_shown(info, (ShownMedium(project.places.source(item), at_s),))
        except UserError as error:
            return core_words.error_text(error)
        return ""

    @property
    def is_about_frame(self) -> bool:
        """Whether a question now is about the frame that is shown, not all of the video."""
        item = self._workspace.current
        return self._is_about_frame and item is not None and item.kind == "video"

    @property
    def kind(self) -> MediaKind:
        """What the model sees of the current item: a frame is a picture."""
        item = self._workspace.current
        return "image" if item is None or self.is_about_frame else item.kind

    # --- what a person does ------------------------------------------------------------------

    def set_about_frame(self, wanted: bool) -> None:
        """Talk about the frame that a video stands at, or about all of it. Other media stay whole."""
        item = self._workspace.current
        if wanted != self._is_about_frame:
            self._is_about_frame = wanted
            self.changed.emit(item.id if item is not None else "")

    def ask(self, text: str) -> bool:
        """Put a question about the current item. False when it cannot even begin (a notice says why)."""
        item, asked = self._workspace.current, text.strip()
        if item is None or not asked or self.is_running(item.id):
            return False
        talk = self._talk(item)
        if talk is None:
            return False
        return self._put(talk, asked, lambda context: talk.conversation.ask(asked, context), again=False)

    def ask_again(self) -> bool:
        """Put the last question about the current item again; an answer is drawn anew, by lot."""
        item = self._workspace.current
        talk = self._talks.get(item.id) if item is not None else None
        if item is None or talk is None or talk.job is not None:
            return False
        if talk.asked:  # it was stopped or failed
            return self.ask(talk.asked)
        if not talk.said or self._talk(item) is None:
            return False
        return self._put(talk, talk.said[-1][1].text, talk.conversation.ask_again, again=True)

    def cancel(self, media_id: str = "") -> bool:
        """Stop the question about an item, or every one. False when none was running."""
        jobs = [talk.job for key, talk in self._talks.items() if talk.job is not None and media_id in ("", key)]
        for job in jobs:
            job.cancel()
        return bool(jobs)

    def clear(self) -> None:
        """Forget what was said about the current item. Boxes and ratings stay: they are the project's."""
        item = self._workspace.current
        if item is not None and not self.is_running(item.id) and self._talks.pop(item.id, None) is not None:
            self.changed.emit(item.id)

    def rate(self, entry_id: str, value: RatingValue) -> None:
        """Say what an answer about the current item is worth; the same value again takes it back."""
        project, item = self._workspace.project, self._workspace.current
        if project is None or item is None:
            return
        present = next((rating for rating in project.ratings(item.id) if rating.id == entry_id), None)
        wanted = self._rating(item, entry_id, value, present)
        try:
            applied = project.apply(acts.rate(present, wanted))
        except UserError as error:
            self._notices.error(error)
            return
        self._notices.hint(applied.title)

    def _rating(self, item: MediaItem, entry_id: str, value: RatingValue, present: Rating | None) -> Rating | None:
        if present is not None:
            return None if present.value == value else replace(present, value=value)
        talk = self._talks.get(item.id)
        exchange = next((said for key, said in talk.said if key == entry_id), None) if talk is not None else None
        if exchange is None:
            return None
        reply = exchange.reply
        queries = tuple(answer.query.id for answer in reply.answers)
        return Rating(entry_id, item.id, value, exchange.text, reply.text, reply.model_id, queries)

    # --- asking ------------------------------------------------------------------------------

    def _talk(self, item: MediaItem) -> _Talk | None:
        """The conversation about an item, begun if need be, on the file where it lies now."""
        project = self._workspace.project
        if project is None:
            return None
        try:
            media = (ShownMedium(project.places.source(item), self._frame_s()),)
        except UserError as error:
            self._notices.error(error)
            return None
        talk = self._talks.get(item.id)
        if talk is None:
            line = _Line()
            talk = self._talks[item.id] = _Talk(item, line, Conversation(line, media, author=project.author))
        talk.shown(media)
        return talk

    def _frame_s(self) -> float | None:
        """The time of the frame that is talked about, at which playing ends; None for a whole medium."""
        if not self.is_about_frame:
            return None
        self._transport.pause()  # at rest it stands at the time of a frame
        return self._transport.position_s

    def _put(self, talk: _Talk, asked: str, put: Put, *, again: bool) -> bool:
        talk.model = self._models.model_for(self.kind)
        try:
            grounder = self._models.grounder(self.kind)
        except UserError as error:
            self._models.note_failure(error, talk.model)
            self._notices.error(error)
            return False

        def task(context: JobContext) -> Iterator[ModelInfo | ChatPart | Exchange]:
            return converse_in_lane(grounder, talk, put, context)

        talk.asked, talk.asked_id, talk.text, talk.note = asked, new_id(), "", ""
        talk.state, talk.again = "waiting", again
        callbacks = Callbacks(
            item=lambda said: self._take(talk, said),
            progress=lambda progress: self._progress(talk, progress),
            failed=lambda error: self._fail(talk, error),
            cancelled=lambda: self._stop(talk),
            ended=lambda: self._end(talk),
        )
        talk.job = self._runner.submit("model", task, callbacks, priority=Priority.NOW)
        self._models.note_loading(talk.model)
        self.changed.emit(talk.item.id)
        return True

    def _is_current(self, talk: _Talk) -> bool:
        current = self._workspace.current
        return current is not None and current.id == talk.item.id

    def _progress(self, talk: _Talk, progress: Progress) -> None:
        self.progressed.emit(talk.item.id, progress)

    def _take(self, talk: _Talk, said: ModelInfo | ChatPart | Exchange) -> None:
        if isinstance(said, ModelInfo):
            self._models.note_info(said, talk.model)
        elif self._talks.get(talk.item.id) is not talk:
            return  # the project was closed while the model was thinking
        elif isinstance(said, ChatPart):
            talk.text += said.text
            self.grew.emit(talk.item.id, talk.text)
        else:
            self._file(talk, said)

    def _file(self, talk: _Talk, exchange: Exchange) -> None:
        """An answer is complete: it joins the conversation, and what it offers joins the item."""
        project = self._workspace.project
        if talk.again:
            talk.said.pop()
        talk.said.append((talk.asked_id, exchange))
        talk.asked = talk.text = ""
        talk.again = False
        if project is not None and not project.read_only and exchange.reply.answers:
            try:
                project.record_answers(answers_to_keep(exchange.reply))
            except UserError as error:
                self._notices.error(error)
            else:
                self._workspace.answers_changed.emit(talk.item.id)
        self.answered.emit(talk.item, exchange.reply.text)

    def _stop(self, talk: _Talk) -> None:
        self._leave_open(talk, "stopped", "")
        self._settle_model(talk)

    def _fail(self, talk: _Talk, error: Exception) -> None:
        was_loading = isinstance(error, ModelError) and self._models.state_of(talk.model) != "ready"
        if was_loading or isinstance(error, ModelCrashedError):
            self._models.note_failure(error, talk.model)
        else:
            self._settle_model(talk)
        if not isinstance(error, GroundLabelError):
            _LOG.error("a question of a conversation failed", exc_info=error)
        if talk.again or not self._is_current(talk) or not isinstance(error, UserError):
            self._notices.error(error)
        note = core_words.error_text(error) if isinstance(error, UserError) else str(error)
        self._leave_open(talk, "failed", note)

    def _leave_open(self, talk: _Talk, state: EntryState, note: str) -> None:
        """A question without an answer can be put again; the answer that another one was wanted for stays."""
        talk.state, talk.note = state, note
        if talk.again:
            talk.asked, talk.again = "", False

    def _end(self, talk: _Talk) -> None:
        talk.job = None
        self.changed.emit(talk.item.id)

    def _settle_model(self, talk: _Talk) -> None:
        """A question that ended before the model said anything leaves it as unloaded as it was."""
        if self._models.state_of(talk.model) == "loading":
            self._models.note_idle(talk.model)
