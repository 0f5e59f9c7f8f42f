"""Qwen2.5-VL: grounding rows as a JSON list; boxes as `bbox_2d` in whole pixels of the resized picture."""

from __future__ import annotations

from core.formats.conversations import ConversationFormat, Dialect

DIALECT = Dialect(
    id="qwen-vl-abs",
    title="Qwen2.5-VL grounding rows, absolute (one JSON file)",
    name="Qwen2.5-VL",
    space="qwen_resized",
    question="Locate {} in this image and output the bbox coordinates in JSON format.",
    answer="bbox_2d",
    decimals=0,
)

FORMAT = ConversationFormat(DIALECT)
