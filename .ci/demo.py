"""The main job on the bundled sample with the bundled model: a table, pictures, a COCO file, and the window.

    .venv/bin/python .ci/demo.py [--out demo-output] [--model mini] [--no-window]

Everything goes through the commands that a person would use; only accepting, which is a click in the window, is
done here by the same act that the click does.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from core.geometry import iou  # noqa: E402
from core.grounding.registry import DEFAULT_MODEL  # noqa: E402
from core.media import read_image  # noqa: E402
from core.media.drawing import DrawnBox, draw_boxes, write_picture  # noqa: E402
from core.project import Project, acts  # noqa: E402
from core.schema import Answer, Box, Proposal  # noqa: E402
from core.workflows.display import usable_display  # noqa: E402
from core.workflows.sample import Sample, SamplePicture, load_sample, open_sample  # noqa: E402

AUTHOR = "demo"
ACCEPTED_FROM = 0.5
GOOD_IOU = 0.5
WINDOW_TRIAL_S = 4  # a window that cannot open has said so by then
MARKER = ".made-by-make-demo"


def fresh_folder(out: Path) -> None:
    """Empty the folder if an earlier demo made it; leave a stranger's folder alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / MARKER).exists():
            raise SystemExit(f"demo: stopped: {out} holds files of somebody else. Name another folder with --out.")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARKER).touch()


def command(*arguments: str, keep: Path | None = None) -> None:
    """Run one of the app's own commands as a person would; its stdout may go to a file."""
    line = [sys.executable, str(ROOT / "main.py"), *arguments]
    print(f"\n$ python main.py {' '.join(shown(argument) for argument in arguments)}", flush=True)
    if keep is None:
        done = subprocess.run(line, check=False)
    else:
        with keep.open("w", encoding="utf-8") as file:
            done = subprocess.run(line, stdout=file, check=False)
    if done.returncode not in (0, 3):  # 3: done, and its own report says what was skipped
        raise SystemExit(f"demo: stopped: `{arguments[0]}` ended with exit code {done.returncode}.")


def shown(argument: str) -> str:
    """An argument as one would type it."""
    return f'"{argument}"' if " " in argument else argument


def boxes_of(answer: Answer) -> list[tuple[Proposal, Box]]:
    """Its proposals that are boxes."""
    return [(proposal, proposal.region) for proposal in answer.proposals if isinstance(proposal.region, Box)]


def verdict(answer: Answer, picture: SamplePicture) -> str:
    """How the answer compares with what was drawn: the pictures come with the truth."""
    truth = list(picture.boxes_xyxy[answer.query.expression])
    found = [(box.x1, box.y1, box.x2, box.y2) for _, box in boxes_of(answer)]
    hits = 0
    for box in found:
        best = max(truth, key=lambda true_box: iou(box, true_box), default=None)
        if best is not None and iou(box, best) >= GOOD_IOU:
            truth.remove(best)
            hits += 1
    drawn = len(picture.boxes_xyxy[answer.query.expression])
    if answer.error:
        return "no answer"
    if hits == drawn == len(found):
        return "right"
    return f"{hits} of {drawn} found, {len(found) - hits} too many" if len(found) > hits else f"{hits} of {drawn} found"


def rows(answer: Answer, picture: SamplePicture) -> Iterable[tuple[str, ...]]:
    """Lines of the table: one for each box, or one that says why there is none."""
    words, compared = answer.query.expression, verdict(answer, picture)
    if not answer.proposals:
        yield (picture.file, words, f"error: {answer.error}" if answer.error else "not present", "", compared)
    for number, (proposal, box) in enumerate(boxes_of(answer)):
        corners = f"{box.x1:.0f}, {box.y1:.0f}, {box.x2:.0f}, {box.y2:.0f}"
        score = "-" if proposal.score is None else f"{proposal.score:.2f}"
        yield ("", "", corners, score, "") if number else (picture.file, words, corners, score, compared)


def print_table(lines: Sequence[tuple[str, ...]]) -> None:
    """Columns side by side."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    for number, line in enumerate(lines):
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))


def show_and_accept(project_path: Path, sample: Sample, pictures_dir: Path) -> None:
    """Print the table, draw what was proposed, and stand behind the boxes that the model is sure of."""
    lines: list[tuple[str, ...]] = [("picture", "expression", "box x1, y1, x2, y2", "score", "against what was drawn")]
    colours = {text: number for number, text in enumerate(sample.expressions)}
    asked = right = 0
    with Project.open(project_path, author=AUTHOR, role="command") as project:
        items = {item.path: item for item in project.media()}
        for picture in sample.pictures:
            item = items[picture.file]
            drawn: list[DrawnBox] = []
            for answer in project.answers(item.id):
                lines += rows(answer, picture)
                asked, right = asked + 1, right + (verdict(answer, picture) == "right")
                colour = colours.get(answer.query.expression, 0)
                for proposal, box in boxes_of(answer):
                    text = f"{answer.query.expression} {proposal.score:.2f}" if proposal.score is not None else ""
                    drawn.append(DrawnBox((box.x1, box.y1, box.x2, box.y2), text, colour))
                sure = [one for one in answer.proposals if one.score is None or one.score >= ACCEPTED_FROM]
                if sure:
                    project.apply(acts.accept(project, answer, sure))
            target = pictures_dir / f"{Path(picture.file).stem}.png"
            write_picture(draw_boxes(read_image(project.resolve(item)).rgb, drawn), target)
        accepted = len(project.annotations())
    print()
    print_table(lines)
    print(
        f"\n{right} of {asked} answers are exactly right. {accepted} boxes accepted (score {ACCEPTED_FROM} and more)."
    )


def open_window(project_path: Path) -> None:
    """Open the app on the project where there is a screen; the window stays when the demo ends."""
    display = usable_display()
    if not display:
        print("There is no display here. Where there is one, this opens the window:")
        print(f"    make run PROJECT={project_path}")
        return
    log = project_path.parent / "window.log"
    with log.open("w", encoding="utf-8") as file:
        line = [sys.executable, str(ROOT / "main.py"), str(project_path)]
        window = subprocess.Popen(line, stdout=file, stderr=file, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        code = window.wait(WINDOW_TRIAL_S)
    except subprocess.TimeoutExpired:
        print(f"The window is open on {display} (process {window.pid}).")
        return
    if code != 0:
        raise SystemExit(f"demo: the window did not open: {log.read_text(encoding='utf-8').strip()}")


def main() -> None:
    """Do the job, say where everything is, open the window."""
    parser = argparse.ArgumentParser(description="Ground the bundled sample project and show the result.")
    parser.add_argument("--out", type=Path, default=ROOT / "demo-output", help="folder for everything that is made")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="a name or a folder (the bundled model)")
    parser.add_argument("--no-window", action="store_true", help="do not open the window at the end")
    options = parser.parse_args()
    started = time.perf_counter()
    out = options.out.absolute()
    fresh_folder(out)
    sample = load_sample()
    project_path = open_sample(out, author=AUTHOR)
    pictures_dir = out / "annotated"
    pictures_dir.mkdir()
    coco_path = out / "coco" / "annotations.json"
    coco_path.parent.mkdir()
    print(f"Asking {len(sample.expressions)} expressions about each of {len(sample.pictures)} pictures.")
    command(
        "propose",
        str(project_path),
        *sample.expressions,
        "--model",
        options.model,
        "--json",
        keep=out / "answers.jsonl",
    )
    show_and_accept(project_path, sample, pictures_dir)
    command("export", str(project_path), "--format", "coco", "--out", str(coco_path))
    print(f"\nEverything is in {out} (made in {time.perf_counter() - started:.0f} s):")
    for place in (project_path, pictures_dir, coco_path, out / "answers.jsonl"):
        print(f"    {place.relative_to(out)}")
    if not options.no_window:
        open_window(project_path)


if __name__ == "__main__":
    main()
