#!/usr/bin/env python3
# SPDX-FileCopyrightText: The Headrace authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fault_proxy.py PORT UPSTREAM: stands between a client and an emulator of AWS and does what emulators never do.

POST /faults sets the rules, by operation:
    {"GetRecords": {"throttle": 0.5, "expired": 0.1, "broken": 0.1,   shares of the calls that fail, and how,
                    "empty": 0.3},                                    or that find nothing, though there is more
     "PutRecords": {"partial": 0.3},                                   share of the records that are not stored;
                                                                       PutRecordBatch alike
     "seed": 7,                                                        of the dice; each setting throws them anew
     "secrets": {"AKID": "SECRET"}}                                    signatures must fit these, if there are any
GET /calls answers how often each operation came and what was done to it: {"GetRecords": {"passed": 3, "throttle": 1}};
of those that put, "most_records" and "most_bytes" are of the largest request, bytes before base64.
"""
import base64
import hashlib
import hmac
import json
import random
import sys
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

upstream = sys.argv[2].rstrip("/")
lock = threading.Lock()
rules = {}
calls = {}
dice = random.Random(1)

# Of operations that can be done in part: the answer's list, its count, and what a record that is not stored answers.
PARTIAL = {
    "PutRecords": ("Records", "FailedRecordCount", "ProvisionedThroughputExceededException"),
    "PutRecordBatch": ("RequestResponses", "FailedPutCount", "ServiceUnavailableException"),
}

# So far behind the newest record is the part of the shard in which a read finds nothing.
EMPTY_MILLISECONDS = 3_600_000

FAILURES = {
    "throttle": (400, "ProvisionedThroughputExceededException", "Rate exceeded for a shard."),
    "expired": (400, "ExpiredIteratorException", "Iterator expired."),
    "broken": (500, "InternalFailure", "Nobody knows why."),
    "token": (400, "ExpiredTokenException", "The security token included in the request is expired"),
}


def signature_fits(request, body):
    """Signature Version 4, as AWS describes it for a request without a query."""
    fields = dict(part.split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].replace(" ", "").split(","))
    key, day, region, service, end = fields["Credential"].split("/")
    names = fields["SignedHeaders"].split(";")
    if request.headers.get("X-Amz-Security-Token") and "x-amz-security-token" not in names:
        return False
    headers = "".join(f"{name}:{' '.join(request.headers[name].split())}\n" for name in names)
    canonical = "\n".join([request.command, request.path, "", headers, ";".join(names), hashlib.sha256(body).hexdigest()])
    scope = f"{day}/{region}/{service}/{end}"
    text = "\n".join(["AWS4-HMAC-SHA256", request.headers["X-Amz-Date"], scope, hashlib.sha256(canonical.encode()).hexdigest()])
    secret = ("AWS4" + rules["secrets"].get(key, "")).encode()
    for part in (day, region, service, end):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest() == fields["Signature"]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, kind="application/x-amz-json-1.1"):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def refuse(self, status, name, message):
        self.answer(status, json.dumps({"__type": name, "message": message}).encode())

    def forward(self, body):
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ("content-length", "connection", "host")}
        request = urllib.request.Request(upstream + self.path, data=body, headers=headers, method=self.command)
        try:
            with urllib.request.urlopen(request) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def put_partly(self, operation, body, share):
        request = json.loads(body)
        answers, failures, refusal = PARTIAL[operation]
        with lock:
            lost = {i for i in range(len(request["Records"])) if dice.random() < share}
        kept = [r for i, r in enumerate(request["Records"]) if i not in lost]
        stored = iter([])
        if kept:
            status, answer = self.forward(json.dumps({**request, "Records": kept}).encode())
            if status != 200:
                return self.answer(status, answer)
            stored = iter(json.loads(answer)[answers])
        failed = {"ErrorCode": refusal, "ErrorMessage": FAILURES["throttle"][2]}
        records = [failed if i in lost else next(stored) for i in range(len(request["Records"]))]
        return self.answer(200, json.dumps({failures: len(lost), answers: records}).encode())

    def note_size(self, operation, records):
        size = sum(len(base64.b64decode(record["Data"])) for record in records)
        with lock:
            counts = calls[operation]
            counts["most_records"] = max(counts.get("most_records", 0), len(records))
            counts["most_bytes"] = max(counts.get("most_bytes", 0), size)

    def do_GET(self):
        with lock:
            self.answer(200, json.dumps(calls).encode())

    def do_POST(self):
        global rules, calls, dice
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path == "/faults":
            with lock:
                rules, calls = json.loads(body) or {}, {}
                dice = random.Random(rules.get("seed", 1))
            return self.answer(200, b"{}")
        operation = self.headers.get("X-Amz-Target", "").split(".")[-1]
        done = "passed"
        with lock:
            rule = rules.get(operation, {})
            thrown = dice.random()
            for failure in [*FAILURES, "empty"]:
                thrown -= rule.get(failure, 0)
                if thrown < 0:
                    done = failure
                    break
            counts = calls.setdefault(operation, {})
            counts[done] = counts.get(done, 0) + 1
        if rules.get("secrets") and not signature_fits(self, body):
            return self.refuse(403, "InvalidSignatureException", "The request signature we calculated does not match.")
        if done == "empty":
            page = {"Records": [], "NextShardIterator": json.loads(body)["ShardIterator"], "MillisBehindLatest": EMPTY_MILLISECONDS}
            return self.answer(200, json.dumps(page).encode())
        if done != "passed":
            return self.refuse(*FAILURES[done])
        if operation in PARTIAL:
            self.note_size(operation, json.loads(body)["Records"])
            if rule.get("partial"):
                return self.put_partly(operation, body, rule["partial"])
        return self.answer(*self.forward(body))


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
