"""What happened to an item's questions, in one line for people."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from core.schema import Answer
from desktop.session.showing import Contents

SHOWN = 4


def _tr(text: str) -> str:
    return QCoreApplication.translate("Summaries", text)


def answer_lines(answer: Answer) -> str:
    """One answer in a few words."""
    said = answer.query.expression
    if answer.error is not None:
        return _tr("“{said}”: the answer could not be understood").format(said=said)
    if not answer.proposals:
        return _tr("“{said}”: not found{score}").format(said=said, score=_score(answer))
    if len(answer.proposals) == 1:
        return _tr("“{said}”: 1 proposal").format(said=said)
    return _tr("“{said}”: {count} proposals").format(said=said, count=len(answer.proposals))


def bar_summary(contents: Contents, *, in_time: bool = False) -> str:
    """What waits for a decision; else what the last answer was. Empty when nothing was asked."""
    if contents.pending:
        open_counts: dict[str, int] = {}
        for pending in contents.pending:
            said = pending.answer.query.expression
            open_counts[said] = open_counts.get(said, 0) + 1
        parts = [_tr("“{said}”: {count}").format(said=said, count=n) for said, n in open_counts.items()]
        waiting = _tr("{list} to decide").format(list=_joined(parts))
        absent = [answer_lines(a) for a in contents.answers if not a.proposals and not _settled(a, contents)]
        return "  ·  ".join([*absent[-SHOWN:], waiting])  # what waits is on the picture too, what is absent only here
    if contents.below:
        if contents.below == 1:
            return _tr("1 proposal is hidden by the slider")
        return _tr("{count} proposals are hidden by the slider").format(count=contents.below)
    if contents.put_away:
        return _tr("{count} proposals put away undecided  ·  the menu Ask shows them").format(count=contents.put_away)
    if not contents.answers:
        return ""
    last = contents.answers[-1]
    if not last.proposals:
        if _settled(last, contents):
            return ""
        said = answer_lines(last)
        hint = _tr("N says so too, a drag makes what was missed") if in_time else ""
        hint = hint or _tr("N says so too, R draws what was missed")
        return said if last.error is not None else said + "  ·  " + hint
    return _tr("“{said}”: all decided").format(said=last.query.expression)


def _settled(answer: Answer, contents: Contents) -> bool:
    """Whether a person has said themselves that it is not there, or drawn it."""
    said = answer.query.expression.casefold()
    return any(verdict.expression.casefold() == said for verdict in contents.absent) or any(
        said == text.casefold() for item in contents.annotations for text in item.expressions
    )


def _score(answer: Answer) -> str:
    """How sure the model is that it is absent, if it says so."""
    return "" if answer.presence_score is None else f" ({1 - answer.presence_score:.2f})"


def _joined(parts: list[str]) -> str:
    """The newest few in the order of asking."""
    shown = ", ".join(parts[-SHOWN:])
    more = len(parts) - SHOWN
    return shown if more <= 0 else _tr("{list} and {count} more").format(list=shown, count=more)
