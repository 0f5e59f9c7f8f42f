"""Writes figures over time as TensorBoard reads them: records of protocol buffers, each with its checksums.

The format is that of TensorFlow's `record_writer.cc` and `event.proto`; scalars are all that is written.
"""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path
from typing import BinaryIO

_POLYNOMIAL = 0x82F63B78  # CRC-32C (Castagnoli), reflected


def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (_POLYNOMIAL if byte & 1 else 0)
        found.append(byte)
    return tuple(found)


_TABLE = _table()


def masked_crc32c(data: bytes) -> int:
    """The checksum of a record, turned and shifted as the format wants it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _bytes_field(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _event(step: int, wall_time: float, rest: bytes) -> bytes:
    return struct.pack("<Bd", 1 << 3 | 1, wall_time) + _varint(2 << 3) + _varint(step) + rest


class EventFile:
    """A new file `events.out.tfevents…` in a folder. Raises `OSError`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        now = time.time()
        self._file: BinaryIO = (folder / f"events.out.tfevents.{int(now)}.groundlabel.{os.getpid()}").open("ab")
        self._record(_event(0, now, _bytes_field(3, b"brain.Event:2")))

    def scalar(self, tag: str, value: float, step: int) -> None:
        """One figure at a step; in the file at once."""
        figure = _bytes_field(1, tag.encode()) + struct.pack("<Bf", 2 << 3 | 5, value)
        self._record(_event(step, time.time(), _bytes_field(5, _bytes_field(1, figure))))

    def _record(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        self._file.write(length + struct.pack("<I", masked_crc32c(length)))
        self._file.write(data + struct.pack("<I", masked_crc32c(data)))
        self._file.flush()

    def close(self) -> None:
        """Nothing is written afterwards."""
        self._file.close()
