"""The present state: checks the two sides of a Change against it and writes them. Knows no files and no undo."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Table, bindparam, func, select, update

from core.errors import Bug, StaleChangeError
from core.packed import Packed, rare, slices
from core.project import tables
from core.project.encoding import LongSides, decode_record, encode_record, record_kind
from core.project.wording import fold
from core.schema import Annotation, Attribute, Label, Phrase, Rating, Record, Review, SplitMark, Verdict

RECORD_TABLES: dict[str, Table] = {
    "label": tables.labels,
    "phrase": tables.phrases,
    "annotation": tables.annotations,
    "verdict": tables.verdicts,
    "review": tables.reviews,
    "split": tables.splits,
    "rating": tables.ratings,
    "attribute": tables.attributes,
}
_POSITIONS_PER_CHANGE = 1 << 24
MOST_AT_ONCE = 50_000  # records of a Change; more are checked and written by parts, to take little memory
_CHUNK = 500  # ids per query: well under what SQLite takes in one statement

Key = tuple[str, str]
AnyRow = Row[*tuple[Any, ...]]
T = TypeVar("T")


def chunks(values: Sequence[T], size: int = _CHUNK) -> Iterator[Sequence[T]]:
    """`values` in slices that fit one statement."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def key_of(record: Record) -> Key:
    """`(kind, id)`: what makes a record the same one."""
    return record_kind(record), record.id


def media_of(records: Iterable[Record]) -> set[str]:
    """The media that records are about; labels, phrases and attributes are about none."""
    found: set[str] = set()
    if isinstance(records, Packed):
        found, records = set(records.media), records.rare
    for record in records:
        match record:
            case Annotation() | Verdict() | Rating():
                found.add(record.media_id)
            case Review() | SplitMark():
                found.add(record.id)
            case Label() | Phrase() | Attribute():
                pass
    return found


def write_sides(
    connection: Connection,
    seq: int,
    before: Sequence[Record],
    after: Sequence[Record],
    sides: LongSides | None = None,
) -> None:
    """Check both sides of the Change numbered `seq`, then write them inside the caller's transaction.

    A long `after` is walked once: what is written of it is added to `sides` on the way.

    Raises `StaleChangeError` when the present is not as `before` says or the result would not hold together;
    the caller's transaction is then rolled back.
    """
    if len(before) + len(after) > MOST_AT_ONCE >= min(len(before), len(after)):
        _write_long(connection, seq, before, after, sides)
        return
    old, new = _by_key(before), _by_key(after)
    rows = _rows(connection, old.keys() | new.keys())
    _check_before(old, new, rows)
    _check_references(connection, old, new)
    _check_numbers(connection, old, new)
    _write(connection, seq, old, new, rows)
    _check_whole(connection, old, new)


def _write_long(
    connection: Connection,
    seq: int,
    before: Sequence[Record],
    after: Sequence[Record],
    sides: LongSides | None,
) -> None:
    """`write_sides` where one side is too long to be held: it is walked in parts, the other is held."""
    special = {key_of(one): one for one in (*rare(before), *rare(after))}
    if len(after) >= len(before):
        old = _by_key(before)
        gone = set(old)
        labels = [one for one in rare(after) if isinstance(one, Label)]
        parts: Iterable[list[Record]] = chain(
            [[*labels]],  # what others refer to goes first
            slices((one for one in after if not isinstance(one, Label)), MOST_AT_ONCE),
        )
        start = 0
        for part in parts:
            new = _by_key(part)
            replaced = {key: old[key] for key in new if key in old}
            bodies = _replace(connection, seq, replaced, new, start=start)
            if sides is not None:
                sides.add_after(bodies)
            gone -= new.keys()
            start += len(part)
        removed = {key: old[key] for key in gone}
        _check_before(removed, {}, _rows(connection, removed))
        _remove(connection, removed)
    else:
        new = _by_key(after)
        replaced = {}
        for part in slices(before, MOST_AT_ONCE):
            old = _by_key(part)
            _check_before(old, {}, _rows(connection, old))
            replaced |= {key: old[key] for key in old if key in new}
            _remove(connection, {key: old[key] for key in old if key not in new})
        removed = {key_of(one): one for one in rare(before) if key_of(one) not in new}
        _replace(connection, seq, replaced, new)
    _check_whole(connection, removed, {key: one for key, one in special.items() if key not in removed})


def _replace(
    connection: Connection, seq: int, old: dict[Key, Record], new: dict[Key, Record], *, start: int = 0
) -> list[str]:
    """Check and write records; their bodies, in their order."""
    rows = _rows(connection, new.keys())
    _check_before(old, new, rows)
    _check_references(connection, old, new)
    _check_numbers(connection, old, new)
    return _write(connection, seq, old, new, rows, start=start)


def _by_key(records: Sequence[Record]) -> dict[Key, Record]:
    keyed = {key_of(record): record for record in records}
    if len(keyed) != len(records):
        raise Bug("a Change names the same record twice on one side")
    return keyed


def _rows(connection: Connection, keys: Iterable[Key]) -> dict[Key, AnyRow]:
    ids: dict[str, list[str]] = {}
    for kind, id_ in keys:
        ids.setdefault(kind, []).append(id_)
    found: dict[Key, AnyRow] = {}
    for kind, wanted in ids.items():
        table = RECORD_TABLES[kind]
        for part in chunks(wanted):
            query = select(table.c.id, table.c.stands, table.c.body).where(table.c.id.in_(part))
            found.update({(kind, row.id): row for row in connection.execute(query)})
    return found


def _check_before(old: dict[Key, Record], new: dict[Key, Record], rows: dict[Key, AnyRow]) -> None:
    for key, record in old.items():
        row = rows.get(key)
        if row is None or not row.stands:
            raise _stale(f"a {key[0]} that it builds on is gone")
        if decode_record(row.body) != record:
            raise _stale(f"a {key[0]} that it builds on has changed")
    for key in new.keys() - old.keys():
        row = rows.get(key)
        if row is not None and row.stands:
            raise _stale(f"a {key[0]} that it adds is there already")


def _check_references(connection: Connection, old: dict[Key, Record], new: dict[Key, Record]) -> None:
    label_ids = {record.label_id for record in new.values() if isinstance(record, (Annotation, Phrase))}
    missing = {id_ for id_ in label_ids if ("label", id_) not in new}
    gone = {id_ for id_ in missing if ("label", id_) in old}
    table = tables.labels
    for part in chunks(sorted(missing)):
        query = select(table.c.id).where(table.c.id.in_(part), table.c.stands.is_(True))
        missing -= set(connection.scalars(query))
    if gone or missing:
        raise _stale("a label that it uses is gone")
    media_ids = media_of(new.values())
    for part in chunks(sorted(media_ids)):
        media_ids -= set(connection.scalars(select(tables.media.c.id).where(tables.media.c.id.in_(part))))
    if media_ids:
        raise _stale("a medium that it speaks of is not in the project")


def _check_numbers(connection: Connection, old: dict[Key, Record], new: dict[Key, Record]) -> None:
    """A label's number is its own for ever, also after the label was removed."""
    added = {record.number: record.id for record in new.values() if isinstance(record, Label)}
    if len(added) != sum(isinstance(record, Label) for record in new.values()):
        raise _stale("two labels have the same number")
    for key, record in new.items():
        replaced = old.get(key)
        if isinstance(record, Label) and isinstance(replaced, Label) and record.number != replaced.number:
            raise Bug("a label's number never changes")
    table = tables.labels
    for part in chunks(sorted(added)):
        for row in connection.execute(select(table.c.id, table.c.number).where(table.c.number.in_(part))):
            if added[row.number] != row.id:
                raise _stale(f"label number {row.number} has been given to another label")


def _check_whole(connection: Connection, old: dict[Key, Record], new: dict[Key, Record]) -> None:
    """What must hold afterwards: nothing uses a removed label, and a phrase and an attribute's name stand once."""
    removed = [id_ for kind, id_ in old.keys() - new.keys() if kind == "label"]
    for table in (tables.annotations, tables.phrases):
        for part in chunks(removed):
            query = select(table.c.id).where(table.c.label_id.in_(part), table.c.stands.is_(True)).limit(1)
            if connection.scalar(query) is not None:
                raise _stale("a label that it takes away is in use")
    said = {fold(record.expression) for record in new.values() if isinstance(record, Phrase)}
    if _stands_twice(connection, tables.phrases, said):
        raise _stale("the phrase is known already")
    named = {fold(record.name) for record in new.values() if isinstance(record, Attribute)}
    if _stands_twice(connection, tables.attributes, named):
        raise _stale("there is an attribute of that name already")


def _stands_twice(connection: Connection, table: Table, folded: set[str]) -> bool:
    for part in chunks(sorted(folded)):
        query = select(table.c.folded).where(table.c.folded.in_(part), table.c.stands.is_(True))
        if connection.scalar(query.group_by(table.c.folded).having(func.count() > 1).limit(1)) is not None:
            return True
    return False


def _write(
    connection: Connection,
    seq: int,
    old: dict[Key, Record],
    new: dict[Key, Record],
    rows: dict[Key, AnyRow],
    *,
    start: int = 0,
) -> list[str]:
    inserts: dict[str, list[tuple[object, ...]]] = {}
    updates: dict[str, list[dict[str, object]]] = {}
    bodies: list[str] = []
    for index, (key, record) in enumerate(new.items(), start=start):
        body = encode_record(record)
        bodies.append(body)
        if key in rows:
            values = {"stands": True, "body": body, **_columns(record)}
            updates.setdefault(key[0], []).append({"key_id": key[1], **values})
        else:
            position = seq * _POSITIONS_PER_CHANGE + index
            inserts.setdefault(key[0], []).append((key[1], position, True, body, *_columns(record).values()))
    for kind, rows_of_kind in inserts.items():
        first = next(record for key, record in new.items() if key[0] == kind and key not in rows)
        names = ("id", "position", "stands", "body", *_columns(first))
        marks = ", ".join("?" * len(names))
        # The driver itself: there may be a million rows, and SQLAlchemy looks at each value of each.
        statement = f"INSERT INTO {RECORD_TABLES[kind].name} ({', '.join(names)}) VALUES ({marks})"
        connection.exec_driver_sql(statement, rows_of_kind)
    for kind, values_list in updates.items():
        table = RECORD_TABLES[kind]
        connection.execute(update(table).where(table.c.id == bindparam("key_id")), values_list)
    _remove(connection, old.keys() - new.keys())
    return bodies


def _remove(connection: Connection, keys: Iterable[Key]) -> None:
    removed: dict[str, list[dict[str, object]]] = {}
    for kind, id_ in keys:
        removed.setdefault(kind, []).append({"key_id": id_, "stands": False})
    for kind, values_list in removed.items():
        table = RECORD_TABLES[kind]
        connection.execute(update(table).where(table.c.id == bindparam("key_id")), values_list)


def _columns(record: Record) -> dict[str, object]:
    """What is kept beside the JSON text, to be found by."""
    match record:
        case Label():
            return {"number": record.number}
        case Phrase():
            return {"folded": fold(record.expression), "label_id": record.label_id}
        case Annotation():
            return {"media_id": record.media_id, "label_id": record.label_id}
        case Verdict():
            return {"media_id": record.media_id, "kind": record.kind, "folded": fold(record.expression)}
        case Review():
            return {"state": record.state}
        case SplitMark():
            return {"split": record.split}
        case Rating():
            return {"media_id": record.media_id}
        case Attribute():
            return {"folded": fold(record.name)}


def _stale(why: str) -> StaleChangeError:
    return StaleChangeError(
        "The project has changed in the meantime; nothing was written", why=why, next_step="Look again and repeat it"
    )
