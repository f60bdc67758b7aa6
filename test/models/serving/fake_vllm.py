#!/usr/bin/env python3
"""Stands in for the `vllm` command.

The same process tree (server, engine, worker, one process group; killing the server leaves the other two), the same
routes, and vLLM's words on a bad start. FAKE_VLLM says what goes wrong.
"""

import json
import os
import signal
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

FAULT = os.environ.get("FAKE_VLLM", "")
WORDS = {
    "out_of_memory": "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB.",
    "no_gpu": "RuntimeError: Failed to infer device type",
    "bad_flag": "vllm: error: unrecognized arguments: --no-such-flag",
    "rank": "ValueError: LoRA rank 64 is greater than max_lora_rank 16.",
}


def main(role, *arguments):
    if role == "engine":
        subprocess.Popen([sys.executable, __file__, "worker"])
        time.sleep(3600)
    elif role == "worker":
        # A worker in the middle of a GPU kernel does not listen.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)
    else:
        serve(list(arguments))


def serve(arguments):
    if FAULT in WORDS:
        print("(APIServer pid=1) INFO 11-24 09:00:00 [api_server.py:1] starting\n" + WORDS[FAULT], file=sys.stderr)
        sys.exit(1)
    engine = subprocess.Popen([sys.executable, __file__, "engine"])

    def stop(number, frame):
        engine.terminate()
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    print("Loading safetensors checkpoint shards: 50%", file=sys.stderr, flush=True)
    time.sleep(3600 if FAULT == "never" else 0.2)
    Handler.models = models_of(arguments)
    ThreadingHTTPServer(("127.0.0.1", int(after(arguments, "--port"))), Handler).serve_forever()


def after(arguments, name):
    return arguments[arguments.index(name) + 1]


def models_of(arguments):
    found = [after(arguments, "--served-model-name")]
    if "--lora-modules" in arguments:
        for word in arguments[arguments.index("--lora-modules") + 1:]:
            if word.startswith("--"):
                break
            found.append(word.split("=")[0])
    return found[:1] if FAULT == "adapter_missing" else found


class Handler(BaseHTTPRequestHandler):
    models = []

    def do_GET(self):
        self.answer(200, {} if self.path == "/health" else {"data": [{"id": name} for name in self.models]})

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        usage = {"prompt_tokens": 1, "completion_tokens": 1}
        if FAULT == "first_request_fails":
            self.answer(500, {"error": "Unsupported CPU attention configuration"})
        elif self.path == "/v1/completions":
            self.answer(200, {"choices": [{"text": " f"}], "usage": usage})
        else:
            message = {"role": "assistant", "content": "```python\ndef nothing():\n    pass\n```"}
            choice = {"index": 0, "finish_reason": "stop", "message": message}
            self.answer(200, {"id": "x", "object": "chat.completion", "model": asked["model"], "choices": [choice], "usage": usage})

    def answer(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments):
        pass


main(*sys.argv[1:])
