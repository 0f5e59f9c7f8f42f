"""A Grounding DINO of a few thousand random weights, saved as the hub publishes the real ones."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, GroundingDinoConfig, GroundingDinoForObjectDetection, SwinConfig

WORDS = ["a", "the", "red", "blue", "circle", "square", "car", "left", "of", ","]
PREPROCESSOR = {
    "do_convert_annotations": True, "do_normalize": True, "do_pad": True, "do_rescale": True, "do_resize": True,
    "format": "coco_detection", "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225],
    "image_processor_type": "GroundingDinoImageProcessor", "resample": 2, "rescale_factor": 0.00392156862745098,
    "size": {"longest_edge": 128, "shortest_edge": 64},
}  # fmt: skip


def small_config() -> GroundingDinoConfig:
    """Two layers everywhere, 20 boxes."""
    backbone = SwinConfig(
        embed_dim=8, depths=[1, 1, 1, 1], num_heads=[1, 1, 2, 2], window_size=4, out_indices=[2, 3, 4]
    )
    text = BertConfig(vocab_size=1100, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16)
    return GroundingDinoConfig(
        backbone_config=backbone, text_config=text, d_model=32, encoder_layers=2, decoder_layers=2,
        encoder_ffn_dim=16, decoder_ffn_dim=16, encoder_attention_heads=2, decoder_attention_heads=2,
        num_queries=20, encoder_n_points=2, decoder_n_points=2, max_text_len=16,
    )  # fmt: skip


def word_tokenizer() -> Tokenizer:
    """Whole words, with BERT's special tokens at BERT's own places: the network counts on those."""
    special = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, ".": 1012, "?": 1029}
    vocabulary = special | {word: 1030 + number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 101), ("[SEP]", 102)]
    )
    return tokenizer


def save_small_dino(folder: Path, *, seed: int = 0) -> Path:
    """Write config, weights, preprocessing and tokenizer. The random weights are spread, so that scores differ."""
    torch.manual_seed(seed)
    model = GroundingDinoForObjectDetection(small_config())
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim == 2:
                parameter.normal_(0, 0.25)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(json.dumps(PREPROCESSOR), encoding="utf-8")
    word_tokenizer().save(str(folder / "tokenizer.json"))
    return folder
