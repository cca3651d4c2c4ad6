#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes the seed files of the FITS fuzzer, a few KB each, beside this script.

    /usr/bin/python3 tests/data/fits-corpus/make_corpus.py

Everything in them is made here, nothing is anybody's picture. Deterministic: same files every time.
"""
import pathlib
import struct

BLOCK = 2880
FOLDER = pathlib.Path(__file__).parent


def card(key, value=None, text=None):
    if text is not None:
        return text.ljust(80)[:80].encode()
    return f"{key:<8}= {value:>20}".ljust(80).encode()


def header(cards):
    raw = b"".join(cards) + b"END".ljust(80)
    return raw.ljust(-(-len(raw) // BLOCK) * BLOCK, b" ")


def padded(raw):
    return raw.ljust(-(-len(raw) // BLOCK) * BLOCK, b"\0")


def axes(first, bitpix, lengths):
    cards = [first, card("BITPIX", bitpix), card("NAXIS", len(lengths))]
    return cards + [card(f"NAXIS{i + 1}", n) for i, n in enumerate(lengths)]


def primary(bitpix, lengths, *more):
    return header(axes(card("SIMPLE", "T"), bitpix, lengths) + list(more))


def extension(kind, bitpix, lengths, *more):
    first = card(None, text=f"XTENSION= '{kind:<8}'")
    return header(axes(first, bitpix, lengths) + [card("PCOUNT", 0), card("GCOUNT", 1)] + list(more))


def ramp(code, count, step=37):
    size = struct.calcsize(code)
    if code in "fd":
        return struct.pack(f">{count}{code}", *(i * 0.25 - 3 for i in range(count)))
    span = 1 << (8 * size)
    low = 0 if code == "B" else -span // 2
    return struct.pack(f">{count}{code}", *(low + i * step * (span >> 12 or 1) % span for i in range(count)))


U16 = (card("BZERO", 32768), card("BSCALE", 1))
DWARF = (
    card(None, text="DATE-OBS= '2023-06-10-21-38-19-442'"), card("EXP", "15."), card("GAIN", 110),
    card(None, text="BINNING = '2*2     '           / n*n pixels add together"),
    card(None, text="RA      =                   5.5 / [h]"), card("DEC", "-5.4"),
    card(None, text="BAYERPAT= 'GBRG    '"), card(None, text="TELESCOP= 'DWARFII '"))
FILES = {
    "u8": primary(8, [9, 7]) + padded(ramp("B", 63)),
    "i16": primary(16, [9, 7]) + padded(ramp("h", 63)),
    "u16-dwarf": primary(16, [12, 8], *U16, *DWARF) + padded(ramp("h", 96)),
    "i32": primary(32, [9, 7]) + padded(ramp("i", 63)),
    "i64": primary(64, [9, 7]) + padded(ramp("q", 63)),
    "f32": primary(-32, [9, 7]) + padded(ramp("f", 63)),
    "f64": primary(-64, [9, 7]) + padded(ramp("d", 63)),
    "scaled-blank": primary(16, [9, 7], card("BZERO", "1500.0"), card("BSCALE", "4.5D-2"), card("BLANK", -32768))
    + padded(ramp("h", 63)),
    "cube": primary(16, [5, 4, 3], *U16, card(None, text="ROWORDER= 'BOTTOM-UP'")) + padded(ramp("h", 60)),
    "four-axes": primary(-32, [5, 4, 1, 1]) + padded(ramp("f", 20)),
    "long-text": primary(8, [3, 3], card(None, text="OBJECT  = 'It''s a long &'"), card(None, text="CONTINUE  'name'"),
                         card(None, text="HIERARCH ESO DET ID = 'DV13' / detector"), card(None, text="HISTORY done"))
    + padded(ramp("B", 9)),
    "unpadded": primary(16, [9, 7], *U16) + ramp("h", 63),
    "product": primary(-32, [5, 4, 3], card(None, text="PROGRAM = 'nightstack 0.1'")) + padded(ramp("f", 60))
    + extension("IMAGE", -32, [5, 4, 3], card(None, text="EXTNAME = 'VAR     '")) + padded(ramp("f", 60))
    + extension("IMAGE", 16, [5, 4], *U16, card(None, text="EXTNAME = 'COV     '")) + padded(ramp("h", 20)),
    "table-behind": primary(8, [3, 3]) + padded(ramp("B", 9)) + extension("BINTABLE", 8, [4, 5], card("TFIELDS", 0))
    + padded(bytes(20)),
    "bad-naxis-104": primary(8, [1] * 104) + padded(b"x"),
    "bad-order": header([card("SIMPLE", "T"), card("NAXIS", 0), card("BITPIX", 8)]),
    "bad-truncated": (primary(16, [90, 70], *U16) + ramp("h", 6300))[:9000],
}

for name, raw in FILES.items():
    (FOLDER / f"{name}.fits").write_bytes(raw)
