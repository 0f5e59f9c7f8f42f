"""Whatever is true and whatever is said: figures stay in range, and the order of queries decides nothing."""

from dataclasses import asdict

from hypothesis import given
from hypothesis import strategies as st

from core.evaluation import Judged, Truth, box_figures, calibration_figures, presence_figures, set_figures, span_figures
from core.schema import Answer, Box, MediaKind, Proposal, Query, Region, Segment

number = st.floats(0, 100, allow_nan=False)
score = st.none() | st.floats(0, 1)


@st.composite
def boxes(draw: st.DrawFn) -> Box:
    x, y = draw(number), draw(number)
    return Box(x, y, x + draw(number), y + draw(number))


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    start = draw(number)
    return Segment(start, start + draw(number))


@st.composite
def judged(draw: st.DrawFn) -> Judged:
    kind: MediaKind = draw(st.sampled_from(["image", "video", "audio"]))
    regions: st.SearchStrategy[Region] = boxes() if kind == "image" else segments()
    true = tuple(draw(st.lists(regions, max_size=4)))
    said = draw(st.lists(st.tuples(regions, score), max_size=4))
    proposals = tuple(Proposal(str(k), "q", region, value, "m") for k, (region, value) in enumerate(said))
    answer = Answer(Query("q", "m", "cup"), proposals, bool(said), "", "m")
    return Judged(Truth("m", kind, "cup", true, bool(true)), answer)


@given(st.lists(judged(), max_size=6), st.randoms(use_true_random=False))
def test_figures_stay_in_range_whatever_the_order(pairs: list[Judged], random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)
    for measure in (box_figures, span_figures, presence_figures):
        figures = asdict(measure(pairs))
        assert all(value is None or 0 <= value <= 1 for name, value in figures.items() if name != "n")
        assert all(abs((value or 0) - (asdict(measure(shuffled))[name] or 0)) < 1e-9 for name, value in figures.items())
    sets = set_figures(pairs)
    for value in (sets.precision50, sets.recall50, sets.f1_50, sets.ap50):
        assert value is None or 0 <= value <= 1
    found = calibration_figures(pairs)
    assert found.ece is None or 0 <= found.ece <= 1
    assert sum(part.n for part in found.bins) == sum(p.score is not None for q in pairs for p in q.answer.proposals)


@given(st.lists(judged(), min_size=1, max_size=6))
def test_saying_exactly_the_truth_is_perfect(pairs: list[Judged]) -> None:
    perfect = []
    for pair in pairs:
        # overlapping copies of one region cannot be told apart; keep those of some size, each once
        regions = tuple({region for region in pair.truth.regions if _size(region) > 1e-3})
        proposals = tuple(Proposal(str(k), "q", region, 1.0, "m") for k, region in enumerate(regions))
        truth = Truth("m", pair.truth.kind, "cup", regions, bool(regions))
        perfect.append(Judged(truth, Answer(Query("q", "m", "cup"), proposals, bool(regions), "", "m")))
    for figures in (box_figures(perfect), set_figures(perfect), span_figures(perfect), presence_figures(perfect)):
        assert all(
            value in (None, 1.0) for name, value in asdict(figures).items() if name not in ("n", "miou", "mtiou")
        )


def _size(region: Region) -> float:
    if isinstance(region, Box):
        return min(region.x2 - region.x1, region.y2 - region.y1)
    assert isinstance(region, Segment)
    return region.end_s - region.start_s
