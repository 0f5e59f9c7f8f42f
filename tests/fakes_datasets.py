"""Miniature copies of public datasets, in the layout that each distributes; every function names where it was read."""

from __future__ import annotations

import json
import pickle
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from PIL import Image

from tests.fakes_media import Recipe, tones, write_sound, write_video

Json = dict[str, object]


def put_json(place: Path, value: object) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(value), encoding="utf-8")
    return place


def put_text(place: Path, text: str, encoding: str = "utf-8") -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding=encoding)
    return place


def put_picture(place: Path, size_wh: tuple[int, int] = (8, 6)) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size_wh, (90, 120, 150)).save(place)
    return place


def put_empty(place: Path) -> Path:
    """A medium that nobody opens."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    return place


def put_sound(place: Path, seconds: float = 1.0) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    return write_sound(place, tones(seconds, 16000), 16000, "pcm_s16le" if place.suffix == ".wav" else "flac")


def put_video(place: Path, seconds: int) -> Path:
    """A clip of so many seconds, a frame each."""
    place.parent.mkdir(parents=True, exist_ok=True)
    return write_video(place, Recipe(rate=Fraction(1), frames=seconds))


# --- conversations -----------------------------------------------------------------------------


def talk(*texts: str) -> list[Json]:
    """Turns of human and gpt in turn."""
    return [{"from": ("human", "gpt")[index % 2], "value": text} for index, text in enumerate(texts)]


def llava(folder: Path) -> Path:
    """README.md of haotian-liu/LLaVA (Visual Instruction Tuning): llava_v1_5_mix665k.json, five picture folders.

    Rows: id, image (absent in talk alone), conversations[from, value]. OCR-VQA's pictures are named .jpg in the list,
    whatever they were downloaded as.
    """
    names = [
        "coco/train2017/000000033471.jpg",
        "gqa/images/2354786.jpg",
        "ocr_vqa/images/1437717772.jpg",
        "textvqa/train_images/011e7e629fb9ae7b.jpg",
        "vg/VG_100K/2.jpg",
        "vg/VG_100K_2/1.jpg",
    ]
    for name in names:
        put_empty(folder / name)
    (folder / names[2]).rename(folder / "ocr_vqa/images/1437717772.png")
    rows: list[Json] = [
        {"id": Path(name).stem, "image": name, "conversations": talk("<image>\nWhat is it?", "A bus.")}
        for name in names
    ]
    rows[0]["conversations"] = talk("What colours has the bus?\n<image>", "White and red.", "And behind?", "A sign.")
    rows.append({"id": "wgByO4Y_0", "model": "", "conversations": talk("How are you?", "Well, thank you.")})
    put_json(folder / "llava_v1_5_mix665k.json", rows)
    return folder


def llava_pretrain(folder: Path) -> Path:
    """docs/Data.md of haotian-liu/LLaVA: blip_laion_cc_sbu_558k.json; code that trains on it keeps pictures in images/.

    Rows: id, image, conversations[from, value].
    """
    put_empty(folder / "images/00453/004539375.jpg")
    row = {"id": "004539375", "image": "00453/004539375.jpg", "conversations": talk("Describe it.\n<image>", "A tray")}
    put_json(folder / "blip_laion_cc_sbu_558k.json", [row])
    return folder


def valley(folder: Path) -> Path:
    """README.md of RupertLuo/Valley names the set; its fields as public code for TimeChat reads them.

    Rows: source (VATEX or jukinmedia), v_id, video, conversations[from, value]; the marker before or behind the text.
    """
    put_empty(folder / "videos/-00PROpNY9E_000002_000012.mp4")
    put_empty(folder / "videos/v_1.mp4")
    rows: list[Json] = [
        {
            "id": 1,
            "source": "VATEX",
            "v_id": "-00PROpNY9E_000002_000012",
            "video": "-00PROpNY9E.mp4",
            "conversations": talk("What does he do?\n<video>", "He skates."),
        },
        {
            "id": 2,
            "source": "jukinmedia",
            "v_id": "1",
            "video": "v_1.mp4",
            "conversations": talk("<video>\nWhere?", "Outside."),
        },
    ]
    put_json(folder / "Valley_instruct_73k.json", rows)
    return folder


def valley_pretrain(folder: Path) -> Path:
    """huggingface.co/datasets/luoruipu1/Valley-webvid2M-Pretrain-703K: chat.json, as public code filters it.

    Rows: video (relative), conversations[from, value].
    """
    put_empty(folder / "videos/000051_000100/1024546070.mp4")
    row = {"video": "000051_000100/1024546070.mp4", "conversations": talk("<video>\nWrite a caption.", "A beach")}
    put_json(folder / "chat.json", [{"id": "1024546070", **row}])
    return folder


# --- pictures ----------------------------------------------------------------------------------


def coco(folder: Path) -> Path:
    """refer.py of lichengunc/refer and pycocotools: instances_train2017.json; captions as public code reads them.

    images[id, file_name, width, height], annotations[id, image_id, category_id, bbox x y w h, iscrowd], categories
    behind them; captions: annotations[id, image_id, caption].
    """
    pictures = [
        {"id": 9, "file_name": "000000000009.jpg", "width": 640, "height": 480, "license": 3},
        {"id": 25, "file_name": "000000000025.jpg", "width": 640, "height": 426, "license": 3},
    ]
    boxes = [
        {"id": 1, "image_id": 9, "category_id": 51, "bbox": [311.5, 4.5, 319, 228], "iscrowd": 0, "segmentation": []},
        {"id": 2, "image_id": 25, "category_id": 25, "bbox": [385.5, 60, 214.5, 297], "iscrowd": 0},
        {"id": 3, "image_id": 9, "category_id": 51, "bbox": [1, 187.5, 610.5, 285], "iscrowd": 0},
        {"id": 4, "image_id": 9, "category_id": 55, "bbox": [0, 0, 640, 480], "iscrowd": 1},
        {"id": 5, "image_id": 9, "category_id": 55, "bbox": [10, 10, 0, 5], "iscrowd": 0},
    ]
    kinds = [{"id": 25, "name": "giraffe"}, {"id": 51, "name": "bowl"}, {"id": 55, "name": "orange"}]
    document = {"info": {"year": 2017}, "licenses": [], "images": pictures, "annotations": boxes, "categories": kinds}
    put_json(folder / "annotations/instances_train2017.json", document)
    captions = [{"image_id": 9, "id": 661611, "caption": "Closeup of bins of food.\n"}]
    put_json(folder / "annotations/captions_train2017.json", {"images": pictures, "annotations": captions})
    put_empty(folder / "train2017/000000000009.jpg")
    put_empty(folder / "train2017/000000000025.jpg")
    return folder


def gqa(folder: Path) -> Path:
    """GQA as public code reads it: questions {id: {imageId, question, answer, fullAnswer}}, images/ID.jpg.

    train_sceneGraphs.json: {image: {width, height, objects: {id: {name, x, y, w, h}}}}; x, y, w, h not confirmed.
    """
    question = {
        "imageId": "2354786",
        "question": "Is the sky dark?",
        "answer": "yes",
        "fullAnswer": "Yes, the sky is dark.",
        "isBalanced": True,
    }
    put_json(folder / "train_balanced_questions.json", {"02930152": question})
    things = {
        "681267": {"name": "banana", "x": 248, "y": 55, "w": 64, "h": 34, "attributes": []},
        "681262": {"name": "spots", "x": 245, "y": 92, "w": 16, "h": 19},
        "681263": {"name": "banana", "x": 268, "y": 40, "w": 26, "h": 18},
    }
    put_json(folder / "train_sceneGraphs.json", {"2354786": {"width": 500, "height": 332, "objects": things}})
    put_empty(folder / "images/2354786.jpg")
    return folder


def ocr_vqa(folder: Path) -> Path:
    """mmpretrain/datasets/ocr_vqa.py of open-mmlab/mmpretrain: dataset.json, pictures by the suffix of imageURL.

    {id: {imageURL, questions, answers, title, authorName, genre, split 1-3}}.
    """
    book = {
        "imageURL": "http://ecx.images-amazon.com/images/I/61Y5cOdHJbL.jpg",
        "questions": ["Who wrote this book?", "Is this a games related book?"],
        "answers": ["Sandra Boynton", "No"],
        "title": "Mom's Family Wall Calendar 2016",
        "authorName": "Sandra Boynton",
        "genre": "Calendars",
        "split": 1,
    }
    put_json(folder / "dataset.json", {"761183272": book, "1": {**book, "split": 3}})
    put_empty(folder / "images/761183272.jpg")
    return folder


def textvqa(folder: Path) -> Path:
    """mmpretrain/datasets/textvqa.py of open-mmlab/mmpretrain: TextVQA_0.5.1_train.json, train_images/ID.jpg.

    data[question, question_id, image_id, image_width, image_height, answers (ten)].
    """
    entry = {
        "question": "what is the brand of this camera?",
        "image_id": "003a8ae2ef43b901",
        "image_width": 1024,
        "image_height": 664,
        "answers": ["nous les gosses", "dakota", "clos culombu", "dakota digital", "dakota", "dakota"],
        "question_id": 34602,
        "set_name": "train",
    }
    put_json(folder / "TextVQA_0.5.1_train.json", {"dataset_type": "train", "data": [entry]})
    put_empty(folder / "train_images/003a8ae2ef43b901.jpg")
    return folder


def visual_genome(folder: Path) -> Path:
    """Dataset card and loader of ranjaykrishna/visual_genome: image_data.json, region_descriptions.json, VG_100K(_2).

    image_data[image_id, width, height, url]; region_descriptions[id, regions[region_id, image_id, phrase, x, y, width,
    height]].
    """
    url = "https://cs.stanford.edu/people/rak248/VG_100K_2/1.jpg"
    put_json(folder / "image_data.json", [{"image_id": 1, "url": url, "width": 800, "height": 600, "coco_id": None}])
    region = {"region_id": 1382, "image_id": 1, "x": 421, "y": 57, "width": 82, "height": 139}
    flat = {**region, "region_id": 1383, "width": 0, "phrase": "nothing"}
    regions = [{**region, "phrase": "the clock is green in colour "}, flat]
    put_json(folder / "region_descriptions.json", [{"id": 1, "regions": regions}])
    put_empty(folder / "VG_100K_2/1.jpg")
    return folder


def flickr30k_entities(folder: Path) -> Path:
    """README.md and flickr30k_entities_utils.py of BryanPlummer/flickr30k_entities.

    Sentences/ID.txt: [/EN#chain/type words]; Annotations/ID.xml: size, object[name..., bndbox | nobndbox and scene],
    corners from 1; train.txt: an id a line. Pictures: flickr30k-images/ID.jpg.
    """
    put_text(folder / "train.txt", "1000092795\n")
    put_text(
        folder / "Sentences/1000092795.txt",
        "[/EN#1/people Two young guys] with [/EN#2/bodyparts shaggy hair] look at [/EN#3/bodyparts their hands] .\n"
        "Two friends enjoy [/EN#0/notvisual time] spent together .\n",
    )

    def corners(x1: int, y1: int, x2: int, y2: int) -> str:
        return f"<bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox>"

    put_text(
        folder / "Annotations/1000092795.xml",
        "<annotation><filename>1000092795.jpg</filename><size><width>333</width><height>500</height><depth>3</depth>"
        f"</size><object><name>1</name>{corners(147, 77, 299, 500)}</object>"
        f"<object><name>1</name><name>2</name>{corners(1, 101, 101, 201)}</object>"
        "<object><name>3</name><scene>0</scene><nobndbox>1</nobndbox></object></annotation>",
    )
    put_empty(folder / "flickr30k-images/1000092795.jpg")
    return folder


def refcoco(folder: Path, name: str = "refcoco", author: str = "unc") -> Path:
    """README.md and refer.py of lichengunc/refer: NAME/refs(AUTHOR).p, NAME/instances.json, images/mscoco/....

    refs: a pickle of [ref_id, ann_id, category_id, image_id, split, sentences[sent_id, sent, raw, tokens]].
    """
    pictures = [{"id": 581857, "file_name": "COCO_train2014_000000581857.jpg", "width": 640, "height": 427}]
    boxes = [
        {"id": 1719310, "image_id": 581857, "category_id": 1, "bbox": [103.9, 299.9, 134.2, 127.1], "iscrowd": 0},
        {"id": 2, "image_id": 581857, "category_id": 1, "bbox": [0, 0, 1, 1], "iscrowd": 0},
    ]
    kinds = [{"id": 1, "name": "person"}]
    put_json(folder / name / "instances.json", {"images": pictures, "annotations": boxes, "categories": kinds})

    def ref(number: int, split: str, *said: str) -> Json:
        sentences = [{"sent_id": number * 10 + k, "sent": text, "raw": text} for k, text in enumerate(said)]
        return {
            "ref_id": number,
            "ann_id": 1719310,
            "image_id": 581857,
            "category_id": 1,
            "split": split,
            "file_name": "COCO_train2014_000000581857_16.jpg",
            "sentences": sentences,
        }

    refs = [ref(0, "train", "the lady with the blue shirt", "lady in blue"), ref(1, "testB", "woman")]
    (folder / name / f"refs({author}).p").write_bytes(pickle.dumps(refs, protocol=0))
    put_empty(folder / "images/mscoco/images/train2014/COCO_train2014_000000581857.jpg")
    return folder


# --- video and sound ---------------------------------------------------------------------------


def didemo(folder: Path) -> Path:
    """README.md of LisaAnne/LocalizingMoments: train_data.json; chunks of 5 s, the last one ends with the video.

    annotation_id, description, video, times[[first, last]...], num_segments, dl_link.
    """
    row = {
        "annotation_id": 37093,
        "description": "camera pans to a group of people",
        "video": "54322086@N00_2408598274_274ba81883.mov",
        "times": [[1, 1], [2, 2], [2, 2], [2, 2]],
        "num_segments": 3,
        "dl_link": "https://www.flickr.com/video_download.gne?id=2408598274",
    }
    put_json(folder / "train_data.json", [row])
    put_video(folder / "videos/54322086@N00_2408598274_274ba81883.mp4", 12)
    return folder


def activitynet_captions(folder: Path) -> Path:
    """evaluate.py of ranjaykrishna/densevid_eval: val_1.json; train.json has the same fields.

    {v_ID: {duration, timestamps[[start, end]...], sentences}}; times may pass the end.
    """
    entry = {
        "duration": 82.73,
        "timestamps": [[0.83, 19.86], [17.37, 60.81], [56.26, 90.0]],
        "sentences": ["A young woman is seen standing in a room.", " The girl dances around. ", "She stops."],
    }
    put_json(folder / "train.json", {"v_QOlSCBRmfWY": entry})
    put_empty(folder / "videos/v_QOlSCBRmfWY.mp4")
    return folder


def charades_sta(folder: Path) -> Path:
    """README.md of jiyanggao/TALL: charades_sta_train.txt; Charades_v1_train.csv as public code reads it.

    `VIDEO start end##sentence`; columns id and length among others.
    """
    put_text(folder / "charades_sta_train.txt", "AO8RW 0.0 6.9##a person is putting a book on a shelf.\n")
    put_text(
        folder / "Charades_v1_train.csv",
        "id,subject,scene,quality,relevance,verified,script,objects,descriptions,actions,length\n"
        'AO8RW,5Y4D,Bedroom,6,7,Yes,"A person, with a book.",book,Shelf,c092 0.00 6.90,33.67\n',
    )
    put_empty(folder / "Charades_v1_480/AO8RW.mp4")
    return folder


def vggss(folder: Path) -> Path:
    """README.md of hche11/Localizing-Visual-Sounds-the-Hard-Way: frames/, audio/; vggss.json as public code reads it.

    file, class, bbox[[x1, y1, x2, y2] 0-1...], some beyond 1.
    """
    row = {"file": "-3RH8_aeZkk_000105", "class": "dog barking", "bbox": [[0.25, 0.5, 0.75, 1.01]]}
    put_json(folder / "vggss.json", [row])
    put_picture(folder / "frames/-3RH8_aeZkk_000105.jpg", (40, 20))
    put_empty(folder / "audio/-3RH8_aeZkk_000105.wav")
    return folder


def wavecaps(folder: Path) -> Path:
    """README.md of XinhaoMei/WavCaps; files, folders and ids as public code reads them.

    json_files/PART/*_final.json: num_captions_per_audio, data[id, caption, audio, duration]; PART_flac/ID.flac.
    """
    strong = {"id": "Yb0RFKhbpFJA.wav", "caption": "Wind and a man speaking.", "audio": "wav_path", "duration": 10.0}
    bible = {"id": "2219", "title": "Airplane", "caption": "An airplane is landing.", "duration": 14.1424375}
    for part, file, entry in (("AudioSet_SL", "as_final", strong), ("SoundBible", "sb_final", bible)):
        document = {"num_captions_per_audio": 1, "data": [entry]}
        put_json(folder / f"json_files/{part}/{file}.json", document)
    put_empty(folder / "AudioSet_SL_flac/Yb0RFKhbpFJA.flac")
    put_empty(folder / "SoundBible_flac/2219.flac")
    return folder


def clotho(folder: Path) -> Path:
    """zenodo.org/records/4783391: clotho_captions_development.csv and clotho_metadata_development.csv (Latin-1).

    file_name, caption_1 to caption_5; file_name, keywords, sound_id, sound_link, start_end_samples, manufacturer,
    license.
    """
    captions = ",".join(f'"Caption {number}, with a comma"' for number in range(1, 6))
    head = ",".join(f"caption_{number}" for number in range(1, 6))
    put_text(folder / "clotho_captions_development.csv", f"file_name,{head}\nDistorted AM Radio.wav,{captions}\n")
    put_text(
        folder / "clotho_metadata_development.csv",
        "file_name,keywords,sound_id,sound_link,start_end_samples,manufacturer,license\n"
        'Distorted AM Radio.wav,noise;radio,331756,https://freesound.org/s/331756,"[1, 2]",Álvaro,'
        "http://creativecommons.org/publicdomain/zero/1.0/\n",
        "latin-1",
    )
    put_empty(folder / "development/Distorted AM Radio.wav")
    return folder


MAKERS: Mapping[str, object] = {
    "llava": llava,
    "coco": coco,
    "gqa": gqa,
    "ocr-vqa": ocr_vqa,
    "textvqa": textvqa,
    "visual-genome": visual_genome,
    "flickr30k-entities": flickr30k_entities,
    "valley": valley,
    "didemo": didemo,
    "activitynet-captions": activitynet_captions,
    "charades-sta": charades_sta,
    "vggss": vggss,
    "wavecaps": wavecaps,
    "clotho": clotho,
    "refcoco": refcoco,
    "refcoco+": lambda folder: refcoco(folder, "refcoco+"),
    "refcocog": lambda folder: refcoco(folder, "refcocog", "umd"),
}
