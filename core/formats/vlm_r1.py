"""VLM-R1: conversation rows as JSON lines; boxes as `bbox_2d` in pixels of the upright picture."""

from __future__ import annotations

from core.formats.conversations import ConversationFormat, Dialect

DIALECT = Dialect(
    id="vlm-r1",
    title="VLM-R1 conversation rows (JSON lines)",
    name="VLM-R1",
    space="pixels",
    question="Please provide the bounding box coordinate of the region this sentence describes: {}.",
    answer="bbox_2d",
    decimals=None,
    lines=True,
    frames=("Please provide the bounding box coordinate of the region this sentence describes: {}",),
)

FORMAT = ConversationFormat(DIALECT)
