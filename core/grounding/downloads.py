"""One file over HTTP: resumed where it stopped, tried again when the line is cut, checked by hash before it counts.

Knows no hub and no models. The unfinished file stands beside its place as `NAME.part` and survives everything
but a wrong hash.
"""

from __future__ import annotations

import hashlib
import http.client
import re
import shutil
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import IO, Any, Literal

from core.about import version
from core.errors import ModelError
from core.jobs import JobContext

TIMEOUT_S = 20.0  # for a connection, and for each piece of it
BACKOFF_S = 1.0  # before the first new attempt; doubled before each further one
ATTEMPTS = 6  # in a row without a single new byte
MARGIN_BYTES = 50_000_000  # left free on the disk
_BLOCK_BYTES = 1 << 18
_MB = 1_000_000
_TRY_AGAIN = frozenset({408, 416, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Digest:
    """What a file's content must hash to: plain SHA-256, or git's SHA-1 of a blob."""

    kind: Literal["sha256", "git"]
    value: str


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file to fetch. `path` is its place in the model's folder, POSIX; None is what nobody told."""

    path: str
    url: str
    size: int | None
    digest: Digest | None


class _CutError(Exception):
    """The line broke, or the server asks to come again: worth another attempt."""


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Follows redirects, but never from a safe line to an open one."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        if req.type == "https" and not newurl.lower().startswith("https:"):
            raise urllib.error.HTTPError(req.full_url, 403, "it leads to an unencrypted address", headers, fp)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to whoever asked: their headers say what the file is."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def free_bytes(folder: Path) -> int:
    """Room on the disk of a folder that exists or will."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free


def check_room(folder: Path, bytes_needed: int, purpose: str) -> None:
    """Raise `ModelError` where a disk has not so much room, and a little to spare."""
    free = free_bytes(folder)
    if bytes_needed + MARGIN_BYTES > free:
        raise ModelError(
            f"There is not enough room to {purpose}",
            why=f"it takes {max(bytes_needed, 0) / _MB:.0f} MB and a little to spare, "
            f"and {free / _MB:.0f} MB are free at {folder}",
            next_step="make room, or set GROUNDLABEL_HOME to a folder on another disk",
        )


def open_url(
    url: str, headers: Mapping[str, str] | None = None, *, method: str = "GET", redirects: bool = True
) -> http.client.HTTPResponse:
    """Ask a server over HTTP or HTTPS, nothing else. Raises `OSError` (`HTTPError` for its refusals)."""
    request = urllib.request.Request(url, method=method)  # the handlers below know no other scheme
    for name, value in {
        "User-Agent": f"GroundLabel/{version()}",
        "Accept-Encoding": "identity",
        **(headers or {}),
    }.items():
        request.add_header(name, value)
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirects() if redirects else _NoRedirects(),
    ):
        opener.add_handler(handler)
    response: http.client.HTTPResponse = opener.open(request, timeout=TIMEOUT_S)
    return response


def fetch(file: RemoteFile, target: Path, context: JobContext, arrived: Callable[[int], None]) -> str:
    """Bring a file to `target`; returns its SHA-256, hexadecimal. A file that is already there is only checked.

    `arrived` hears how many bytes of the file are there. Raises `ModelError`, `Cancelled`.
    """
    part = target.with_name(target.name + ".part")
    if target.exists() and not part.exists():
        target.replace(part)  # looked at like any unfinished file
    resumed = part.exists() and part.stat().st_size > 0
    while True:
        _transfer_patiently(file, part, context, arrived)
        sha256, git = _hashes(part, context)
        wanted = file.digest
        found = git if wanted is not None and wanted.kind == "git" else sha256
        if wanted is None or wanted.value == found:
            part.replace(target)
            return sha256
        part.unlink()
        if not resumed:
            raise ModelError(
                f"{file.url} is not the file that was announced",
                why=f"its {wanted.kind} hash should be {wanted.value} and is {found}",
                next_step="try again later; nothing of it was kept",
            )
        resumed = False  # what was there from before may have been the beginning of another file


def _transfer_patiently(file: RemoteFile, part: Path, context: JobContext, arrived: Callable[[int], None]) -> None:
    """Transfer until the whole file is there; attempts count anew whenever something arrived."""
    failures = 0
    while True:
        before = _size(part)
        try:
            _transfer(file, part, context, arrived)
            return
        except _CutError as cut:
            failures = 1 if _size(part) > before else failures + 1
            if failures >= ATTEMPTS:
                raise ModelError(
                    f"{file.url} cannot be fetched",
                    why=str(cut),
                    next_step="start the download again later: it goes on where it stopped",
                ) from cut
        _wait(BACKOFF_S * 2 ** (failures - 1), context)


def _wait(seconds: float, context: JobContext) -> None:
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        context.raise_if_cancelled()
        time.sleep(min(left, 0.1))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _transfer(file: RemoteFile, part: Path, context: JobContext, arrived: Callable[[int], None]) -> None:
    """One connection, from where the part ends to the file's end. Raises `_CutError`, `ModelError`, `Cancelled`."""
    context.raise_if_cancelled()
    have = _size(part)
    if file.size is not None and have > file.size:
        part.unlink()
        have = 0
    if file.size is not None and have == file.size and (have or part.exists()):
        arrived(have)
        return
    response = _ask(file, part, have)
    with response:
        start = have if response.status == 206 and _starts_at(response.headers, have) else 0
        if response.status == 206 and start != have:
            part.unlink(missing_ok=True)
            raise _CutError("the server sent another part than the one asked for")
        expected = file.size if file.size is not None else _announced_end(response.headers, start)
        here = _copy(response, part, start, expected, context, arrived)
    if expected is not None and here < expected:
        raise _CutError(f"the connection ended after {here} of {expected} bytes")


def _ask(file: RemoteFile, part: Path, have: int) -> http.client.HTTPResponse:
    try:
        return open_url(file.url, {"Range": f"bytes={have}-"} if have else None)
    except urllib.error.HTTPError as refusal:
        refusal.close()
        if refusal.code == 416:  # the part is not the beginning of this file
            part.unlink(missing_ok=True)
        if refusal.code in _TRY_AGAIN:
            raise _CutError(f"the server answers {refusal.code} {refusal.reason}") from refusal
        raise refused(file.url, refusal) from refusal
    except (OSError, http.client.HTTPException) as error:
        raise _CutError(reason_of(error)) from error


def _copy(
    response: http.client.HTTPResponse,
    part: Path,
    start: int,
    expected: int | None,
    context: JobContext,
    arrived: Callable[[int], None],
) -> int:
    """Write what comes behind the first `start` bytes of the part; returns how long the part is then."""
    here = start
    try:
        stream = part.open("ab" if start else "wb")
    except OSError as error:
        raise _cannot_write(part, error) from error
    with _closing_quietly(stream, part):
        while True:
            context.raise_if_cancelled()
            arrived(here)
            try:
                block = response.read(_BLOCK_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise _CutError(reason_of(error)) from error
            if not block:
                return here
            here += len(block)
            if expected is not None and here > expected:
                raise ModelError(
                    f"{response.url} is not the file that was announced", why=f"it is longer than {expected} bytes"
                )
            try:
                stream.write(block)
            except OSError as error:
                raise _cannot_write(part, error) from error


class _closing_quietly:  # noqa: N801 - reads as the function that it stands for
    """Closes a file whose last bytes may not fit on the disk, and says so as any other failure to write."""

    def __init__(self, stream: IO[bytes], path: Path) -> None:
        self._stream, self._path = stream, path

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        try:
            self._stream.close()
        except OSError as problem:
            if error is None:
                raise _cannot_write(self._path, problem) from problem


def _cannot_write(path: Path, error: OSError) -> ModelError:
    return ModelError(
        f"{path} cannot be written",
        why=error.strerror or str(error),
        next_step="make room and start the download again: it goes on where it stopped",
    )


def _starts_at(headers: Message, have: int) -> bool:
    match = re.fullmatch(r"bytes (\d+)-\d+/(?:\d+|\*)", headers.get("Content-Range", "").strip())
    return match is not None and int(match[1]) == have


def _announced_end(headers: Message, start: int) -> int | None:
    length = headers.get("Content-Length", "")
    return start + int(length) if length.isdecimal() else None


def _hashes(path: Path, context: JobContext) -> tuple[str, str]:
    """SHA-256 of a file, and the SHA-1 by which git knows it."""
    plain, git = hashlib.sha256(), hashlib.sha1(f"blob {_size(path)}\0".encode(), usedforsecurity=False)
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            context.raise_if_cancelled()
            plain.update(block)
            git.update(block)
    return plain.hexdigest(), git.hexdigest()


def refused(url: str, refusal: urllib.error.HTTPError) -> ModelError:
    """The error for a server that says no."""
    return ModelError(f"{url} cannot be fetched", why=f"the server answers {refusal.code} {refusal.reason}")


def reason_of(error: Exception) -> str:
    """Why a connection failed, in words."""
    inner = getattr(error, "reason", None) or error
    return str(getattr(inner, "strerror", None) or inner) or type(error).__name__
