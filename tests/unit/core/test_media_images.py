"""Pictures of every common kind are read upright as RGB; broken ones give one clear line."""

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from core.errors import MediaError
from core.media import content_hash, is_media_path, list_media, probe, probe_item, read_image, thumbnail

GRADIENT = np.stack(np.broadcast_arrays(np.arange(60)[None, :] * 4, np.arange(40)[:, None] * 6, 90), axis=-1).astype(
    np.uint8
)  # [40, 60, 3]: every corner differs from the others


def save(path: Path, picture: Image.Image, **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, **options)
    return path


def noise(width: int, height: int) -> Image.Image:
    return Image.fromarray(np.random.default_rng(3).integers(0, 255, (height, width, 3), dtype=np.uint8))


@pytest.mark.parametrize("suffix", ["png", "bmp", "tiff", "webp"])
def test_lossless_formats_come_back_exactly(tmp_path: Path, suffix: str) -> None:
    options = {"lossless": True} if suffix == "webp" else {}
    path = save(tmp_path / "数据" / f"é ü.{suffix}", Image.fromarray(GRADIENT), **options)
    pixels = read_image(path)
    assert np.array_equal(pixels.rgb, GRADIENT)
    assert pixels.warnings == ()


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone_and_recorded(tmp_path: Path, suffix: str, orientation: int) -> None:
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # orientation -> the transposition that a camera applied
    stored = Image.fromarray(GRADIENT)
    if orientation > 1:
        stored = stored.transpose(Image.Transpose(undo[orientation]))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"jpg": {"quality": 100, "subsampling": 0}, "webp": {"lossless": True}}.get(suffix, {})
    path = save(tmp_path / f"turned.{suffix}", stored, exif=exif, **options)

    pixels = read_image(path)
    header = probe(path)
    assert pixels.rgb.shape == GRADIENT.shape
    assert np.abs(pixels.rgb.astype(int) - GRADIENT).max() <= 6
    assert (header.width, header.height, header.orientation) == (60, 40, orientation)
    assert (header.raw_width, header.raw_height) == stored.size


@pytest.mark.parametrize("orientation", [0, 9, 300])
def test_nonsense_orientation_counts_as_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "odd.jpg", Image.fromarray(GRADIENT), exif=exif)
    assert probe(path).orientation == 1
    assert read_image(path).rgb.shape == GRADIENT.shape


@pytest.mark.parametrize(
    ("mode", "suffix", "colour", "expected"),
    [
        ("L", "png", 128, (128, 128, 128)),
        ("1", "png", 1, (255, 255, 255)),
        ("LA", "png", (0, 0), (255, 255, 255)),
        ("RGBA", "png", (255, 0, 0, 0), (255, 255, 255)),
        ("RGBA", "png", (0, 0, 255, 255), (0, 0, 255)),
        ("RGBA", "webp", (10, 200, 30, 0), (255, 255, 255)),
        ("CMYK", "tiff", (0, 255, 255, 0), (255, 0, 0)),
        ("CMYK", "jpg", (0, 0, 0, 255), (0, 0, 0)),
    ],
)
def test_modes_become_rgb(tmp_path: Path, mode: str, suffix: str, colour: object, expected: tuple[int, ...]) -> None:
    path = save(tmp_path / f"x.{suffix}", Image.new(mode, (8, 6), colour))
    rgb = read_image(path).rgb
    assert rgb.shape == (6, 8, 3)
    assert np.abs(rgb.astype(int) - np.array(expected)).max() <= 3


def test_palette_with_a_transparent_colour_stands_on_white(tmp_path: Path) -> None:
    picture = Image.new("P", (8, 6), 0)
    picture.putpalette([255, 0, 0, 0, 255, 0])
    picture.putpixel((1, 0), 1)
    rgb = read_image(save(tmp_path / "x.png", picture, transparency=b"\x00\xff")).rgb
    assert tuple(rgb[0, 0]) == (255, 255, 255)
    assert tuple(rgb[0, 1]) == (0, 255, 0)


def test_transparent_colour_of_a_plain_rgb_png_stands_on_white(tmp_path: Path) -> None:
    rgb = read_image(save(tmp_path / "x.png", Image.new("RGB", (4, 4), (9, 9, 9)), transparency=(9, 9, 9))).rgb
    assert (rgb == 255).all()


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_sixteen_bit_grey_keeps_its_range(tmp_path: Path, suffix: str) -> None:
    deep = np.linspace(0, 65535, 256).astype(np.uint16).reshape(16, 16)
    pixels = read_image(save(tmp_path / f"deep.{suffix}", Image.fromarray(deep)))
    assert np.array_equal(pixels.rgb[..., 0].ravel(), np.arange(256))
    assert pixels.warnings == ()


def test_twelve_bit_grey_is_not_shown_black(tmp_path: Path) -> None:
    deep = np.linspace(0, 4095, 256).astype(np.uint16).reshape(16, 16)
    pixels = read_image(save(tmp_path / "deep.png", Image.fromarray(deep)))
    assert pixels.rgb.max() == 255
    assert "12-bit" in pixels.warnings[0]


def test_float_tiff_is_stretched(tmp_path: Path) -> None:
    values = np.linspace(-5, 20, 256).astype(np.float32).reshape(16, 16)
    values[0, 1] = np.nan
    pixels = read_image(save(tmp_path / "f.tiff", Image.fromarray(values)))
    assert (pixels.rgb.min(), pixels.rgb.max()) == (0, 255)
    assert "stretched" in pixels.warnings[0]


def test_first_frame_of_a_moving_gif(tmp_path: Path) -> None:
    red, blue = Image.new("RGB", (8, 6), "red"), Image.new("RGB", (8, 6), "blue")
    path = save(tmp_path / "x.gif", red, save_all=True, append_images=[blue])
    assert tuple(read_image(path).rgb[0, 0]) == (255, 0, 0)
    assert probe(path).kind == "image"


@pytest.mark.parametrize("progressive", [False, True])
def test_truncated_jpeg_is_read_as_far_as_it_goes(tmp_path: Path, progressive: bool) -> None:
    whole = save(tmp_path / "whole.jpg", noise(320, 240), quality=90, progressive=progressive)
    data = whole.read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(data[: len(data) // 2])
    pixels = read_image(cut)
    assert pixels.rgb.shape == (240, 320, 3)
    assert "cut.jpg is damaged or cut short" in pixels.warnings[0]
    if not progressive:
        assert np.array_equal(pixels.rgb[:96], read_image(whole).rgb[:96])
    assert pixels.rgb[:96].std() > 10
    assert ImageFile.LOAD_TRUNCATED_IMAGES is False


def test_truncated_jpeg_keeps_its_orientation(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = save(tmp_path / "whole.jpg", noise(320, 240), exif=exif).read_bytes()
    (tmp_path / "cut.jpg").write_bytes(data[: len(data) // 2])
    assert read_image(tmp_path / "cut.jpg").rgb.shape == (320, 240, 3)


def test_truncated_png_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    whole = save(tmp_path / "whole.png", noise(320, 240))
    data = whole.read_bytes()
    cut = tmp_path / "cut.png"
    cut.write_bytes(data[: len(data) // 2])
    pixels = read_image(cut)
    assert np.array_equal(pixels.rgb[:100], read_image(whole).rgb[:100])
    assert pixels.warnings


def test_a_strict_reader_beside_a_lenient_one_stays_strict(tmp_path: Path) -> None:
    """Rescuing one file must not silence the complaint about another, decoded at the same time."""
    data = save(tmp_path / "whole.jpg", noise(320, 240)).read_bytes()
    cut = tmp_path / "cut.jpg"
    cut.write_bytes(data[: len(data) // 2])
    warned: list[bool] = []
    threads = [threading.Thread(target=lambda: warned.append(bool(read_image(cut).warnings))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warned == [True] * 8


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tiff", "gif", "bmp"])
@pytest.mark.parametrize("share", [0.02, 0.1, 0.5, 0.97])
def test_any_cut_gives_pixels_or_a_media_error(tmp_path: Path, suffix: str, share: float) -> None:
    data = save(tmp_path / f"whole.{suffix}", noise(100, 80)).read_bytes()
    cut = tmp_path / f"cut.{suffix}"
    cut.write_bytes(data[: max(1, int(len(data) * share))])
    try:
        assert read_image(cut).rgb.shape == (80, 100, 3)
    except MediaError as error:
        assert str(cut) in str(error)
        assert "\n" not in str(error)


def test_text_in_disguise_is_named(tmp_path: Path) -> None:
    path = tmp_path / "notes.jpg"
    path.write_text("just some notes, zwölf Stück\n", encoding="utf-8")
    for read in (read_image, probe):
        with pytest.raises(MediaError, match=r"notes\.jpg is not a picture\. It holds text\."):
            read(path)


def test_empty_missing_folder(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    for read in (read_image, probe, content_hash):
        with pytest.raises(MediaError, match="is empty"):
            read(tmp_path / "empty.jpg")
        with pytest.raises(MediaError, match="There is no file"):
            read(tmp_path / "absent.jpg")
        with pytest.raises(MediaError, match="is a folder"):
            read(tmp_path)


def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(MediaError, match="not an ordinary file"):
        read_image(tmp_path / "pipe.jpg")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file_names_the_reason(tmp_path: Path) -> None:
    path = save(tmp_path / "x.png", noise(4, 4))
    path.chmod(0)
    with pytest.raises(MediaError, match="Permission denied"):
        read_image(path)


def test_an_absurdly_large_picture_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    header = save(tmp_path / "small.bmp", Image.new("RGB", (2, 2))).read_bytes()
    huge = header[:18] + (100_000).to_bytes(4, "little") + (100_000).to_bytes(4, "little") + header[26:]
    path = tmp_path / "huge.bmp"
    path.write_bytes(huge)
    with pytest.raises(MediaError, match="100000 × 100000 pixels are more than 300 megapixels"):
        probe(path)


def test_a_hundred_megapixels_are_read_without_a_warning(tmp_path: Path) -> None:
    path = save(tmp_path / "large.png", Image.new("L", (10_000, 10_000), 7), compress_level=1)
    header = probe(path)
    assert (header.width, header.height) == (10_000, 10_000)
    thumb = thumbnail(path, 64, tmp_path / "cache")
    assert read_image(thumb).rgb.shape == (64, 64, 3)


def test_corrupt_exif_does_not_stop_anyone(tmp_path: Path) -> None:
    path = save(tmp_path / "x.jpg", Image.fromarray(GRADIENT), exif=b"Exif\0\0MM\0*\0\0\0\x08\x00\x05\x01\x12garbage")
    assert read_image(path).rgb.shape == GRADIENT.shape
    assert probe(path).orientation == 1


def test_thumbnail_is_made_once_and_anew_for_a_changed_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "x.jpg", noise(400, 200))
    first = thumbnail(path, 100, tmp_path / "cache")
    assert read_image(first).rgb.shape == (50, 100, 3)
    assert thumbnail(path, 100, tmp_path / "cache") == first
    save(path, noise(200, 400))
    second = thumbnail(path, 100, tmp_path / "cache")
    assert second != first
    assert read_image(second).rgb.shape == (100, 50, 3)
    assert not list((tmp_path / "cache").rglob("*.part"))


def test_probe_item_holds_everything_the_project_needs(tmp_path: Path) -> None:
    path = save(tmp_path / "a" / "x.png", Image.fromarray(GRADIENT))
    item = probe_item(path, root="photos", relative="a/x.png")
    assert (item.kind, item.root, item.path, item.width, item.height) == ("image", "photos", "a/x.png", 60, 40)
    moved = path.rename(tmp_path / "moved.png")
    assert content_hash(moved) == item.content_hash


def test_content_hash_sees_both_ends_of_a_long_file(tmp_path: Path) -> None:
    def written(data: bytes) -> str:
        (tmp_path / "f").write_bytes(data)
        return content_hash(tmp_path / "f")

    long = bytes(3 << 20)
    assert len({written(long), written(b"x" + long[1:]), written(long[:-1] + b"x"), written(long + b"\0")}) == 4


def test_listing_is_stable_and_skips_what_is_no_medium(tmp_path: Path) -> None:
    for name in ("b/2.PNG", "b/1.jpg", "a.mp4", "z.wav", "notes.txt", ".hidden/x.png", "b/._1.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in list_media(tmp_path)]
    assert found == ["a.mp4", "z.wav", "b/1.jpg", "b/2.PNG"]
    assert not is_media_path(Path("x.txt"))
    with pytest.raises(MediaError, match="There is no folder"):
        list_media(tmp_path / "absent")


def test_bytes_that_are_no_picture(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(bytes(range(256)) * 8)
    with pytest.raises(MediaError, match="is not a picture"):
        read_image(tmp_path / "x.png")
