"""Tests that must not pass: one that does says that the test framework was changed."""

import unittest


class Canaries(unittest.TestCase):
    """Each method must end as `MUST` says."""

    def test_fail(self):
        self.fail("as it must")

    def test_equal(self):
        self.assertEqual("one", "two")

    def test_true(self):
        self.assertTrue(False)

    def test_error(self):
        raise LookupError("as it must")

    def test_subtest(self):
        with self.subTest(part=1):
            self.assertEqual(1, 2)

    def test_raises(self):
        with self.assertRaises(LookupError):
            pass


MUST = {**dict.fromkeys(("fail", "equal", "true", "subtest", "raises"), "failed"), "error": "error"}


def singing(session, recorder):
    """Names of the canaries that did not end as they must; empty for an adapter that cannot run them."""
    if not hasattr(session, "run_cases"):
        return []
    session.run_cases([Canaries("test_" + name) for name in MUST], recorder)
    prefix = "%s.%s.test_" % (Canaries.__module__, Canaries.__qualname__)
    found = {result["id"]: result["status"] for result in recorder.results()}
    return sorted(name for name, status in MUST.items() if found.get(prefix + name) != status)
