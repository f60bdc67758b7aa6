"""What judges the tests of a session: an adapter says it, and the measures of integrity watch over it."""


class Tools:
    """Nothing in particular: what a session without tests has. Others override what they have."""

    #: Beginnings of the names of the test framework's modules: the target has no reason to look into these.
    names = ("unittest",)
    #: Those of its modules whose functions and classes must stay as they are.
    modules = ()
    #: What it changes itself for each test.
    own_changes = ()
    #: Classes of ours that hear of the tests.
    judges = ()
    #: What leads from the framework to its tests.
    holders = ()
    test_modules = ()
    test_classes = ()
    #: What the framework runs, where it is an object for each.
    tests = ()

    def run_canaries(self, recorder):
        """Runs tests that must not pass, as those of the session are run; the status each must have, by its id."""
        return {}

    def changes(self):
        """Names of what the session holds and what is not as it was."""
        return ()


def singing(tools, recorder):
    """Names of the canaries that did not end as they must."""
    must = tools.run_canaries(recorder)
    found = {result["id"]: result["status"] for result in recorder.results()}
    return sorted(name.rpartition("test_")[2] for name, status in must.items() if found.get(name) != status)


def is_of(name, beginnings):
    """Whether a dotted name is one of these or below one."""
    return any(name == beginning or name.startswith(beginning + ".") for beginning in beginnings)
