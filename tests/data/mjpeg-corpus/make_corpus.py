#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Writes the seeds of fuzz_multipart beside itself: one byte that chooses what is announced, then a stream."""
import pathlib
import random

DWARF, NONE, PICTURES, QUOTED = b"\0", b"\1", b"\2", b"\3"


def segment(code, body):
    return bytes([0xFF, code]) + (len(body) + 2).to_bytes(2, "big") + body


def jpeg(seed, app=b"", inside=b"", size=120):
    dice = random.Random(seed)
    coded = b"".join(bytes([b, 0]) if b == 0xFF else bytes([b]) for b in dice.randbytes(size))
    return (b"\xff\xd8" + (segment(0xE1, b"Exif" + app) if app else b"") + segment(0xC0, b"\x08\0\x10\0\x10\1\1\x11\0")
            + segment(0xDA, b"\1\1\0\0\x3f\0") + coded[:60] + inside + b"\xff\xd3" + coded[60:] + b"\xff\xd9")


def part(body, headers=None, tail=b"\r\n", boundary=b"--dwarf"):
    if headers is None:
        headers = b"Content-Type: image/jpeg\r\nContent-Length: %d\r\n" % len(body)
    return boundary + b"\r\n" + headers + b"\r\n" + body + tail


A, B, C = jpeg(1), jpeg(2), jpeg(3)
FAKE = b"\r\n--dwarf\r\n\r\n"
SEEDS = {
    "good": DWARF + part(A) + part(B) + part(C),
    "no-length": DWARF + part(A, b"") + part(B, b"") + part(C, b"X: y\r\n"),
    "quoted": QUOTED + part(A, boundary=b"--d") + part(B, boundary=b"----d"),
    "not-announced": NONE + part(A) + part(B),
    "bare": PICTURES + A + B + C,
    "bare-cut": PICTURES + A[:80] + B + C,
    "line-feeds": DWARF + (part(A) + part(B)).replace(b"\r\n", b"\n"),
    "preamble": DWARF + b"hello\r\n\r\n--dwarfs\r\n" + part(A) + part(B),
    "closing": DWARF + part(A) + b"--dwarf--\r\nbye\r\n" + part(B),
    "text": DWARF + part(b"<html>no camera</html>", b"Content-Type: text/html\r\n") + part(A),
    "empty": DWARF + part(b"") + part(b"", b"") + part(A),
    "cut": DWARF + part(A[:70]) + part(B) + part(C[:20], b"") + part(A),
    "cut-at-end": DWARF + part(A) + part(B)[:-60],
    "length-short": DWARF + part(A, b"Content-Length: 100\r\n") + part(B),
    "length-long": DWARF + part(A, b"Content-Length: 1400\r\n") + part(B) + part(C),
    "length-huge": DWARF + part(A, b"Content-Length: 99999999999999999999\r\n") + part(B, b"Content-Length: -1\r\n"),
    "lengths-two": DWARF + part(A, b"Content-Length: 3\r\nContent-Length: 4\r\n") + part(B),
    "boundary-in-data": DWARF + part(jpeg(4, inside=FAKE), b"") + part(A),
    "boundary-in-exif": DWARF + part(jpeg(5, app=FAKE + A), b"") + part(A),
    "long-line": DWARF + part(A, b"X: " + b"x" * 90 + b"\r\n") + part(B),
    "long-headers": DWARF + part(A, b"X: yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\r\n" * 8) + part(B),
    "large": DWARF + part(jpeg(6, size=1600), b"") + part(A) + part(B),
    "no-body": DWARF + b"--dwarf\r\nX: y\r\n" + part(A),
    "nested": DWARF + b"--dwarf\n\n\xff\xd8\xff\xe1\0\x20" * 12 + part(A),
}
for name, seed in SEEDS.items():
    (pathlib.Path(__file__).parent / name).write_bytes(seed)
