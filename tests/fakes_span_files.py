"""Files of spans and tracks as they are documented, and a recording with spans, for tests of exchange formats."""

from __future__ import annotations

from typing import Any

from core.formats import Contents
from core.schema import Annotation, Label, MediaItem, Segment

SPAN_FORMATS = ("charades-sta", "activitynet-captions", "activitynet", "audacity", "webvtt", "srt", "eaf", "textgrid")
SUFFIX = {
    **{"charades-sta": ".txt", "activitynet-captions": ".json", "activitynet": ".json", "audacity": ".txt"},
    **{"webvtt": ".vtt", "srt": ".srt", "eaf": ".eaf", "textgrid": ".TextGrid", "mot": ".txt", "cvat-video": ".xml"},
}

# The same sentence stands in the paper (arXiv 1705.02101) and in charades_sta_train.txt.
CHARADES = "AO8RW 0.0 6.9##a person is putting a book on a shelf.\nAO8RW 3 3##person sits.\n"
# cs.stanford.edu/people/ranjaykrishna/densevid: train.json of ActivityNet Captions.
CAPTIONS: dict[str, Any] = {
    "v_x": {"duration": 55.15, "timestamps": [[0.28, 55.15], [13.79, 54.32]], "sentences": ["One.", "Two."], "note": 3}
}
# activity-net.org/download.html: activity_net.v1-3.min.json.
ACTIVITYNET: dict[str, Any] = {
    "version": "VERSION 1.3",
    "taxonomy": [{"nodeId": 269, "nodeName": "Fun"}],
    "database": {
        "sJ": {
            "duration": 203.2,
            "subset": "validation",
            "resolution": "1280x720",
            "url": "https://example.org/sJ",
            "annotations": [{"segment": [0.01, 21.5], "label": "Kneeling"}],
        },
    },
}
# manual.audacityteam.org/man/importing_and_exporting_labels.html, "Extended label format".
AUDACITY = "0.500000\t1.250000\tbark\n\\\t440.000000\t880.500000\n2,5\t2,5\tclick\n"
# w3.org/TR/webvtt1, sections 1.2 to 1.4.
WEBVTT = """WEBVTT - some title
Kind: captions

STYLE
::cue { color: red }

NOTE a remark
on two lines

intro
00:01.000 --> 00:04.000 line:0 position:20%
<v Ann>Never drink <b>liquid</b> nitrogen.

00:00:05.000 --> 00:00:09.500
It &lt;will&gt; perforate
your stomach.
"""
SRT = """1
00:00:01,000 --> 00:00:04,250  X1:1 X2:2
<i>a dog</i> barks

2
00:00:04,250 --> 00:00:05,000
{\\an8}twice

and again
"""
# fon.hum.uva.nl/praat/manual/TextGrid_file_formats.html, the short form there.
TEXTGRID = '''File type = "ooTextFile"
Object class = "TextGrid"

0
2.3
<exists>
3
"IntervalTier"
"Mary"
0
2.3
2
0
1.5
"says ""hi"""
1.5
2.3
""
"IntervalTier"
"Mary #2"
0
2.3
1
0
2.3
"hums"
"TextTier"
"bell"
0
2.3
1
1.25
"ding"
'''
# mpi.nl/tools/elan/EAF_Annotation_Format_3.0_and_ELAN.pdf (shortened).
EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT AUTHOR="Ann" DATE="2020-01-01T00:00:00+01:00" FORMAT="3.0" VERSION="3.0"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="http://www.mpi.nl/tools/elan/EAFv3.0.xsd">
<HEADER MEDIA_FILE="" TIME_UNITS="milliseconds">
<MEDIA_DESCRIPTOR MEDIA_URL="file:///C:/old/clip.mp4" MIME_TYPE="video/mp4" RELATIVE_MEDIA_URL="./clip.mp4"/>
<PROPERTY NAME="lastUsedAnnotationId">3</PROPERTY></HEADER>
<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="ts1" TIME_VALUE="100"/><TIME_SLOT TIME_SLOT_ID="ts2"/>
<TIME_SLOT TIME_SLOT_ID="ts3" TIME_VALUE="500"/></TIME_ORDER>
<TIER LINGUISTIC_TYPE_REF="default-lt" TIER_ID="gesture" PARTICIPANT="P1">
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" CVE_REF="cve1" TIME_SLOT_REF1="ts1" TIME_SLOT_REF2="ts2">
<ANNOTATION_VALUE>waves</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="ts2" TIME_SLOT_REF2="ts3">
<ANNOTATION_VALUE>points</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER LINGUISTIC_TYPE_REF="words" PARENT_REF="gesture" TIER_ID="gloss">
<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1">
<ANNOTATION_VALUE>hello</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
<LINGUISTIC_TYPE GRAPHIC_REFERENCES="false" LINGUISTIC_TYPE_ID="default-lt" TIME_ALIGNABLE="true"/>
<LINGUISTIC_TYPE CONSTRAINTS="Symbolic_Association" LINGUISTIC_TYPE_ID="words" TIME_ALIGNABLE="false"/>
</ANNOTATION_DOCUMENT>"""
# docs.cvat.ai/docs/manual/advanced/xml_format, "Interpolation" (shortened).
CVAT = """<annotations><version>1.1</version><meta><task><id>5</id><mode>interpolation</mode>
<labels><label><name>car</name></label></labels>
<original_size><width>128</width><height>64</height></original_size><source>v.mp4</source></task></meta>
<track id="0" label="car" source="manual" group_id="2">
<box frame="0" outside="0" occluded="1" keyframe="1" xtl="1" ytl="2" xbr="30" ybr="40" z_order="1">
<attribute name="moving">yes</attribute></box>
<box frame="1" outside="0" occluded="0" keyframe="0" xtl="2" ytl="3" xbr="31" ybr="41" z_order="1"/>
<box frame="4" outside="0" occluded="0" keyframe="1" xtl="5" ytl="6" xbr="34" ybr="44" z_order="1"/>
<box frame="5" outside="1" occluded="0" keyframe="1" xtl="5" ytl="6" xbr="34" ybr="44" z_order="1"/>
</track></annotations>"""


def spans(contents: Any) -> list[tuple[str, str, tuple[str, ...], float, float]]:
    names = {item.id: item.path for item in contents.media}
    labels = {label.id: label.name for label in contents.labels}
    found = [(a, a.region) for a in contents.annotations if isinstance(a.region, Segment)]
    return [(names[a.media_id], labels[a.label_id], a.expressions, s.start_s, s.end_s) for a, s in found]


def a_sound(*annotations: tuple[str, float, float, str]) -> Contents:
    """A recording of ten seconds with spans: label, start, end, expression."""
    names = list(dict.fromkeys(label for label, *_ in annotations))
    labels = {name: Label(f"l{n}", name, n) for n, name in enumerate(names)}
    item = MediaItem("m1", "audio", "s/höre.wav", duration_s=10.0)
    made = [
        Annotation(f"a{n}", "m1", labels[label].id, (text,), Segment(start, end), "drawn")
        for n, (label, start, end, text) in enumerate(annotations)
    ]
    return Contents(media=(item,), labels=tuple(labels.values()), annotations=tuple(made))


OVERLAPS = a_sound(
    ("dog", 0.5, 2.25, "a dog barks"),
    ("dog", 2.25, 3.0, 'it says "wuff" & <stops>'),
    ("dog", 1.0, 2.5, "犬が走る"),
    ("bell", 9.0, 9.999, "ding"),
)
