"""Rows that answer in words are learned as a chat reads them, and of them what the assistant says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch

from core.commands import main
from core.grounding.groundinggpt.chat import GroundingGPTChat
from core.grounding.groundinggpt.checkpoint import load_model
from core.grounding.groundinggpt.modeling import GroundingGPT
from core.grounding.groundinggpt.processing import Processor
from core.grounding.protocol import ChatQuestion, ChatTurn
from core.jobs import JobContext
from core.training.finetune import FinetunePlan, finetune
from core.training.lessons import LessonSet, collate, lessons_of
from core.training.objective import GroundingObjective
from core.training.packing import IGNORED
from core.training.preflight import look_ahead
from core.training.samples import Talk, Taught, read_material, read_samples
from tests.fakes_chat_model import INFO, shown, talking_checkpoint
from tests.fakes_model import corrected_project, squares_picture, tiny_checkpoint
from tests.fakes_time import write_clip, write_recording

BOX = "[0.042, 0.229, 0.250, 0.438]"


def _row(*said: str, **media: str) -> dict[str, Any]:
    turns = [{"from": "gpt" if number % 2 else "human", "value": text} for number, text in enumerate(said)]
    return {**media, "conversations": turns}


ROWS = [
    _row("What is <image> here\nand <sound>?", "A hum.", "Where?", f"At {BOX}, left.", sound="hum.wav", image="p.png"),
    _row("<video>\nSay what goes on.", "Light from {0.333,0.667} on.", video="clip.mp4"),
    _row("<image>\nWho made it?", "Zoë."),  # names no picture
    _row("Hey.", "Yes, you?"),
    _row("<image>\nthe red square", BOX, image="p.png"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("words")
    squares_picture(folder / "p.png", (4, 6, 24, 26), (60, 20, 84, 44))
    write_clip(folder / "clip.mp4", 3.0, bright=[(1.0, 2.0)])
    write_recording(folder / "hum.wav", 3.0, [(1.0, 2.0)])
    (folder / "rows.json").write_text(json.dumps(ROWS), encoding="utf-8")
    return folder / "rows.json"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.set_num_threads(1)
    return talking_checkpoint(tmp_path_factory.mktemp("base") / "talking")


def _taught(data: Path) -> list[Taught]:
    return read_material([data]).taught


@contextmanager
def _read_by(model: GroundingGPT) -> Iterator[list[torch.Tensor]]:
    """The embeddings [s, d] that the language model reads, words and media, one step after another."""
    read: list[torch.Tensor] = []

    def note(_: Any, given: tuple[torch.Tensor, ...]) -> None:
        read.append(given[0][0].detach())

    hook = model.language_model.model.rotary_emb.register_forward_pre_hook(note)  # every way of reading begins there
    yield read
    hook.remove()


def test_a_conversation_is_learned_as_a_chat_reads_it(base: Path, data: Path) -> None:
    model = load_model(base)
    processor = Processor.load(base, model.config)
    lesson = LessonSet(lessons_of(_taught(data)), processor)[0]
    chat = GroundingGPTChat(model, processor, INFO)
    media = (shown(data.parent / "hum.wav"), shown(data.parent / "p.png"))
    history = (ChatTurn("What is  here\nand ?", "A hum.", media),)
    with _read_by(model) as asked:
        next(iter(chat._reading.write(chat._prompt(ChatQuestion("Where?", history=history), *_seen(chat, media))[0])))
    with _read_by(model) as taught:
        GroundingObjective(model, processor)(**collate([lesson]))
    before = torch.cat(asked)
    torch.testing.assert_close(taught[0][: len(before)], before, atol=1e-6, rtol=0)
    learned = [int(label) for label in lesson["labels"] if label != IGNORED]
    assert processor.text_of(learned)[0] == (
        f"### Human:### Assistant: A hum.\n### Human:### Assistant: At {BOX}, left.\n### "
    )


def _seen(chat: GroundingGPTChat, media: Any) -> tuple[Any, Any]:
    return chat._config.dialogue, [chat._media.see(medium, JobContext()) for medium in media]


def test_words_are_learned_beside_places(base: Path, data: Path, tmp_path: Path) -> None:
    project = read_samples([corrected_project(tmp_path, 2)]).samples
    plan = FinetunePlan(str(base), tmp_path / "out", stage=2, epochs=12, batch=3, accumulate=1, rate=1e-2)
    result = finetune([*_taught(data), *project], plan, JobContext())
    assert result.losses[-1][1] < 0.7 * result.losses[0][1]
    talks = lessons_of([one for one in _taught(data) if isinstance(one, Talk)])
    losses = []
    for folder in (base, tmp_path / "out"):
        model = load_model(folder)
        processor = Processor.load(folder, model.config)
        lessons = LessonSet(talks, processor)
        with torch.no_grad():
            losses.append(
                [
                    float(GroundingObjective(model, processor)(**collate([one]))["loss"])
                    for one in map(lessons.__getitem__, range(len(talks)))
                ]
            )
    assert len(losses[0]) == 4 and all(now < 0.7 * then for then, now in zip(*losses, strict=True))


def test_the_first_stage_learns_words_where_no_medium_is_shown(base: Path, data: Path, tmp_path: Path) -> None:
    plan = FinetunePlan(str(base), tmp_path / "out", stage=1, epochs=2, batch=4, rate=1e-1)
    finetune(_taught(data), plan, JobContext())
    before, after = load_model(base), load_model(tmp_path / "out")
    name = "language_model.model.embed_tokens.weight"
    rows = ((before.state_dict()[name] - after.state_dict()[name]).abs().amax(1) > 1e-3).nonzero().flatten().tolist()
    tokenizer = Processor.load(base, before.config).tokenizer
    changed = {tokenizer.id_to_token(row) for row in rows}
    assert {"H", "e", "y", "u"} <= changed and {"<im_start>", "<vi_end>", "<so_start>"} <= changed
    assert not changed & {"L", "f", "[", "{", "W"}  # what is said beside media alone


def test_what_a_base_cannot_learn_is_told_with_counts(base: Path, data: Path, tmp_path: Path, capsys: Any) -> None:
    places = tiny_checkpoint(tmp_path / "tiny")
    rows = tmp_path / "rows.json"
    squares_picture(tmp_path / "p.png", (4, 6, 24, 26), (60, 20, 84, 44))
    long = ["<image>\nTell.", "So.", *["More?", "no " * 80] * 4]
    written = [_row("<image>\nWhat?", "A 猫.", image="p.png"), _row(*long, image="p.png"), *ROWS[2:]]
    rows.write_text(json.dumps(written), encoding="utf-8")
    words = ["finetune", str(rows), "--out", str(tmp_path / "out"), "--check", "--json", "--base"]
    assert main([*words, str(places)]) == 3
    event = json.loads(capsys.readouterr().out)
    assert (event["samples"], event["conversations"]) == (1, 0)
    assert "7 answers in words, in 3 rows, are passed over" in event["warnings"][0]
    assert [note["what"] for note in event["skipped"]] == [
        "One row is passed over: a conversation that marks more media than it names"
    ]
    content = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    content["model"]["byte_fallback"] = False
    lettered = talking_checkpoint(tmp_path / "lettered")
    (lettered / "tokenizer.json").write_text(json.dumps(content), encoding="utf-8")
    ready = look_ahead(_taught(rows), FinetunePlan(str(lettered), tmp_path / "out"))
    said = "\n".join(str(finding) for finding in ready.findings)
    assert "One conversation is passed over: lettered cannot write 猫. (1)." in said
    assert "One conversation is cut behind the last answer that fits. Lettered learns from 512 tokens at a time" in said
    (cut,) = [one for one in ready.learned if isinstance(one, Talk) and len(one.turns) > 2]
    assert len(cut.turns) == 4 and len(ready.learned) == 3
