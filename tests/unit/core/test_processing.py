"""Words, answers and pixels on their way to the model and back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from safetensors.torch import load_file

from core.files import bundled
from core.geometry import BoxXYXY, box_from_padded_norm, box_to_padded_norm, square_padding
from core.grounding.groundinggpt.answers import format_answer, format_spans, parse_answer
from core.grounding.groundinggpt.configuration import AnswerGrammar, GroundingGPTConfig
from core.grounding.groundinggpt.processing import Processor, normalise, pad_to_square, picture_pixels
from tests.fakes_network import network_config, small_tokenizer

GRAMMAR = AnswerGrammar()
PAD = (122, 116, 104)
MEAN = np.array((0.48145466, 0.4578275, 0.40821073))
STD = np.array((0.26862954, 0.26130258, 0.27577711))


MINI = Processor.load(bundled("ckpt/mini"), GroundingGPTConfig.load(bundled("ckpt/mini")))


@pytest.fixture
def processor() -> Processor:
    return MINI


@st.composite
def boxes(draw: st.DrawFn) -> BoxXYXY:
    """Boxes on the grid of thousandths, edges of the square included."""
    x1, y1 = draw(st.integers(0, 999)), draw(st.integers(0, 999))
    x2, y2 = draw(st.integers(x1 + 1, 1000)), draw(st.integers(y1 + 1, 1000))
    return (x1 / 1000, y1 / 1000, x2 / 1000, y2 / 1000)


# --- answers -----------------------------------------------------------------------------------


@given(st.lists(boxes(), min_size=1, max_size=32))
def test_an_answer_is_read_as_it_was_written(written: list[BoxXYXY]) -> None:
    text = format_answer(written, GRAMMAR)
    parsed = parse_answer(text, GRAMMAR)
    assert parsed.present is True and parsed.error is None and parsed.dropped == ()
    read = [box.box_norm for box in parsed.boxes]
    assert sorted(read) == sorted(written)
    assert [(box[1], box[0]) for box in read] == sorted((box[1], box[0]) for box in written), "by y1, then x1"
    assert all(text[box.start : box.end].startswith("[") and text[box.end - 1] == "]" for box in parsed.boxes)


@given(st.permutations([(0.1, 0.2, 0.3, 0.4), (0.0, 0.2, 0.9, 0.3), (0.5, 0.1, 0.6, 0.9), (0.5, 0.1, 0.7, 0.2)]))
def test_the_order_of_what_is_written_does_not_depend_on_the_order_given(given_boxes: list[BoxXYXY]) -> None:
    assert format_answer(given_boxes, GRAMMAR) == (
        "[0.500, 0.100, 0.600, 0.900], [0.500, 0.100, 0.700, 0.200], "
        "[0.000, 0.200, 0.900, 0.300], [0.100, 0.200, 0.300, 0.400]"
    )


def test_the_whole_picture_is_written_with_three_decimals() -> None:
    text = format_answer([(0.0, 0.0, 1.0, 1.0)], GRAMMAR)
    assert text == "[0.000, 0.000, 1.000, 1.000]"
    assert parse_answer(text, GRAMMAR).boxes[0].box_norm == (0.0, 0.0, 1.0, 1.0)


def test_what_lies_outside_is_clipped() -> None:
    assert format_answer([(-0.2, 0.25, 0.5, 1.3)], GRAMMAR) == "[0.000, 0.250, 0.500, 1.000]"


def test_more_than_32_regions_are_cut_from_the_bottom() -> None:
    many = [(0.1, n / 100, 0.2, n / 100 + 0.01) for n in range(40)]
    read = parse_answer(format_answer(many[::-1], GRAMMAR), GRAMMAR).boxes
    assert [box.box_norm[1] for box in read] == [n / 100 for n in range(32)]


@pytest.mark.parametrize("text", ["not present", "Not present.", "  not present ", "NOT PRESENT"])
def test_absence_in_any_spelling(text: str) -> None:
    parsed = parse_answer(text, GRAMMAR)
    assert (parsed.boxes, parsed.present, parsed.error) == ((), False, None)
    assert format_answer([], GRAMMAR) == "not present"


MALFORMED = [
    "[0.1, 0.2, 0.3]", "[0.1, 0.2, 0.3, 0.4, 0.5]", "[0.5, 0.2, 0.3, 0.4]", "[0.1, 0.4, 0.3, 0.4]", "[]",
    "[0.1,0.2,0.3,0.4]", "[0.1, 0.2, 1.3, 0.4]", "[-0.1, 0.2, 0.3, 0.4]", "[a, b, c, d]", "[0.1, 0.2, 0.3, 0.4",
    "[nan, 0.2, 0.3, 0.4]", "[0.1, 0.2, 2, 0.4]",
]  # fmt: skip


@pytest.mark.parametrize("malformed", MALFORMED)
def test_one_malformed_region_of_several_is_listed_and_the_others_stand(malformed: str) -> None:
    good = ["[0.100, 0.100, 0.200, 0.200]", "[0.300, 0.300, 0.400, 0.400]"]
    parsed = parse_answer(", ".join([good[0], good[1], malformed]), GRAMMAR)
    assert [box.box_norm for box in parsed.boxes] == [(0.1, 0.1, 0.2, 0.2), (0.3, 0.3, 0.4, 0.4)]
    assert parsed.present is True and parsed.error is None
    assert parsed.dropped == (malformed,)


def test_spans_are_written_by_their_starts_and_read_back() -> None:
    text = format_spans([(0.5, 1.0), (0.125, 0.25)], GRAMMAR)
    assert text == "{0.125,0.250}, {0.500,1.000}"
    parsed = parse_answer(text + ", {0.9,0.8}", GRAMMAR)
    assert [span.span_norm for span in parsed.spans] == [(0.125, 0.25), (0.5, 1.0)]
    assert [text[span.start : span.end] for span in parsed.spans] == ["{0.125,0.250}", "{0.500,1.000}"]
    assert parsed.present is True and parsed.dropped == ("{0.9,0.8}",)
    assert parse_answer("it happens at {0.12, 0.3}.", GRAMMAR).spans[0].span_norm == (0.12, 0.3)
    assert format_spans([], GRAMMAR) == "not present"


@pytest.mark.parametrize(
    "text", [*MALFORMED, "", " ", "present", "not presented", "I see a dog", "{0.2,0.1}", "not present [0.1, 0.2"]
)
def test_what_cannot_be_read_is_an_error_and_never_absence(text: str) -> None:
    parsed = parse_answer(text, GRAMMAR)
    assert parsed.boxes == ()
    assert parsed.present is None
    assert parsed.error


@given(st.text())
def test_any_text_is_boxes_absence_or_an_error(text: str) -> None:
    parsed = parse_answer(text, GRAMMAR)
    assert (parsed.present is None) == (parsed.error is not None)
    assert bool(parsed.boxes) == (parsed.present is True)


# --- scores ------------------------------------------------------------------------------------


def test_a_score_comes_from_the_digits_of_its_own_region(processor: Processor) -> None:
    ids = processor.answer_ids("[0.123, 0.456, 0.789, 0.900], [0.300, 0.400, 0.500, 1.000]")[:-1]
    text, starts = processor.text_of(ids)
    first, second = parse_answer(text, processor.config.grammar).boxes
    is_digit = [processor.text_of([token])[0].isdigit() for token in ids]
    probabilities = [
        (0.25 if start < first.end else 0.81) if digit else 1e-6 for start, digit in zip(starts, is_digit, strict=True)
    ]
    assert processor.score(ids, probabilities, starts, first) == pytest.approx(0.25)
    assert processor.score(ids, probabilities, starts, second) == pytest.approx(0.81)


@given(st.lists(st.floats(0, 1), min_size=64, max_size=64), boxes())
def test_a_score_is_a_geometric_mean_in_0_to_1(probabilities: list[float], box: BoxXYXY) -> None:
    config = GroundingGPTConfig.load(bundled("ckpt/mini"))
    processor = _cached(config)
    ids = processor.answer_ids(format_answer([box], GRAMMAR))[:-1]
    text, starts = processor.text_of(ids)
    (parsed,) = parse_answer(text, GRAMMAR).boxes
    used = probabilities[: len(ids)]
    digits = [p for p, token in zip(used, ids, strict=True) if processor.text_of([token])[0].isdigit()]
    score = processor.score(ids, used, starts, parsed)
    assert 0 < score <= 1
    assert (min(digits) - 1e-9 <= score + 1e-11 and score <= max(digits) + 1e-11) or score == pytest.approx(1e-12)


_PROCESSORS: list[Processor] = []


def _cached(config: GroundingGPTConfig) -> Processor:
    if not _PROCESSORS:
        _PROCESSORS.append(Processor.load(bundled("ckpt/mini"), config))
    return _PROCESSORS[0]


def test_presence_weighs_a_region_against_absence(processor: Processor) -> None:
    def softmax(**share: float) -> torch.Tensor:
        first = torch.zeros(processor.tokenizer.get_vocab_size())
        for text, value in (("[0.100", share["region"]), ("not present", share["absent"]), ("a", share["other"])):
            first[processor.answer_ids(text)[0]] = value
        return first

    assert processor.presence_score(softmax(region=0.6, absent=0.2, other=0.2)) == pytest.approx(0.75)
    assert processor.presence_score(softmax(region=1.0, absent=0.0, other=0.0)) == 1.0
    assert processor.presence_score(softmax(region=0.0, absent=1.0, other=0.0)) == 0.0
    assert processor.presence_score(softmax(region=0.0, absent=0.0, other=1.0)) is None, "nothing was measured"
    assert processor.presence_score(None) is None


# --- pixels ------------------------------------------------------------------------------------

SIZES = [(320, 320), (640, 480), (480, 640), (101, 58), (58, 101), (1, 40), (40, 1), (7, 8), (641, 640)]


def picture(size_wh: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (size_wh[1], size_wh[0], 3), np.uint8)


@pytest.mark.parametrize("size_wh", SIZES)
def test_pixels_equal_a_plain_computation_with_pillow(processor: Processor, size_wh: tuple[int, int]) -> None:
    rgb = picture(size_wh)
    side = max(size_wh)
    square = Image.new("RGB", (side, side), PAD)
    square.paste(Image.fromarray(rgb), ((side - size_wh[0]) // 2, (side - size_wh[1]) // 2))
    expected = (np.asarray(square.resize((320, 320), Image.Resampling.BICUBIC)) / 255 - MEAN) / STD
    pixels = processor.pixel_values(rgb)
    assert pixels.shape == (1, 3, 320, 320) and pixels.dtype == torch.float32
    np.testing.assert_allclose(pixels[0].permute(1, 2, 0).numpy(), expected, atol=1e-5)


def test_a_picture_is_not_changed_by_being_asked_about(processor: Processor) -> None:
    rgb = picture((320, 320))
    rgb.flags.writeable = False
    before = rgb.copy()
    processor.pixel_values(rgb).fill_(0)
    assert np.array_equal(rgb, before)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_a_box_falls_on_the_same_pixels_of_the_padded_square(width: int, height: int, data: st.DataObject) -> None:
    x1, y1 = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    x2, y2 = data.draw(st.integers(x1 + 1, width)), data.draw(st.integers(y1 + 1, height))
    rgb = np.zeros((height, width, 3), np.uint8)
    rgb[y1:y2, x1:x2] = 255
    square = pad_to_square(rgb, PAD)
    side = max(width, height)
    assert square.shape == (side, side, 3)
    norm = box_to_padded_norm((x1, y1, x2, y2), (width, height))
    rows, columns = np.nonzero((square == 255).all(-1))
    painted = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert tuple(value * side for value in norm) == pytest.approx(painted)
    assert box_from_padded_norm(norm, (width, height)) == pytest.approx((x1, y1, x2, y2))


@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([7, 16, 56]), st.integers(0, 999))
def test_pixels_are_those_of_the_padded_square_scaled_whole(width: int, height: int, side: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    square = Image.fromarray(pad_to_square(rgb, PAD))
    if square.width != side:
        square = square.resize((side, side), Image.Resampling.BICUBIC)
    expected = normalise(torch.from_numpy(np.array(square)).permute(2, 0, 1)[None])
    assert torch.equal(picture_pixels(rgb, side, PAD), expected)


# --- parity with the original -------------------------------------------------------------------


@pytest.fixture
def fixtures(parity_dir: Path) -> Path:
    folder = parity_dir / "public" / "preprocessing"
    if not folder.is_dir():
        pytest.skip(f"{parity_dir} holds no preprocessing fixtures")
    return folder


@pytest.mark.parametrize("name", ["landscape", "portrait", "square"])
def test_pixels_equal_the_original(fixtures: Path, name: str) -> None:
    meta = json.loads((fixtures / "image_meta.json").read_text())
    tokenizer = small_tokenizer()
    side = meta["processor"]["size"]["shortest_edge"]
    config = network_config(tokenizer.get_vocab_size(), image_size=side)
    rgb = np.array(Image.open(fixtures / f"image_{name}.png").convert("RGB"))
    facts = meta["images"][name]
    assert list(square_padding((rgb.shape[1], rgb.shape[0]))[1:]) == facts["paste_offset_xy"]
    pixels = Processor(config, tokenizer).pixel_values(rgb)
    stored = load_file(fixtures / f"image_{name}.safetensors")
    if "padded_uint8" in stored:
        padded = pad_to_square(rgb, tuple(facts["pad_color"]))
        assert np.array_equal(padded, stored["padded_uint8"].numpy())
    compared = 0
    for key, expected in stored.items():
        if key.startswith("pixel_values"):
            stride = int(key.rpartition("_")[2]) if "strided" in key else 1
            torch.testing.assert_close(pixels[..., ::stride, ::stride], expected, atol=1e-5, rtol=0)
            compared += 1
    assert compared


def test_boxes_come_back_where_the_original_puts_them(fixtures: Path) -> None:
    """The original rounds to pixels on the way: within one of them."""
    cases = json.loads((fixtures / "box_postprocess.json").read_text())
    compared = 0
    for case in cases:
        size_wh = (case["width"], case["height"])
        given_boxes, expected = (parse_answer(case[key], GRAMMAR) for key in ("input", "expected"))
        if case["chained_replacement_quirk"] or len(given_boxes.boxes) != len(expected.boxes):
            continue
        for box, wanted in zip(given_boxes.boxes, expected.boxes, strict=True):
            x1, y1, x2, y2 = box_from_padded_norm(box.box_norm, size_wh)
            ours = (x1 / size_wh[0], y1 / size_wh[1], x2 / size_wh[0], y2 / size_wh[1])
            pixel = 0.5 / min(size_wh) + 0.001
            assert ours == pytest.approx(wanted.box_norm, abs=pixel), case["input"]
            compared += 1
    assert compared > 20
