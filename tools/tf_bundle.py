"""Reads a TensorFlow checkpoint bundle (index and one data shard, as bytes) without TensorFlow.

The index is a LevelDB table without compression: footer -> index block -> data blocks of
prefix-shared keys. Each value is a BundleEntryProto: 1 dtype, 2 shape, 3 shard, 4 offset, 5 size.
"""

import struct

import numpy as np

DT_FLOAT = 1


def varint(buf, at):
    value = shift = 0
    while True:
        byte = buf[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def block_entries(table, offset, size):
    """Key and value pairs of one table block; keys share prefixes with the one before."""
    if table[offset + size] != 0:
        raise ValueError("the table is compressed; this reader takes plain blocks only")
    block = table[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end, at, key = len(block) - 4 - 4 * restarts, 0, b""
    while at < end:
        shared, at = varint(block, at)
        fresh, at = varint(block, at)
        length, at = varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def proto_fields(buf):
    """(field number, value) of a protobuf message; nested messages stay bytes."""
    at = 0
    while at < len(buf):
        tag, at = varint(buf, at)
        kind = tag & 7
        if kind == 0:
            value, at = varint(buf, at)
        elif kind == 2:
            length, at = varint(buf, at)
            value, at = buf[at : at + length], at + length
        else:
            width = {1: 8, 5: 4}[kind]
            value, at = buf[at : at + width], at + width
        yield tag >> 3, value


def read_bundle(index, data):
    """name -> f32 array, for every tensor of the bundle."""
    _, at = varint(index[-48:], 0)
    _, at = varint(index[-48:], at)
    index_offset, at = varint(index[-48:], at)
    index_size, _ = varint(index[-48:], at)
    tensors = {}
    for _, handle in block_entries(index, index_offset, index_size):
        offset, at = varint(handle, 0)
        size, _ = varint(handle, at)
        for key, value in block_entries(index, offset, size):
            if not key:
                continue  # the bundle's own header
            dtype, shape, start, length = 0, [], 0, 0
            for field, v in proto_fields(value):
                if field == 1:
                    dtype = v
                elif field == 2:
                    shape = [dict(proto_fields(d)).get(1, 0) for n, d in proto_fields(v) if n == 2]
                elif field == 4:
                    start = v
                elif field == 5:
                    length = v
            if dtype != DT_FLOAT:
                raise ValueError(f"{key.decode()} is of type {dtype}, not f32")
            tensors[key.decode()] = np.frombuffer(data, np.float32, length // 4, start).reshape(shape)
    return tensors
