"""Probe and read images, video and audio. Knows no project, no model, no window."""

from core.media.images import ImagePixels, read_image
from core.media.kinds import is_media_path, list_media
from core.media.probe import Probe, content_hash, probe, probe_item
from core.media.thumbnails import thumbnail

__all__ = [
    "ImagePixels",
    "Probe",
    "content_hash",
    "is_media_path",
    "list_media",
    "probe",
    "probe_item",
    "read_image",
    "thumbnail",
]
