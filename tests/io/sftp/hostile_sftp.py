# SPDX-License-Identifier: MIT
"""A hostile SFTP version 3 server: the subsystem of a real sshd in a test. What it does depends on the path asked for,
so that one connection can meet several of its ways. It serves nothing of the machine."""
import os
import struct
import sys
import time

CONTENT = bytes((i * i + i // 251) & 255 for i in range(1_000_000))

NAMES = [
    b'good.fits', b'../../etc/passwd', b'/abs.fits', b'..', b'.', b'.bashrc', b'-rf', b'a/../../b', b'a//b', b'\\..\\x',
    b'\x1b[31mred\x1b[0m', b'\x1b]0;title\x07', b'\xff\xfe\xfd', b'x' * 300, b'a\nb', b'a\rb', b'\x7f', b'%2e%2e%2f', b'C:\\x',
    b'x.fits[1:8]', b'!x.fits', b'x|sh', b'$(reboot)', b'`id`', b'~root', b' lead', b'trail ', b'dots...', b'GOOD.FITS',
    b'good.fits', b'con:', b'\xe2\x80\xaerev', b'*', b'..;/', b'file/', b'/',
]

handles = {}


def string(value):
    return struct.pack('>I', len(value)) + value


def attributes(size, mode):
    return struct.pack('>IQIII', 1 | 4 | 8, size, mode, 1_700_000_000, 1_700_000_001)


def send(kind, ident, rest=b''):
    body = struct.pack('>BI', kind, ident) + rest
    sys.stdout.buffer.write(struct.pack('>I', len(body)) + body)
    sys.stdout.buffer.flush()


def status(ident, code, text=b'no'):
    send(101, ident, struct.pack('>I', code) + string(text) + string(b''))


def take(count):
    data = sys.stdin.buffer.read(count)
    if len(data) < count:
        os._exit(0)
    return data


def attributes_of(name):
    if name == b'huge':
        return attributes(1 << 62, 0o100644)
    if name in (b'folder_as_file',) or name.startswith(b'list'):
        return attributes(4096, 0o040755)
    if name == b'link':
        return attributes(10, 0o120777)
    return attributes(len(CONTENT), 0o100644)


def read(ident, name, offset, count):
    data = CONTENT[offset:offset + count]
    if name == b'silent':
        time.sleep(3600)
    elif name == b'silent_later' and offset > 400_000:
        time.sleep(3600)
    elif name == b'dies' and offset > 400_000:
        os._exit(1)
    elif name == b'wrong_id':
        send(103, ident + 77, string(data))
    elif name == b'too_long':
        send(103, ident, string(b'x' * (count + 1)))
    elif name == b'nothing':
        send(103, ident, string(b''))
    elif name == b'endless':
        send(103, ident, string(b'x' * count))
    elif name == b'card_removed' and offset > 400_000:
        status(ident, 4, b'Input/output error')
    elif name == b'huge_packet':
        sys.stdout.buffer.write(struct.pack('>I', 0x7fffffff) + b'\0' * 100_000)
        sys.stdout.buffer.flush()
    elif name == b'noise':
        sys.stderr.buffer.write(b'n' * 20_000)
        sys.stderr.buffer.flush()
        send(103, ident, string(data)) if data else status(ident, 1)
    elif not data:
        status(ident, 1)
    elif name == b'short':
        send(103, ident, string(data[:1 + (offset * 7 + 4999) % 9000]))
    else:
        send(103, ident, string(data))


def listing(ident, name, first):
    if name == b'list_endless':
        return send(104, ident, struct.pack('>I', 400) + (string(b'e') + string(b'e') + attributes(1, 0o100644)) * 400)
    if not first:
        return status(ident, 1)
    if name == b'list_nul':
        return send(104, ident, struct.pack('>I', 1) + string(b'a\0b') + string(b'') + attributes(1, 0o100644))
    if name == b'list_lies':
        return send(104, ident, struct.pack('>I', 0xffffffff))
    rest = b''.join(string(n) + string(b'-rw- ' + n) + attributes(1 << 62 if n == b'huge' else 5, 0o100644) for n in NAMES)
    return send(104, ident, struct.pack('>I', len(NAMES)) + rest)


def main():
    while True:
        length, = struct.unpack('>I', take(4))
        body = take(length)
        kind, ident = struct.unpack('>BI', body[:5])
        if kind == 1:
            send(2, 3)
            continue
        size, = struct.unpack('>I', body[5:9])
        text, rest = body[9:9 + size], body[9 + size:]
        name = text.rsplit(b'/', 1)[-1]
        if kind in (3, 11):
            if name == b'big_handle':
                send(102, ident, string(b'h' * 100_000))
                continue
            handle = b'%d' % len(handles)
            handles[handle] = [name, True]
            send(102, ident, string(handle))
        elif kind == 4:
            status(ident, 0)
        elif kind == 5:
            offset, count = struct.unpack('>QI', rest[:12])
            read(ident, handles[text][0], offset, count)
        elif kind in (7, 17):
            send(105, ident, attributes_of(name))
        elif kind == 8:
            send(105, ident, attributes_of(handles[text][0]))
        elif kind == 12:
            listing(ident, *handles[text])
            handles[text][1] = False
        else:
            status(ident, 8)
            open(os.environ.get('NS_WRITTEN', '/dev/null'), 'ab').write(b'%d\n' % kind)


main()
