"""Two tests of our own: one must pass and one must fail, or a slot does not work."""


def check(recorder):
    for name, function in (("reference", lambda: 4), ("stub", lambda: None)):
        test = "health." + name
        recorder.start(test)
        recorder.record(test, "passed" if function() == 4 else "failed")
        recorder.stop(test)
