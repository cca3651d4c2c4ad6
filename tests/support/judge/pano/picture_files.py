# SPDX-License-Identifier: MIT
"""Linear light in, files out: 8-bit and 16-bit pictures by the sRGB curve, float TIFF as it is; and the little EXIF
that matters to a panorama (focal length, orientation, time), written by hand."""
import struct

import cv2
import numpy as np


def encode(linear):
    """The sRGB curve of values whose white is 1."""
    v = np.clip(linear, 0, 1)
    return np.where(v <= 0.0031308, 12.92 * v, 1.055 * np.power(v, 1 / 2.4) - 0.055)


def decode(display):
    return np.where(display <= 0.04045, display / 12.92, np.power((np.maximum(display, 0.04045) + 0.055) / 1.055, 2.4))


_BYTES = np.round(encode(np.arange(65536) / 65535) * 255).astype(np.uint8)
_WORDS = np.round(encode(np.arange(65536) / 65535) * 65535).astype(np.uint16)
_LINEAR8 = decode(np.arange(256) / 255).astype(np.float32)


def to_bytes(linear):
    """Float planes to 8 bits; `linear` is used up."""
    return _BYTES[_sixteen(linear)]


def _sixteen(linear):
    np.multiply(linear, 65535, out=linear)
    np.add(linear, 0.5, out=linear)
    np.clip(linear, 0, 65535, out=linear)
    return linear.astype(np.uint16)


def linear_of(stored):
    """Of a picture as cv2.imread gives it; float pictures are linear already."""
    if stored.dtype == np.uint8:
        return _LINEAR8[stored]
    if stored.dtype == np.uint16:
        return decode(stored.astype(np.float32) / 65535).astype(np.float32)
    return stored.astype(np.float32)


# What is done to an upright picture so that a viewer who obeys EXIF orientation N shows it upright again.
STORED = {1: lambda p: p, 2: lambda p: p[:, ::-1], 3: lambda p: p[::-1, ::-1], 4: lambda p: p[::-1],
          5: lambda p: p.transpose(1, 0, 2), 6: lambda p: np.rot90(p, 1), 7: lambda p: np.rot90(p, 2).transpose(1, 0, 2),
          8: lambda p: np.rot90(p, -1)}


def exif(orientation=1, focal_mm=None, focal_35mm=None, time=None, model='Generated'):
    """An APP1 segment."""
    def entry(tag, kind, count, value):
        return struct.pack('<HHI', tag, kind, count) + value.ljust(4, b'\0')

    def folder(entries, more, at):
        """An IFD at `at`; values that do not fit follow it."""
        size = 2 + 12 * len(entries) + 4
        out, tail = struct.pack('<H', len(entries)), b''
        for tag, kind, count, value in entries:
            if len(value) > 4:
                out += entry(tag, kind, count, struct.pack('<I', at + size + len(tail)))
                tail += value + b'\0' * (len(value) % 2)
            else:
                out += entry(tag, kind, count, value)
        return out + struct.pack('<I', more) + tail

    name = model.encode() + b'\0'
    sub = []
    if time:
        sub.append((0x9003, 2, 20, time.encode() + b'\0'))
    if focal_mm:
        sub.append((0x920A, 5, 1, struct.pack('<II', round(focal_mm * 1000), 1000)))
    if focal_35mm:
        sub.append((0xA405, 3, 1, struct.pack('<H', round(focal_35mm))))
    main = [(0x0110, 2, len(name), name), (0x0112, 3, 1, struct.pack('<H', orientation))]
    if sub:
        main.append((0x8769, 4, 1, b'\0\0\0\0'))
        at = 8 + len(folder(main, 0, 8))
        main[-1] = (0x8769, 4, 1, struct.pack('<I', at))
    body = b'II*\0' + struct.pack('<I', 8) + folder(main, 0, 8)
    if sub:
        body += folder(sub, 0, len(body))
    body = b'Exif\0\0' + body
    return b'\xff\xe1' + struct.pack('>H', len(body) + 2) + body


def write(path, linear, kind='jpg', quality=92, segment=b'', orientation=1):
    """kind: jpg, png8, png16, tiff8, tiff16, tiff32. `segment`: an APP1 for JPEG. `linear` (float32, BGR) is used up."""
    if kind == 'tiff32':
        stored = linear
    elif kind in ('png16', 'tiff16'):
        stored = _WORDS[_sixteen(linear)]
    else:
        stored = to_bytes(linear)
    stored = np.ascontiguousarray(STORED[orientation](stored))
    if kind == 'jpg':
        ok, data = cv2.imencode('.jpg', stored, [cv2.IMWRITE_JPEG_QUALITY, quality])
        data = data.tobytes()
        data = data[:2] + segment + data[2:]
    elif kind.startswith('png'):
        ok, data = cv2.imencode('.png', stored, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        data = data.tobytes()
    else:
        ok, data = cv2.imencode('.tiff', stored, [cv2.IMWRITE_TIFF_COMPRESSION, 1])
        data = data.tobytes()
    if not ok:
        raise OSError('could not encode ' + str(path))
    with open(path, 'wb') as f:
        f.write(data)


EXTENSION = {'jpg': '.jpg', 'png8': '.png', 'png16': '.png', 'tiff8': '.tif', 'tiff16': '.tif', 'tiff32': '.tif'}
