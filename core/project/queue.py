"""The queue of a project: which media a person wants to see, and what its list says of them. SQL does the work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, inspect, literal, not_, or_, select

from core.project import facts, log, reading, tables
from core.project.encoding import decode_fact
from core.project.present import chunks
from core.project.wording import fold
from core.schema import Answer, Change, MediaItem, MediaKind, ReviewState

STATES: tuple[ReviewState, ...] = ("new", "proposed", "in_work", "done", "needs_review")
KINDS: tuple[MediaKind, ...] = ("image", "video", "audio")
UNREVIEWED: frozenset[ReviewState] = frozenset(STATES) - {"done"}
_M = tables.media.c


@dataclass(frozen=True, slots=True)
class Filter:
    """What a medium must be to be listed; empty conditions ask for nothing, several must all hold.

    `expression`: it was asked of the medium, or stands on one of its annotations or "not present" records.
    `label_id`: an annotation has it, or a phrase that means it was asked. `text`: words that its path contains.
    """

    states: frozenset[ReviewState] = frozenset()
    kinds: frozenset[MediaKind] = frozenset()
    expression: str = ""
    label_id: str = ""
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything is wanted."""
        return not (self.states or self.kinds or self.expression or self.label_id or self.text.strip())


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Listed:
    """What the list needs to know of one medium. `changes` leave imports out: `decided` tells what came of them.

    `decided` are the proposals that standing annotations and verdicts came from.
    """

    state: ReviewState = "new"
    annotations: int = 0
    answers: tuple[Answer, ...] = ()
    changes: tuple[Change, ...] = ()
    decided: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue of an open project. `read` opens a connection that sees one state of the file.

    Every method may raise `ProjectError`, like those of `Project`.
    """

    read: Callable[[], AbstractContextManager[Connection]]

    def matching(self, wanted: Filter) -> list[int]:
        """The numbers of the media that fit a filter, ascending; `numbered` gives the media."""
        with self.read() as connection:
            return matching(connection, wanted)

    def by_benefit(self, wanted: Filter) -> list[int]:
        """Like `matching`, in the order of what looking at them is worth (`Measures.set_benefits`), not ascending."""
        with self.read() as connection:
            return by_benefit(connection, wanted)

    def numbered(self, seqs: Sequence[int]) -> list[MediaItem]:
        """The media of these numbers, ascending."""
        with self.read() as connection:
            return numbered(connection, seqs)

    def number_of(self, media_id: str) -> int | None:
        """The number of a medium; None when the project does not show it."""
        with self.read() as connection:
            return number_of(connection, media_id)

    def beside(self, seq: int, step: int, states: frozenset[ReviewState], limit: int = 1) -> list[int]:
        """The numbers of the nearest media after (`step` > 0) or before one, in any of these states."""
        with self.read() as connection:
            return beside(connection, seq, step, states, limit)

    def beside_by_benefit(self, seq: int, step: int, states: frozenset[ReviewState], limit: int = 1) -> list[int]:
        """Like `beside`, in the order of `by_benefit`."""
        with self.read() as connection:
            return beside_by_benefit(connection, seq, step, states, limit)

    def listed(self, media_ids: Sequence[str]) -> dict[str, Listed]:
        """What a list says of these media, for all of them at once."""
        with self.read() as connection:
            return listed(connection, media_ids)

    def unasked(self, expressions: Sequence[str], kinds: frozenset[MediaKind] = frozenset()) -> list[int]:
        """The numbers of the media, not done, on which not all of these expressions were answered yet."""
        with self.read() as connection:
            return unasked(connection, expressions, kinds)

    def phrases_by_use(self) -> list[str]:
        """Everything the team says, what was used most often first."""
        with self.read() as connection:
            known, used = reading.known_expressions(connection), used_expressions(connection)
        return sorted(known, key=lambda text: -used.get(fold(text), 0))


def matching(connection: Connection, wanted: Filter) -> list[int]:
    """The numbers (`seq`) of the media that fit, ascending."""
    _teach_folding(connection)
    query = select(_M.seq).where(*_conditions(wanted)).order_by(_M.seq)
    shown = facts.only_shown(connection)
    if shown is not None:
        query = query.where(shown)
    return list(connection.scalars(query))


def by_benefit(connection: Connection, wanted: Filter) -> list[int]:
    """Like `matching`, the media that are most worth looking at first; those that nobody worked out come last."""
    if not _has_benefits(connection):
        return matching(connection, wanted)
    _teach_folding(connection)
    query = select(_M.seq).outerjoin(tables.benefits, _JOINED).where(*_conditions(wanted))
    shown = facts.only_shown(connection)
    if shown is not None:
        query = query.where(shown)
    return list(connection.scalars(query.order_by(tables.benefits.c.benefit.desc().nulls_last(), _M.seq)))


def beside_by_benefit(
    connection: Connection, seq: int, step: int, states: frozenset[ReviewState], limit: int
) -> list[int]:
    """Like `beside`, in the order of `by_benefit`."""
    if not _has_benefits(connection):
        return beside(connection, seq, step, states, limit)
    known = tables.benefits.c
    here = connection.scalar(select(known.benefit).join(tables.media, _JOINED).where(_M.seq == seq))
    ranked = select(_M.seq).join(tables.benefits, _JOINED)
    rest = select(_M.seq).where(_M.id.not_in(select(known.media_id)))
    if step > 0:
        ranked, rest = ranked.order_by(known.benefit.desc(), _M.seq), rest.order_by(_M.seq)
    else:
        ranked, rest = ranked.order_by(known.benefit, _M.seq.desc()), rest.order_by(_M.seq.desc())
    further = _M.seq > seq if step > 0 else _M.seq < seq
    if here is None:
        parts = [rest.where(further)] if step > 0 else [rest.where(further), ranked]
    elif step > 0:
        parts = [ranked.where(known.benefit <= here, or_(known.benefit < here, further)), rest]
    else:
        parts = [ranked.where(known.benefit >= here, or_(known.benefit > here, further))]
    shown = facts.only_shown(connection)
    found: list[int] = []
    for part in parts:
        query = part.where(_state().in_(sorted(states)))
        query = query if shown is None else query.where(shown)
        found += connection.scalars(query.limit(limit - len(found))) if len(found) < limit else []
    return found


_JOINED = tables.benefits.c.media_id == _M.id


def _has_benefits(connection: Connection) -> bool:
    """Not so in a file of an older schema that is only read."""
    return inspect(connection).has_table(tables.benefits.name)


def numbered(connection: Connection, seqs: Sequence[int]) -> list[MediaItem]:
    """The media of these numbers, ascending."""
    found: list[MediaItem] = []
    for part in chunks(seqs):
        bodies = connection.scalars(select(_M.body).where(_M.seq.in_(part)).order_by(_M.seq))
        found.extend(decode_fact(MediaItem, body) for body in bodies)
    return found


def number_of(connection: Connection, media_id: str) -> int | None:
    """The number of a medium; None when the project does not show it."""
    if facts.media_row(connection, media_id) is None:
        return None
    return connection.scalar(select(_M.seq).where(_M.id == media_id))


def beside(connection: Connection, seq: int, step: int, states: frozenset[ReviewState], limit: int) -> list[int]:
    """The numbers of the next (`step` > 0) or previous media in one of these states, the nearest first."""
    nearer = _M.seq > seq if step > 0 else _M.seq < seq
    query = select(_M.seq).where(nearer, _state().in_(sorted(states)))
    shown = facts.only_shown(connection)
    if shown is not None:
        query = query.where(shown)
    return list(connection.scalars(query.order_by(_M.seq if step > 0 else _M.seq.desc()).limit(limit)))


def listed(connection: Connection, media_ids: Sequence[str]) -> dict[str, Listed]:
    """What a page of the list says of its media: a few queries for all of them."""
    states: dict[str, ReviewState] = dict.fromkeys(media_ids, "new")
    counts: dict[str, int] = {}
    decided: dict[str, set[str]] = {}
    answers: dict[str, list[Answer]] = {}
    for part in chunks(media_ids):
        for row in connection.execute(select(_M.id, _state().label("state")).where(_M.id.in_(part))):
            states[row.id] = row.state
        for table in (tables.annotations, tables.verdicts):
            proposal = func.json_extract(table.c.body, "$.proposal_id").label("proposal")
            query = select(table.c.media_id, proposal).where(table.c.media_id.in_(part), table.c.stands)
            for row in connection.execute(query):
                if table is tables.annotations:
                    counts[row.media_id] = counts.get(row.media_id, 0) + 1
                if row.proposal:
                    decided.setdefault(row.media_id, set()).add(row.proposal)
        said = tables.answers.c
        for row in connection.execute(
            select(said.media_id, said.body).where(said.media_id.in_(part)).order_by(said.seq)
        ):
            answers.setdefault(row.media_id, []).append(decode_fact(Answer, row.body))
    changes = log.work_on(connection, list(answers))
    return {
        media_id: Listed(
            states[media_id],
            counts.get(media_id, 0),
            tuple(answers.get(media_id, ())),
            tuple(changes.get(media_id, ())),
            frozenset(decided.get(media_id, ())),
        )
        for media_id in media_ids
    }


def used_expressions(connection: Connection) -> dict[str, int]:
    """How often each expression (folded) was asked or said "not present"."""
    counts: dict[str, int] = {}
    for table in (tables.answers, tables.verdicts):
        query = select(table.c.folded, func.count().label("times")).group_by(table.c.folded)
        for row in connection.execute(query):
            counts[row.folded] = counts.get(row.folded, 0) + row.times
    return counts


def unasked(connection: Connection, expressions: Iterable[str], kinds: frozenset[MediaKind]) -> list[int]:
    """The numbers of the media on which not every one of these was answered, by whatever model; done ones are not."""
    _teach_folding(connection)
    said = tables.answers.c
    open_ones = [
        _M.id.not_in(select(said.media_id).where(said.folded == fold(text), not_(said.failed))) for text in expressions
    ]
    query = select(_M.seq).where(or_(*open_ones), *_conditions(Filter(states=UNREVIEWED, kinds=kinds)))
    shown = facts.only_shown(connection)
    if shown is not None:
        query = query.where(shown)
    return list(connection.scalars(query.order_by(_M.seq)))


# --- conditions -----------------------------------------------------------------------------------


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(_stands_at(wanted.states))
    if wanted.kinds:
        found.append(func.json_extract(_M.body, "$.kind").in_(sorted(wanted.kinds)))
    if wanted.expression:
        found.append(_M.id.in_(_speaking_of(fold(wanted.expression))))
    if wanted.label_id:
        found.append(_M.id.in_(_labelled(wanted.label_id)))
    found.extend(_contains(word) for word in wanted.text.split())
    return found


def _state() -> ColumnElement[Any]:
    """What people said of a medium, else whether a model has answered on it; as `reading.review`."""
    reviews, said = tables.reviews.c, tables.answers.c
    by_people = select(reviews.state).where(reviews.id == _M.id, reviews.stands).scalar_subquery()
    by_model = exists().where(and_(said.media_id == _M.id, not_(said.failed)))
    return func.coalesce(by_people, case((by_model, literal("proposed")), else_=literal("new")))


def _stands_at(states: frozenset[ReviewState]) -> ColumnElement[bool]:
    """`_state` is one of these, said in sets: over a whole project that is several times faster."""
    reviews, said = tables.reviews.c, tables.answers.c
    by_people = select(reviews.id).where(reviews.stands)
    by_model = select(said.media_id).where(not_(said.failed))
    ways: list[ColumnElement[bool]] = [_M.id.in_(by_people.where(reviews.state.in_(sorted(states))))]
    if states >= {"new", "proposed"}:
        ways.append(_M.id.not_in(by_people))
    elif "proposed" in states:
        ways.append(and_(_M.id.in_(by_model), _M.id.not_in(by_people)))
    elif "new" in states:
        ways.append(and_(_M.id.not_in(by_model), _M.id.not_in(by_people)))
    return or_(*ways)


def _speaking_of(folded: str) -> Any:
    said, verdicts, annotations = tables.answers.c, tables.verdicts.c, tables.annotations.c
    words = func.json_each(annotations.body, "$.expressions").table_valued("value")
    spoken = exists().select_from(words).where(func.gl_fold(words.c.value) == folded)
    return (
        select(said.media_id)
        .where(said.folded == folded)
        .union(
            select(verdicts.media_id).where(verdicts.folded == folded, verdicts.stands),
            select(annotations.media_id).where(annotations.stands, spoken),
        )
    )


def _labelled(label_id: str) -> Any:
    said, annotations, phrases = tables.answers.c, tables.annotations.c, tables.phrases.c
    meaning = select(phrases.folded).where(phrases.label_id == label_id, phrases.stands)
    return (
        select(annotations.media_id)
        .where(annotations.label_id == label_id, annotations.stands)
        .union(select(said.media_id).where(said.folded.in_(meaning)))
    )


def _contains(word: str) -> ColumnElement[bool]:
    if word.isascii():  # LIKE knows capital letters of ASCII only, and is several times faster
        return _M.path.contains(word, autoescape=True)
    return func.instr(func.gl_fold(_M.path), fold(word)) > 0


def _teach_folding(connection: Connection) -> None:
    """Let this connection compare words as people do."""
    driver = connection.connection.driver_connection
    if driver is not None:
        driver.create_function("gl_fold", 1, fold, deterministic=True)
