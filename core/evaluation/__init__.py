"""How good a model is: metrics on truths and answers. Knows no files, no model, no training."""

from core.evaluation.metrics import (
    Bin,
    BoxFigures,
    Calibration,
    PresenceFigures,
    SetFigures,
    SpanFigures,
    as_json,
    box_figures,
    calibration_figures,
    presence_figures,
    set_figures,
    span_figures,
)
from core.evaluation.summary import summarise
from core.evaluation.truths import Judged, Truth

__all__ = [
    "Bin",
    "BoxFigures",
    "Calibration",
    "Judged",
    "PresenceFigures",
    "SetFigures",
    "SpanFigures",
    "Truth",
    "as_json",
    "box_figures",
    "calibration_figures",
    "presence_figures",
    "set_figures",
    "span_figures",
    "summarise",
]
