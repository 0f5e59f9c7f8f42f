"""Files of pictures as other tools document them, for tests of exchange formats."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from core.formats import Contents

# As labelme 5.5 writes it: github.com/wkentaro/labelme, examples/tutorial/apc2016_obj3.json (shortened).
LABELME: dict[str, Any] = {
    "version": "5.5.0",
    "flags": {"blurry": True},
    "shapes": [
        {
            "label": "shelf",
            "points": [[30.0, 20.0], [10.0, 40.0]],
            "group_id": 3,
            "description": "the left shelf",
            "shape_type": "rectangle",
            "flags": {"occluded": True},
            "mask": None,
        },
        {"label": "bag", "points": [[1, 1], [9, 2], [5, 8]], "group_id": None, "shape_type": "polygon", "flags": {}},
        {"label": "hole", "points": [[20, 20], [23, 24]], "group_id": None, "shape_type": "circle", "flags": {}},
        {"label": "tip", "points": [[5, 5]], "group_id": None, "shape_type": "point", "flags": {}},
    ],
    "imagePath": "a.jpg",
    "imageData": None,
    "imageHeight": 48,
    "imageWidth": 64,
    "lineColor": [0, 255, 0, 128],
}
# docs.cvat.ai/docs/manual/advanced/xml_format, "Annotation" (shortened).
CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version>
<meta><task><id>4</id><name>shoes</name><size>2</size><mode>annotation</mode>
<labels><label><name>car</name><attributes/></label><label><name>person</name><attributes/></label></labels>
</task></meta>
<image id="0" name="sub/a.jpg" width="64" height="48" subset="Train" task_id="4">
<tag label="night" source="manual"/>
<box label="car" occluded="1" xtl="2.25" ytl="4.5" xbr="20.75" ybr="30" z_order="4" source="auto">
<attribute name="model">a</attribute></box>
<polygon label="person" occluded="0" points="1.0,2.0;11.0,2.0;6.0,20.0" z_order="0"/>
<points label="car" occluded="0" points="3,4"/>
<box label="car" xtl="20" ytl="20" xbr="40" ybr="30" rotation="90"/>
</image></annotations>"""
# labelstud.io/guide/task_format (numbers changed).
LABEL_STUDIO: list[Any] = [
    {
        "id": 7,
        "project": 83,
        "data": {"image": "/data/local-files/?d=sub%2Fa.jpg", "text": "note"},
        "annotations": [
            {
                "id": 1001,
                "completed_by": 10,
                "was_cancelled": False,
                "result": [
                    {
                        "id": "Dx",
                        "from_name": "tag",
                        "to_name": "img",
                        "type": "rectanglelabels",
                        "original_width": 200,
                        "original_height": 100,
                        "value": {
                            "x": 50,
                            "y": 25,
                            "width": 12.5,
                            "height": 10,
                            "rotation": 0,
                            "rectanglelabels": ["Moon"],
                        },
                    },
                    {
                        "id": "Dx",
                        "from_name": "words",
                        "to_name": "img",
                        "type": "textarea",
                        "value": {"text": ["the moon"]},
                    },
                    {
                        "id": "Py",
                        "from_name": "poly",
                        "to_name": "img",
                        "type": "polygonlabels",
                        "value": {"points": [[0, 0], [10, 0], [10, 20]], "polygonlabels": ["Sky"]},
                    },
                    {
                        "id": "c",
                        "from_name": "choice",
                        "to_name": "img",
                        "type": "choices",
                        "value": {"choices": ["night"]},
                    },
                ],
            }
        ],
        "predictions": [{"model_version": "m1", "result": []}],
    }
]
# github.com/longzw1997/Open-GroundingDino, data_format.md.
ODVG = [
    {
        "filename": "a.jpg",
        "height": 48,
        "width": 64,
        "detection": {"instances": [{"bbox": [1.5, 2, 30, 40], "label": 1, "category": "cat", "score": 0.5}]},
    },
    {
        "filename": "b.jpg",
        "height": 48,
        "width": 64,
        "grounding": {
            "caption": "a dog and two red cars",
            "regions": [
                {"bbox": [1, 2, 3, 4], "phrase": "a dog"},
                {"bbox": [[5, 6, 7, 8], [9, 10, 11, 12]], "phrase": "two red cars"},
            ],
        },
    },
]
# REFER (github.com/lichengunc/refer), README: the fields of a ref.
REF = {
    "sent_ids": [0, 1],
    "file_name": "COCO_train2014_000000581857_16.jpg",
    "ann_id": 16,
    "ref_id": 0,
    "image_id": 5,
    "split": "testA",
    "category_id": 2,
    "sentences": [
        {"tokens": ["left", "cat"], "raw": "Left cat.", "sent_id": 0, "sent": "left cat"},
        {"tokens": ["the", "one"], "raw": "the one", "sent_id": 1, "sent": "the one"},
    ],
}
INSTANCES = {
    "images": [{"id": 5, "file_name": "a.jpg", "width": 64, "height": 48}],
    "categories": [{"id": 2, "name": "cat"}],
    "annotations": [
        {"id": 16, "image_id": 5, "category_id": 2, "bbox": [1, 2, 10, 20]},
        {"id": 17, "image_id": 5, "category_id": 2, "bbox": [5, 5, 10, 20]},
    ],
}


def as_file(place: Path, value: object) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    return place


def boxes(contents: Contents) -> list[tuple[str, tuple[str, ...], Any]]:
    labels = {label.id: label.name for label in contents.labels}
    return [(labels[one.label_id], one.expressions, one.region) for one in contents.annotations]
