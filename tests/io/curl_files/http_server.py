# SPDX-License-Identifier: MIT
"""A small HTTP server on loopback with ranges, that can be told to be wrong.

http_server.py PORT ROOT FAULT LOG; the file FAULT is read again at every request; its words:
  norange nohead      does not know these
  cut N / stall N     the body ends / stops after N bytes
  range TEXT          Content-Range as said
  header TEXT         one more header
  status N            of every answer
  body TEXT           of every GET, without a length (escapes as in Python)
  headers             no end of them
  endless             no end of the body
  drip                the same, a byte at a time
"""
import codecs
import http.server
import os
import re
import sys
import time
import urllib.parse

PORT, ROOT, FAULT, LOG = sys.argv[1:5]


def fault(word):
    with open(FAULT, encoding="latin-1") as f:
        match = re.search(r"(?m)^%s(?: (.*))?$" % word, f.read())
    return (match.group(1) or "") if match else None


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        with open(LOG, "a", encoding="latin-1") as log:
            log.write("%s %s %s\n" % (self.command, self.path, self.headers.get("Range", "")))

    def answer(self, status, headers, body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if fault("header"):
            self.send_header(*fault("header").split(": ", 1))
        if fault("headers") is not None:
            self.flush_headers()
            for i in range(100_000):
                self.wfile.write(b"X-%d: %s\r\n" % (i, b"x" * 1000))
        self.end_headers()
        if self.command == "HEAD":
            return
        end = len(body)
        for word in ("cut", "stall"):
            if fault(word):
                end = min(end, int(fault(word)))
        self.wfile.write(body[:end])
        self.wfile.flush()
        if end < len(body):
            time.sleep(60 if fault("stall") else 0)
            self.close_connection = True

    def said(self):
        """Answers that do not depend on the file; true when one was given."""
        self.close_connection = True
        if fault("status"):
            self.answer(int(fault("status")), {"Content-Length": "0"}, b"")
        elif fault("body") is not None:
            self.answer(200, {}, codecs.decode(fault("body"), "unicode_escape").encode("latin-1"))
        elif fault("endless") is not None and self.command == "GET":
            self.answer(200, {}, b"")
            while True:
                self.wfile.write(b"<a href='x'>" * 10_000)
        elif fault("drip") is not None and self.command == "GET":
            self.answer(200, {}, b"")
            while True:
                self.wfile.write(b" ")
                time.sleep(0.02)
        else:
            self.close_connection = False
            return False
        return True

    def do_HEAD(self):
        if fault("nohead") is not None:
            self.close_connection = True
            return self.answer(405, {"Content-Length": "0"}, b"")
        return self.do_GET()

    def do_GET(self):
        if self.said():
            return None
        path = ROOT + os.fsdecode(urllib.parse.unquote_to_bytes(self.path))
        if not os.path.isfile(path):
            return self.answer(404, {"Content-Length": "0"}, b"")
        with open(path, "rb") as f:
            body = f.read()
        size, headers, status = len(body), {}, 200
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and fault("norange") is None:
            first, last = int(wanted[1]), int(wanted[2] or size - 1)
            if first >= size:
                return self.answer(416, {"Content-Range": "bytes */%d" % size, "Content-Length": "0"}, b"")
            body, status = body[first:last + 1], 206
            said = "bytes %d-%d/%d" % (first, first + len(body) - 1, size)
            headers["Content-Range"] = said if fault("range") is None else fault("range")
        headers["Content-Length"] = str(len(body))
        headers["Last-Modified"] = self.date_time_string(os.stat(path).st_mtime)
        return self.answer(status, headers, body)


http.server.ThreadingHTTPServer(("127.0.0.1", int(PORT)), Handler).serve_forever()
