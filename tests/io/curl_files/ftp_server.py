# SPDX-License-Identifier: MIT
"""A small FTP server on loopback that can be told to be wrong.

ftp_server.py PORT ROOT FAULT LOG USER PASSWORD; the file FAULT is read again at every command; its words:
  mlsd            knows MLSD
  noepsv nosize   do not know these
  cut N / reset N the data of a file end after N bytes, cleanly / with a reset, and the server says 426
  shrink N        the same, but the server says 226
  grow            SIZE says half of the file
  stall N         data stop after N bytes, and nobody says so
  drip            the data of a file come a byte at a time
  silent CMD      no answer to that command
  elsewhere       PASV names another machine
  list TEXT       what LIST and MLSD say (escapes as in Python)
Every command is a line in LOG.
"""
import codecs
import os
import re
import socket
import struct
import sys
import threading
import time

PORT, ROOT, FAULT, LOG, USER, PASSWORD = sys.argv[1:7]


def fault(word):
    with open(FAULT, encoding="latin-1") as f:
        match = re.search(r"(?m)^%s(?: (.*))?$" % word, f.read())
    return (match.group(1) or "") if match else None


class Client:
    def __init__(self, sock):
        self.sock, self.cwd, self.rest, self.user, self.passive = sock, "/", 0, "", None

    def say(self, text):
        self.sock.sendall(text.encode("latin-1") + b"\r\n")

    def real(self, name):
        path = os.path.normpath(os.path.join(self.cwd, name))
        return ROOT + path.encode("latin-1").decode("utf-8", "surrogateescape")

    def listen(self):
        if self.passive:
            self.passive.close()
        self.passive = socket.create_server(("127.0.0.1", 0))
        return self.passive.getsockname()[1]

    def data(self):
        self.passive.settimeout(20)
        sock = self.passive.accept()[0]
        self.passive.close()
        self.passive = None
        return sock

    def send(self, payload, file):
        self.say("150 here it comes")
        sock = self.data()
        cuts = {word: int(fault(word)) for word in ("cut", "reset", "shrink", "stall") if file and fault(word)}
        end = min([len(payload), *cuts.values()])
        try:
            while file and fault("drip") is not None:
                sock.sendall(payload[:1])
                time.sleep(0.02)
            sock.sendall(payload[:end])
            if "stall" in cuts and end < len(payload):
                time.sleep(60)
            if "reset" in cuts and end < len(payload):
                time.sleep(0.05)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except OSError:
            end = -1
        sock.close()
        whole = end == len(payload) or "shrink" in cuts
        self.say("226 done" if whole else "426 connection closed")

    def listing(self, mlsd):
        if fault("list") is not None:
            return codecs.decode(fault("list"), "unicode_escape").encode("latin-1")
        out = b""
        for name in os.listdir(os.fsencode(self.real(""))):
            st = os.lstat(os.path.join(os.fsencode(self.real("")), name))
            folder = bool(st.st_mode & 0o040000)
            stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(st.st_mtime))
            if mlsd:
                out += b"type=%s;size=%d;modify=%s; %s\r\n" % (b"dir" if folder else b"file", st.st_size, stamp.encode(),
                                                              name)
            else:
                day = time.strftime("%b %d  %Y", time.gmtime(st.st_mtime)).encode()
                out += b"%srw-r--r-- 1 0 0 %d %s %s\r\n" % (b"d" if folder else b"-", st.st_size, day, name)
        return out

    def do(self, command, argument):
        if fault("silent") == command:
            time.sleep(60)
        if command == "USER":
            self.user = argument
            return self.say("331 password?")
        if command == "PASS":
            good = self.user.lower() == USER and (argument == PASSWORD or USER == "anonymous")
            return self.say("230 in" if good else "530 no")
        if command == "PWD":
            return self.say('257 "%s"' % self.cwd)
        if command == "TYPE":
            return self.say("200 yes")
        if command == "CWD":
            if not os.path.isdir(self.real(argument)):
                return self.say("550 no such folder")
            self.cwd = os.path.normpath(os.path.join(self.cwd, argument))
            return self.say("250 yes")
        if command == "EPSV" and fault("noepsv") is None:
            return self.say("229 passive (|||%d|)" % self.listen())
        if command == "PASV":
            port = self.listen()
            host = "192,0,2,1" if fault("elsewhere") is not None else "127,0,0,1"
            return self.say("227 passive (%s,%d,%d)" % (host, port // 256, port % 256))
        if command == "REST":
            self.rest = int(argument)
            return self.say("350 yes")
        if command == "LIST" or (command == "MLSD" and fault("mlsd") is not None):
            return self.send(self.listing(command == "MLSD"), False)
        if command in ("SIZE", "MDTM", "RETR"):
            path = self.real(argument)
            if not os.path.isfile(path):
                return self.say("550 no such file")
            if command == "MDTM":
                return self.say("213 " + time.strftime("%Y%m%d%H%M%S", time.gmtime(os.stat(path).st_mtime)))
            if command == "SIZE" and fault("nosize") is None:
                return self.say("213 %d" % (os.path.getsize(path) // (2 if fault("grow") is not None else 1)))
            if command == "RETR":
                with open(path, "rb") as f:
                    f.seek(self.rest)
                    self.rest = 0
                    return self.send(f.read(), True)
        return self.say("221 bye" if command == "QUIT" else "500 unknown")

    def serve(self):
        self.say("220 test")
        for line in self.sock.makefile("rb"):
            line = line.decode("latin-1").rstrip("\r\n")
            command, _, argument = line.partition(" ")
            with open(LOG, "a", encoding="latin-1") as log:
                log.write(line + "\n")
            self.do(command.upper(), argument)


def serve(sock):
    try:
        Client(sock).serve()
    except OSError:
        pass
    sock.close()


listener = socket.create_server(("127.0.0.1", int(PORT)), backlog=64)
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
