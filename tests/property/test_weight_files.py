"""What holds for any download and any weight file: cuts change nothing, damage is a `ModelError`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from core.errors import ModelError
from core.grounding import downloads
from core.grounding.downloads import Digest, RemoteFile, fetch
from core.grounding.weight_files import check_safetensors, sha256_of
from core.jobs import JobContext
from tests.fakes_hub import COMMIT, FakeHub, git_hash, serving

CONTENT = bytes(range(256)) * 40
WEIGHTS = save({"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4, dtype=torch.float16)})


@pytest.fixture(scope="module")
def hub() -> Iterator[FakeHub]:
    with serving(FakeHub({"some/model": {"file.bin": CONTENT}})) as hub:
        yield hub


@given(
    cuts=st.lists(st.integers(0, len(CONTENT)), max_size=5),
    already=st.one_of(st.none(), st.integers(0, len(CONTENT)).map(lambda n: CONTENT[:n]), st.binary(max_size=20_000)),
    told=st.sampled_from(["all", "size", "hash"]),
)
@settings(max_examples=60)
def test_however_often_it_is_cut_the_file_is_the_file(
    hub: FakeHub, tmp_path_factory: pytest.TempPathFactory, cuts: list[int], already: bytes | None, told: str
) -> None:
    target = tmp_path_factory.mktemp("fetch") / "file.bin"
    digest = Digest("git", git_hash(CONTENT)) if told != "size" else None
    if digest is None:
        already = None  # nobody could tell that it is the beginning of another file
    if already is not None:
        target.with_name("file.bin.part").write_bytes(already)
    hub.cuts["file.bin"] = list(cuts)
    url = f"{hub.url}/some/model/resolve/{COMMIT}/file.bin"
    file = RemoteFile("file.bin", url, len(CONTENT) if told != "hash" else None, digest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(downloads, "BACKOFF_S", 0.0)
        sha256 = fetch(file, target, JobContext(), lambda _: None)
    assert target.read_bytes() == CONTENT
    assert sha256 == sha256_of([target])
    assert [path.name for path in target.parent.iterdir()] == ["file.bin"]


def outcome(path: Path) -> int | None:
    """How many tensors, or None for a file that is refused; any other error fails the test."""
    try:
        return check_safetensors(path)
    except ModelError:
        return None


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_as_a_damaged_model(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.safetensors"
    path.write_bytes(data)
    assert outcome(path) is None


@given(cut=st.integers(0, len(WEIGHTS) - 1), extra=st.binary(min_size=1, max_size=9))
def test_a_file_that_is_shorter_or_longer_is_refused(
    tmp_path_factory: pytest.TempPathFactory, cut: int, extra: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / "cut.safetensors"
    for data in (WEIGHTS[:cut], WEIGHTS + extra):
        path.write_bytes(data)
        assert outcome(path) is None
    path.write_bytes(WEIGHTS)
    assert outcome(path) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
NUMBERS = st.lists(st.integers() | st.floats(), max_size=3)
ENTRY = st.fixed_dictionaries(
    {"dtype": JSON | st.just("F32"), "shape": JSON | NUMBERS, "data_offsets": JSON | st.tuples(st.just(0), st.floats())}
)


@given(st.dictionaries(st.text(max_size=5), ENTRY | JSON, max_size=3) | JSON)
def test_any_header_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, header: object) -> None:
    path = tmp_path_factory.getbasetemp() / "header.safetensors"
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    outcome(path)
