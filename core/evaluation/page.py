"""One HTML page out of an evaluation: figures, reliability curve, worst cases. Needs no other file, no script."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from core.evaluation.charts import reliability_chart, timeline_chart
from core.evaluation.page_style import STYLE
from core.geometry import SpanS

_ROWS_SHOWN = 60  # of a table by expression; report.json has them all

_GROUPS = {
    "boxes": ("Boxes, one target", {"acc50": "acc@0.5", "acc75": "acc@0.75", "miou": "mean IoU"}),
    "sets": (
        "Boxes, all targets",
        {"precision50": "precision", "recall50": "recall", "f1_50": "F1@0.5", "ap50": "AP@0.5"},
    ),
    "spans": (
        "Time spans",
        {"r1_30": "R@1, 0.3", "r1_50": "R@1, 0.5", "r1_70": "R@1, 0.7", "mtiou": "mean tIoU"},
    ),
    "presence": ("Presence", {"accuracy": "accuracy"}),
}
_MEDIA = {"image": "pictures", "video": "videos", "audio": "sounds"}


@dataclass(frozen=True, slots=True)
class WorstCase:
    """One answer to look at: a JPEG with truth and answer drawn, or a sound's loudness, and when things are.

    `loudness`: peaks of equal stretches, 0-1. Spans are seconds from the beginning of the medium.
    """

    expression: str
    medium: str
    value: float
    said: str
    picture: bytes | None = None
    loudness: tuple[float, ...] = ()
    duration_s: float = 0.0
    true_s: tuple[SpanS, ...] = ()
    found_s: tuple[SpanS, ...] = ()


@dataclass(frozen=True, slots=True)
class Moved:
    """What got better and what got worse from one model to another: the same question before and after."""

    better: tuple[tuple[WorstCase, WorstCase], ...] = ()
    worse: tuple[tuple[WorstCase, WorstCase], ...] = ()


def make_page(
    result: Mapping[str, Any], cases: Sequence[WorstCase], *, moved: Moved | None = None, made_at: str = ""
) -> str:
    """The page. `result` is the object of `evaluate --json`, with `against` and `comparison` where there are such."""
    against = result.get("against")
    parts = [
        _head(result, made_at),
        _tiles(result),
        _comparison(result),
        _moved(moved) if moved is not None else "",
        _section("Figures", _figures(result, against)),
        _section("How far scores can be trusted", _calibration(result)),
        _section("By kind of medium", _by(result["by_medium"], "medium", _MEDIA)),
        _section("By expression", _by(result["by_expression"], "expression", {})),
        _section("Worst cases", _cases(cases)),
    ]
    title = escape(f"{result['model']}: evaluation")
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head>\n<body><main>{''.join(parts)}</main></body></html>\n"
    )


def _head(result: Mapping[str, Any], made_at: str) -> str:
    data = ", ".join(escape(str(name)) for name in result["data"])
    when = f" · {escape(made_at)}" if made_at else ""
    words = f"<p class=quiet>measured on {data}{when}. Shares are in percent.</p>"
    return f"<header><h1>{escape(str(result['model']))}</h1>{words}</header>\n"


def _tiles(result: Mapping[str, Any]) -> str:
    found = [("queries", f"{result['n_queries']:,}")]
    headline = (
        ("boxes", "acc50", "acc@0.5, one target"),
        ("sets", "f1_50", "F1@0.5, all targets"),
        ("spans", "r1_50", "R@1 at tIoU 0.5"),
        ("presence", "accuracy", "presence right"),
    )
    found += [(label, f"{_percent(result[group][name])} %") for group, name, label in headline if result[group]["n"]]
    if result.get("seconds_per_query") is not None:
        found.append(("seconds a query", f"{result['seconds_per_query']:.2f}"))
    tiles = "".join(f"<div class=tile><b>{value}</b><span>{label}</span></div>" for label, value in found)
    return f"<div class=tiles>{tiles}</div>\n"


def _comparison(result: Mapping[str, Any]) -> str:
    found = result.get("comparison")
    if not found:
        return ""
    overall = found["overall"]
    rows = [_difference_row("all queries", overall)]
    by = list(found["by_expression"].items())
    rows += [_difference_row(f"“{name}”", one) for name, one in by[:_ROWS_SHOWN]]
    table = _table(
        ["", "queries", "media", "before", "after", "difference", f"{overall['confidence']:.0%} interval"], rows
    )
    verdict = ""
    if found.get("adoption"):
        adoption = found["adoption"]
        kind, word = ("good", "Better: adopted by itself") if adoption["adopt"] else ("bad", "Not adopted by itself")
        reasons = "".join(f"<li>{escape(reason)}</li>" for reason in adoption["reasons"])
        verdict = f'<div class="verdict {kind}"><b>{word}</b><ul>{reasons}</ul></div>'
        abilities = [
            [escape(one["name"].replace("_", " ")), _percent(one["before"]), _percent(one["after"]),
             f"{100 * (one['after'] - one['before']):+.1f}"]
            for one in adoption["abilities"]
        ]  # fmt: skip
        if abilities:
            verdict += "<h3>What it could do before</h3>" + _table(
                ["rendered set", "before", "after", "points"], abilities
            )
    before = escape(str(result["against"]["model"]))
    return _section(f"Against {before}", verdict + table)


def _moved(moved: Moved) -> str:
    parts = ((moved.worse, "What got worse"), (moved.better, "What got better"))
    return "".join(_section(title, _LEGEND + _pairs(pairs)) for pairs, title in parts if pairs)


def _pairs(pairs: Sequence[tuple[WorstCase, WorstCase]]) -> str:
    shown = "".join(f"<div class=pair>{_case(old, 'before')}{_case(new, 'after')}</div>" for old, new in pairs)
    return f"<div class=pairs>{shown}</div>"


def _difference_row(name: str, one: Mapping[str, Any]) -> list[str]:
    interval = "–" if one["low"] is None else f"{100 * one['low']:+.1f} … {100 * one['high']:+.1f}"
    points = "–" if one["difference"] is None else f"{100 * one['difference']:+.1f}"
    return [
        escape(name),
        str(one["n"]),
        str(one["media"]),
        _percent(one["old"]),
        _percent(one["new"]),
        points,
        interval,
    ]


def _figures(result: Mapping[str, Any], against: Mapping[str, Any] | None) -> str:
    rows = []
    for group, (title, names) in _GROUPS.items():
        figures = result[group]
        for place, (name, label) in enumerate(names.items()):
            if figures["n"]:
                row = [
                    title if not place else "",
                    str(figures["n"]) if not place else "",
                    label,
                    _percent(figures[name]),
                ]
                rows.append([*row, _percent(against[group][name])] if against else row)
    head = ["", "queries", "figure", "value", *(["before"] if against else [])]
    return _table(head, rows) if rows else "<p class=quiet>Nothing was asked.</p>"


def _calibration(result: Mapping[str, Any]) -> str:
    found = result["calibration"]
    if found["ece"] is None:
        return "<p class=quiet>No answer has a score.</p>"
    rows = [
        [f"{one['low']:.1f}–{one['high']:.1f}", str(one["n"]), _percent(one["score"]), _percent(one["accuracy"])]
        for one in found["bins"]
        if one["n"]
    ]
    words = (
        f"<p>Expected calibration error <b>{found['ece']:.3f}</b>: the mean distance between what a score says and the "
        "share of regions with that score that is right. On the diagonal both are the same.</p>"
    )
    table = _table(["score", "regions", "mean score", "right"], rows)
    return f"{words}<div class=side>{reliability_chart(found['bins'])}{table}</div>"


def _by(parts: Mapping[str, Any], what: str, names: Mapping[str, str]) -> str:
    by_size = sorted(parts.items(), key=lambda part: -part[1]["n_queries"])
    columns = [(g, n, f"{_SHORT[g]}{label}") for g, n, label in _COLUMNS if any(p[g]["n"] for p in parts.values())]
    rows = [
        [escape(names.get(name, name)), str(one["n_queries"])]
        + [_percent(one[group][figure]) if one[group]["n"] else "–" for group, figure, _ in columns]
        for name, one in by_size[:_ROWS_SHOWN]
    ]
    left = len(by_size) - len(rows)
    more = f"<p class=quiet>and {left} more, in report.json</p>" if left > 0 else ""
    return _table([what, "queries", *(label for _, _, label in columns)], rows) + more


_SHORT = {"boxes": "one: ", "sets": "all: ", "spans": "spans: ", "presence": ""}
_COLUMNS = (
    ("boxes", "acc50", "acc@0.5"), ("boxes", "miou", "IoU"), ("sets", "precision50", "precision"),
    ("sets", "recall50", "recall"), ("sets", "f1_50", "F1@0.5"), ("spans", "r1_50", "R@1, 0.5"),
    ("spans", "mtiou", "tIoU"), ("presence", "accuracy", "presence"),
)  # fmt: skip


def _cases(cases: Sequence[WorstCase]) -> str:
    if not cases:
        return "<p class=quiet>Every answer is right.</p>"
    return _LEGEND + f"<div class=cases>{''.join(map(_case, cases))}</div>"


_LEGEND = "<p class=legend><i class=true></i>true <i class=said></i>answered</p>"


def _case(case: WorstCase, when: str = "") -> str:
    picture, said = "", escape(f"{when}: {case.said}" if when else case.said)
    if case.picture is not None:
        coded = base64.b64encode(case.picture).decode("ascii")
        alt = escape(f"{case.medium}: {case.expression}", quote=True)
        picture = f'<img alt="{alt}" src="data:image/jpeg;base64,{coded}">'
    if case.duration_s > 0:
        picture += timeline_chart(case.duration_s, case.true_s, case.found_s, case.loudness)
    return (
        f"<figure>{picture}<figcaption><b>“{escape(case.expression)}”</b><span>{said}</span>"
        f"<span class=quiet>{escape(case.medium)}</span></figcaption></figure>\n"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells are HTML already. Columns after the first are numbers."""
    names = "".join(f"<th>{name}</th>" for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div class=wide><table><thead><tr>{names}</tr></thead><tbody>{body}</tbody></table></div>"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f}"
