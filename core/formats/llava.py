"""LLaVA: conversation rows as a JSON list; boxes in 0-1 of the padded square, three decimals, in brackets."""

from __future__ import annotations

from core.formats.conversations import ConversationFormat, Dialect

DIALECT = Dialect(
    id="llava",
    title="LLaVA conversation rows (one JSON file)",
    name="LLaVA",
    space="padded_norm",
    question="Please provide the bounding box coordinate of the region this sentence describes: {}",
    answer="brackets",
    decimals=3,
)

FORMAT = ConversationFormat(DIALECT)
