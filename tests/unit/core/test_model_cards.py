"""What is told of a model before it is used: read from its files, and left out where they do not say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.errors import ModelError
from core.workflows.model_cards import card_of_folder, model_cards, understood

OURS = "groundlabel_groundinggpt"


def test_the_bundled_models_have_card_licence_and_the_media_that_they_understand() -> None:
    cards = {card.name: card for card in model_cards()}
    mini, timed = cards["mini"], cards["mini-time"]
    assert (mini.kinds, timed.kinds) == (("image",), ("video", "audio"))
    assert "Apache License" in mini.licence_text and mini.card.startswith("# mini")
    assert mini.is_usable and mini.figures[0][1].endswith("%")
    assert timed.figures == ()  # nobody has written any down


def test_a_model_of_the_catalogue_names_every_licence_and_what_it_needs() -> None:
    cards = {card.name: card for card in model_cards()}
    large, part = cards["groundinggpt-7b"], cards["clip-vit-large-patch14-336"]
    assert [licence.name for licence in large.licences] == [
        "Apache-2.0",
        "Llama 2 Community License",
        "CC BY-NC-SA 4.0",
    ]
    assert large.kinds == ("image", "video", "audio") and large.needs == ("clip-vit-large-patch14-336",)
    assert not large.is_usable and part.kinds == ()


def test_what_an_unfinished_download_has_brought_is_told(groundlabel_home: Path) -> None:
    part = groundlabel_home / "models" / ".unfinished" / "grounding-dino-tiny" / "model.safetensors.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(1234))
    assert {card.name: card.arrived_bytes for card in model_cards()}["grounding-dino-tiny"] == 1234


def test_a_folder_elsewhere_is_described_too(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": OURS, "vision": {}, "audio": None, "licence": 7}))
    (tmp_path / "training.json").write_text(json.dumps({"base": "/somewhere/else/mini"}))
    (tmp_path / "LICENSE.txt").write_text("Do as you like.")
    card = card_of_folder(tmp_path)
    assert (card.kinds, card.parent, card.licence_text) == (("image",), "mini", "Do as you like.")
    assert card.entry.licence is None and card.card == ""
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match="holds no model"):
        card_of_folder(tmp_path / "empty")


def test_an_unknown_family_is_said_to_understand_nothing() -> None:
    assert understood("something", {"vision": {}}) == ()
    assert understood(None, {}) == ()
