"""What the window tells a person without stopping them: one message type, one place to post it."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QObject, Signal

from core.errors import ModelCrashedError, UserError
from desktop import core_words

NoticeKind = Literal["info", "success", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Notice:
    """What happened, why, and what to do next; `details` is for copying into a report of a fault.

    `is_fault`: GroundLabel itself is to blame, so the diagnostic report is offered.
    """

    kind: NoticeKind
    what: str
    why: str = ""
    next_step: str = ""
    details: str = ""
    is_fault: bool = False

    @property
    def text(self) -> str:
        """The whole message as plain lines, as it is copied."""
        return "\n".join(part for part in (self.what, self.why, self.next_step, self.details) if part)


def notice_from_error(error: BaseException) -> Notice:
    """The message for an error: a person's to mend, or a fault of GroundLabel itself."""
    if isinstance(error, UserError):
        what, why, next_step = map(core_words.said, (error.what, error.why, error.next_step))
        is_fault = isinstance(error, ModelCrashedError)  # the last words of its process are in the report
        return Notice("error", what, why, next_step, _details(error), is_fault=is_fault)
    return Notice(
        "error",
        QCoreApplication.translate("Notices", "Something went wrong inside GroundLabel"),
        f"{type(error).__name__}: {error}",
        QCoreApplication.translate(
            "Notices", "Your work is saved. You can go on; please add the report when you tell of this."
        ),
        _details(error),
        is_fault=True,
    )


def notice_of_bad_end(trace: str) -> Notice:
    """The message at the start after a crash."""
    return Notice(
        "warning",
        QCoreApplication.translate("Notices", "GroundLabel ended unexpectedly the last time"),
        QCoreApplication.translate("Notices", "Everything you had done is saved, and you are back where you were."),
        QCoreApplication.translate("Notices", "A report of what happened helps to find the fault."),
        trace,
        is_fault=True,
    )


def notice_of_newer_settings() -> Notice:
    """The message at the start where a newer version wrote the settings."""
    return Notice(
        "info",
        QCoreApplication.translate("Notices", "A newer GroundLabel wrote the settings"),
        QCoreApplication.translate("Notices", "They hold as far as this version knows them, and stay as they are."),
        QCoreApplication.translate("Notices", "What you change here is kept apart from them."),
    )


def _details(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)).strip()


class Notices(QObject):
    """Where controllers post what a person should know. Whoever shows messages listens to `posted`."""

    posted = Signal(object)  # Notice
    hinted = Signal(str)  # a short remark that may pass unseen

    def post(self, notice: Notice) -> None:
        self.posted.emit(notice)

    def error(self, error: BaseException) -> None:
        self.posted.emit(notice_from_error(error))

    def info(self, what: str, why: str = "") -> None:
        self.posted.emit(Notice("info", what, why))

    def warning(self, what: str, why: str = "", next_step: str = "") -> None:
        self.posted.emit(Notice("warning", what, why, next_step))

    def hint(self, text: str) -> None:
        self.hinted.emit(text)
