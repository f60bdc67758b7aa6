"""A client as the original suite's is: many threads, a pool of connections, a long time-out, and the runner's text parsed.

Reads {"url": …, "workers": …, "items": [{"do_edit": …, "body": …}, …]} from stdin, writes one result per item.
"""

import http.client
import json
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

connections = threading.local()


def main():
    asked = json.load(sys.stdin)
    address = urlsplit(asked["url"])
    with ThreadPoolExecutor(asked["workers"]) as pool:
        results = list(pool.map(lambda item: run_item(address, item), asked["items"]))
    json.dump(results, sys.stdout)


def run_item(address, item):
    if not hasattr(connections, "one"):
        connections.one = http.client.HTTPConnection(address.hostname, address.port, timeout=360)
    path = "%s?do_edit=%s" % (address.path, "true" if item["do_edit"] else "false")
    connections.one.request("POST", path, json.dumps(item["body"]), {"Content-Type": "application/json"})
    response = connections.one.getresponse()
    answer = json.loads(response.read())
    if response.status != 200:
        return {"status": response.status, "detail": answer["detail"]}
    return {
        "status": 200,
        "same": answer["datapoint"] == item["body"],
        "edited_file": answer["edited_file"],
        "test_output": answer["test_output"],
        **parse(answer["test_output"]),
    }


def parse(text):
    total = int(re.search(r"Ran (\d+) tests? in", text).group(1))
    word, _, details = re.search(r"^(OK|FAILED)( \((.*)\))?$", text, re.M).groups()
    counts = dict(re.findall(r"(failures|errors|skipped)=(\d+)", details or ""))
    failing = re.findall(r"^(FAIL|ERROR): (\S+) \(([\w.]+)\)", text, re.M)
    bad = int(counts.get("failures", 0)) + int(counts.get("errors", 0))
    return {
        "word": word,
        "percentage_passed": (total - bad) / total,
        "failing": sorted("%s.%s" % (owner, name) for _, name, owner in failing),
    }


main()
