"""A real, small checkpoint in its real child process, loaded as the settings say and talked with."""

from __future__ import annotations

import argparse
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from core.commands.terminal import add_model_arguments, open_grounder
from core.errors import Cancelled
from core.grounding.groundinggpt.configuration import GroundingGPTConfig
from core.grounding.protocol import ChatPart, ChatReply, ShownMedium
from core.jobs import JobContext
from core.settings import Settings
from core.workflows.ask import medium_at
from core.workflows.chat import Conversation
from tests.fakes_model import squares_picture, tiny_checkpoint


def test_a_real_checkpoint_is_talked_with_in_its_process_in_the_precision_that_was_set(tmp_path: Path) -> None:
    settings = Settings.load()
    settings.set("model.bits", "8")
    settings.save()
    checkpoint = tiny_checkpoint(tmp_path / "tiny")
    config = GroundingGPTConfig.load(checkpoint)
    replace(config, grammar=replace(config.grammar, max_regions=2)).save(checkpoint)  # it would write on for ever
    pictures = [squares_picture(tmp_path / f"{n}.png", (4, 6, 24 + n, 26), (60, 20, 84, 44)) for n in range(2)]
    parser = argparse.ArgumentParser()
    add_model_arguments(parser)
    with open_grounder(parser.parse_args(["--model", str(checkpoint), "--device", "cpu"])) as hosted:
        info = hosted.load(JobContext())
        assert info.dtype == "8-bit + float32" and "sdpa" in info.notes[0]
        assert info.chat and not info.follows_chat
        talk = Conversation(hosted, [ShownMedium(medium_at(path)) for path in pictures])
        *parts, reply = talk.ask("the red square", JobContext())
        assert isinstance(reply, ChatReply)
        assert reply.text == "".join(part.text for part in parts if isinstance(part, ChatPart))
        assert reply.text.startswith("0.png: ") and "\n1.png: " in reply.text
        assert [answer.query.media_id for answer in reply.answers] == [medium.source.item.id for medium in talk.media]

        stop = threading.Event()
        with pytest.raises(Cancelled):
            for _ in talk.ask("the blue square", JobContext(stop)):
                stop.set()
        assert [exchange.text for exchange in talk.exchanges] == ["the red square"]
        *_, again = talk.ask("the red square", JobContext())
        assert isinstance(again, ChatReply) and again.raw_text == reply.raw_text
