"""What a run said of its tests."""


def statuses(result):
    return {test["id"]: test["status"] for test in result["tests"]}


def passes(result):
    found = set(statuses(result).values())
    return "passed" in found and not found & {"failed", "error", "unexpected_success"}
