"""What a question looks for: the noun phrase in it, so that a box accepted from a conversation has a fitting name."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"""^(?:
        please | kindly | now | and | so | ok(?:ay)? | hey | hi
        | (?:can|could|would|will)\s+you (?:\s+please)? (?!\s+see\b)
        | i\s+(?:want|need|would\s+like)\s+(?:you\s+)?to
        | (?:tell|show|give)\s+me (?:\s+(?:where|when)\s+(?:is|are)\b)?
        | (?:the\s+)?(?:place|position|location|coordinates|bounding\s+box(?:es)?|box(?:es)?|time|moment)\s+of
        | (?:where|when|what|which|who)(?:['’]s|\s+(?:is|are|was|were|does|do|did|can\s+i\s+(?:see|hear|find)))\b
        | (?:is|are|was|were)\s+there
        | (?:do|can)\s+you\s+(?:see|hear|find)
        | find | locate | detect | mark | highlight | outline | ground | localise | localize
        | (?:look|search)\s+for | point\s+(?:out|at|to) | pick\s+out
        | draw\s+(?:a\s+)?(?:bounding\s+)?box(?:es)?\s+(?:around|over|on)
        | me | any | the | an | a
        | 请 | 帮我 | 找到 | 找出 | 标出 | 框出 | 定位 | 指出
    )[\s,:]*(?<=[\s,:请我到出位])""",
    re.IGNORECASE | re.VERBOSE,
)
_AFTER = re.compile(
    r"""(?:
        [\s,]+ (?:in|on|of|from)\s+(?:the|this|that)\s+
            (?:picture|image|photo(?:graph)?|video|clip|frame|sound|recording|audio|scene)
        | [\s,]+ (?:please | located | visible | for\s+me)
        | (?<=\S)(?:在(?:图片?中)?(?:哪里|哪儿|什么地方)|在哪)
        | [\s?!.,;:？！。，]+
    )$""",
    re.IGNORECASE | re.VERBOSE,
)


def sought_in(question: str) -> str:
    """ "Where is the red circle?" is about "red circle". A text that only asks is returned without its end mark."""
    text = " ".join(question.split())
    plain = text.rstrip("?!.？！。 ") or text
    return _without(_without(plain, _AFTER), _BEFORE) or plain


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """The text without what the pattern finds at an end, again and again, as long as something is left."""
    while True:
        shorter = pattern.sub("", text, count=1).strip()
        if shorter == text or not shorter:
            return text
        text = shorter
