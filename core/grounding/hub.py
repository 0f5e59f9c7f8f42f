"""What the model hub says of a repository: its files at one commit, their sizes and hashes. Fetches no weights."""

from __future__ import annotations

import http.client
import json
import os
import re
import urllib.error
from dataclasses import dataclass
from email.message import Message
from pathlib import PurePosixPath
from urllib.parse import quote, urljoin

from core.errors import ModelError
from core.grounding.catalogue import CataloguedModel
from core.grounding.downloads import Digest, RemoteFile, open_url, reason_of, refused

DEFAULT_HUB = "https://huggingface.co"
_MAX_LISTING_BYTES = 20_000_000
_MAX_REDIRECTS = 5
_SHA256, _SHA1 = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{40}")


def hub_url() -> str:
    """The hub's address: `GROUNDLABEL_HUB`, or the public one."""
    return (os.environ.get("GROUNDLABEL_HUB") or DEFAULT_HUB).rstrip("/")


@dataclass(frozen=True, slots=True)
class Listing:
    """The files that make a model, and the commit they stand at, if the hub tells."""

    revision: str
    files: tuple[RemoteFile, ...]


def list_files(model: CataloguedModel) -> Listing:
    """Ask the hub what to fetch. Raises `ModelError` when it cannot be reached or has no such repository.

    Hashes come from the catalogue, else from the hub's listing, else from the headers of the file itself.
    """
    listing = _listing(f"{hub_url()}/api/models/{quote(model.repository)}/revision/{quote(model.revision)}?blobs=true")
    siblings = {str(entry["rfilename"]): entry for entry in listing.siblings if _has_name(entry)}
    revision = listing.sha or model.revision
    names = model.wanted(sorted(siblings))
    if "config.json" not in names or not any(name.endswith((".safetensors", ".bin")) for name in names):
        raise ModelError(
            f"The hub's {model.repository} does not hold {model.name}", why="config.json or weights are missing"
        )
    known = dict(model.sha256)
    return Listing(revision, tuple(_file(model, revision, name, siblings[name], known.get(name)) for name in names))


def _has_name(entry: object) -> bool:
    """True for an entry with a name that stays inside the model's folder. Others are none of ours."""
    name = entry.get("rfilename") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not name or "\\" in name or ":" in name:
        return False
    path = PurePosixPath(name)
    return not path.is_absolute() and all(part not in ("..", ".") and part.strip() for part in path.parts)


@dataclass(frozen=True, slots=True)
class _Answer:
    """The hub's answer about a repository: its commit, if told, and what it says of each file."""

    sha: str
    siblings: list[dict[str, object]]


def _listing(url: str) -> _Answer:
    try:
        with open_url(url) as response:
            content = json.loads(response.read(_MAX_LISTING_BYTES))
    except urllib.error.HTTPError as refusal:
        refusal.close()
        raise refused(url, refusal) from refusal
    except (OSError, http.client.HTTPException) as error:
        raise ModelError(
            f"The hub at {hub_url()} cannot be reached",
            why=reason_of(error),
            next_step="look at the connection; models that are already here need none",
        ) from error
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{url} does not answer as the hub does", why=str(error)) from error
    siblings = content.get("siblings") if isinstance(content, dict) else None
    if not isinstance(siblings, list):
        raise ModelError(f"{url} does not answer as the hub does", why="it lists no files")
    commit = content.get("sha")
    return _Answer(commit if isinstance(commit, str) else "", siblings)


def _file(model: CataloguedModel, revision: str, name: str, entry: dict[str, object], known: str | None) -> RemoteFile:
    url = f"{hub_url()}/{quote(model.repository)}/resolve/{quote(revision)}/{quote(name)}"
    lfs = entry.get("lfs")
    lfs = lfs if isinstance(lfs, dict) else {}
    size = _whole(lfs.get("size"), entry.get("size"))
    digest = Digest("sha256", known) if known else _digest(lfs.get("sha256"), entry.get("blobId"))
    if size is None or digest is None:
        told_size, told_digest = _from_headers(url)
        size, digest = (told_size if size is None else size), digest or told_digest
    return RemoteFile(name, url, size, digest)


def _whole(*values: object) -> int | None:
    return next((value for value in values if isinstance(value, int) and value >= 0), None)


def _digest(sha256: object, blob: object) -> Digest | None:
    """A file in large-file storage has a SHA-256; any other is a blob of git, and has git's hash."""
    if isinstance(sha256, str) and _SHA256.fullmatch(sha256.lower()):
        return Digest("sha256", sha256.lower())
    if isinstance(blob, str) and _SHA1.fullmatch(blob.lower()):
        return Digest("git", blob.lower())
    return None


def _from_headers(url: str) -> tuple[int | None, Digest | None]:
    """Size and hash as the headers of the file tell them; a redirect to a storage carries them itself."""
    for _ in range(_MAX_REDIRECTS):
        try:
            with open_url(url, method="HEAD", redirects=False) as response:
                return _told(response.headers)
        except urllib.error.HTTPError as answer:
            answer.close()
            if answer.code not in (301, 302, 303, 307, 308):
                raise refused(url, answer) from answer
            if answer.headers.get("X-Linked-ETag"):
                return _told(answer.headers)
            url = urljoin(url, answer.headers.get("Location", ""))
        except (OSError, http.client.HTTPException) as error:
            raise ModelError(f"{url} cannot be fetched", why=reason_of(error), next_step="try again later") from error
    raise ModelError(f"{url} cannot be fetched", why="it leads round in circles")


def _told(headers: Message) -> tuple[int | None, Digest | None]:
    """From `X-Linked-Size` and `X-Linked-ETag`, or `Content-Length` and `ETag` where there is no link."""
    linked = headers.get("X-Linked-ETag")
    size = headers.get("X-Linked-Size") if linked else headers.get("Content-Length")
    tag = (linked or headers.get("ETag") or "").removeprefix("W/").strip('"').lower()
    from_git = tag if headers.get("X-Repo-Commit") else None  # elsewhere 40 digits may be anything
    return (int(size) if size and size.isdecimal() else None), _digest(tag, from_git)
