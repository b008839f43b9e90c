"""Reads a TensorFlow V2 checkpoint ("TensorBundle") with numpy alone.

A bundle is an index and a data file. The index is an uncompressed LevelDB table that maps each tensor's name
to a BundleEntryProto (type, shape, place); the data file holds the raw little-endian values. Format:
tensorflow/core/util/tensor_bundle and tensorflow/core/protobuf/tensor_bundle.proto; table:
github.com/google/leveldb/blob/main/doc/table_format.md.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TABLE_MAGIC = 0xDB4775248B80FB57
FOOTER_SIZE = 48
BLOCK_TRAILER_SIZE = 5  # one byte of compression type, four of checksum
FLOAT32 = 1

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class BrokenBundle(Exception):
    """The bytes are no bundle, or not the whole of one."""


@dataclass(frozen=True)
class Entry:
    """Where one tensor lies in the data file."""

    dtype: int
    shape: tuple[int, ...]
    offset: int
    size: int


def read_bundle(index: bytes, data: bytes) -> dict[str, NDArray[np.float32]]:
    """All float32 tensors by name, as read-only views of `data`. Raises BrokenBundle.

    The checksums of the index blocks are verified here; the data file is covered by the SHA-256 that the
    caller checks, a pure-Python CRC of 80 MB would take longer than everything else together.
    """
    try:
        return dict(_read_tensors(index, data))
    except (IndexError, struct.error, UnicodeDecodeError, KeyError) as error:
        raise BrokenBundle(f"the index ends early or is damaged ({type(error).__name__})") from error


def _read_tensors(index: bytes, data: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, entry in _read_entries(index):
        if entry.dtype != FLOAT32:
            continue
        count = int(np.prod(entry.shape, dtype=np.int64))
        if entry.size != 4 * count or entry.offset + entry.size > len(data):
            raise BrokenBundle(f"tensor {name} lies outside the data")
        values = np.frombuffer(data, "<f4", count=count, offset=entry.offset)
        yield name, values.reshape(entry.shape)


def _read_entries(index: bytes) -> Iterator[tuple[str, Entry]]:
    footer = index[-FOOTER_SIZE:]
    if len(footer) < FOOTER_SIZE or struct.unpack("<Q", footer[-8:])[0] != TABLE_MAGIC:
        raise BrokenBundle("no table footer")
    position = 0
    for _ in range(2):  # the handle of the metaindex block, which bundles leave empty
        _, position = _varint(footer, position)
    for _, handle in _read_block(index, *_block_handle(footer, position)):
        for key, value in _read_block(index, *_block_handle(handle, 0)):
            if key:
                yield key.decode(), _parse_entry(value)
            elif dict(_fields(value)).get(2, 0) != 0:
                raise BrokenBundle("a big-endian bundle")


def _block_handle(buffer: bytes, position: int) -> tuple[int, int]:
    offset, position = _varint(buffer, position)
    size, _ = _varint(buffer, position)
    return offset, size


def _read_block(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Key and value pairs of a block, whose keys share prefixes with their predecessors."""
    block = table[offset : offset + size]
    trailer = table[offset + size : offset + size + BLOCK_TRAILER_SIZE]
    if struct.unpack("<I", trailer[1:])[0] != _masked(crc32c(block + trailer[:1])):
        raise BrokenBundle("a block's checksum differs")
    if trailer[0] != 0:
        raise BrokenBundle("a compressed block")
    restarts = struct.unpack("<I", block[-4:])[0]
    end = len(block) - 4 - 4 * restarts
    position, key = 0, b""
    while position < end:
        shared, position = _varint(block, position)
        unshared, position = _varint(block, position)
        length, position = _varint(block, position)
        key = key[:shared] + block[position : position + unshared]
        position += unshared
        yield key, block[position : position + length]
        position += length


def _parse_entry(buffer: bytes) -> Entry:
    """A BundleEntryProto: 1 dtype, 2 shape, 4 offset, 5 size."""
    numbers = {1: 0, 4: 0, 5: 0}
    shape: tuple[int, ...] = ()
    for field, value in _fields(buffer):
        if field == 2 and isinstance(value, bytes):
            shape = tuple(_dimension(d) for f, d in _fields(value) if f == 2 and isinstance(d, bytes))
        elif field in numbers and isinstance(value, int):
            numbers[field] = value
    return Entry(dtype=numbers[1], shape=shape, offset=numbers[4], size=numbers[5])


def _dimension(buffer: bytes) -> int:
    size = dict(_fields(buffer)).get(1, 0)
    if not isinstance(size, int):
        raise BrokenBundle("a dimension without a size")
    return size


def _fields(buffer: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Field number and value of a protobuf message, in file order."""
    position = 0
    while position < len(buffer):
        tag, position = _varint(buffer, position)
        field, wire = tag >> 3, tag & 7
        value: int | bytes
        if wire == VARINT:
            value, position = _varint(buffer, position)
        elif wire == BYTES:
            length, position = _varint(buffer, position)
            value = buffer[position : position + length]
            position += length
        elif wire == FIXED32:
            value = struct.unpack_from("<I", buffer, position)[0]
            position += 4
        elif wire == FIXED64:
            value = struct.unpack_from("<Q", buffer, position)[0]
            position += 8
        else:
            raise BrokenBundle(f"wire type {wire}")
        yield field, value


def _varint(buffer: bytes, position: int) -> tuple[int, int]:
    """A little-endian base-128 number and the position after it."""
    result = shift = 0
    while True:
        byte = buffer[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, position
        shift += 7


def _crc32c_table() -> tuple[int, ...]:
    table = []
    for number in range(256):
        for _ in range(8):
            number = number >> 1 ^ (0x82F63B78 if number & 1 else 0)
        table.append(number)
    return tuple(table)


CRC32C_TABLE = _crc32c_table()


def crc32c(data: bytes) -> int:
    """The Castagnoli CRC, RFC 3720 appendix B.4."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = CRC32C_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _masked(crc: int) -> int:
    """LevelDB stores checksums rotated and shifted, so that a CRC of data with CRCs in it stays sound."""
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
