"""Qwen-VL (Qwen3-VL): grounding rows as a JSON list; boxes as `bbox_2d` in whole 0-1000 of the picture's sides."""

from __future__ import annotations

from core.formats.conversations import ConversationFormat, Dialect

DIALECT = Dialect(
    id="qwen-vl",
    title="Qwen-VL grounding rows, 0-1000 (one JSON file)",
    name="Qwen-VL",
    space="picture_1000",
    question="Locate {} in this image and output the bbox coordinates in JSON format.",
    answer="bbox_2d",
    decimals=0,
)

FORMAT = ConversationFormat(DIALECT)
