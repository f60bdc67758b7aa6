"""What judges tests of `unittest`, and tests of it that must not pass."""

import sys
import unittest.case
import unittest.result
import unittest.suite

from integrity_tools import Tools
from unittest_cases import Result


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


class UnittestTools(Tools):
    modules = (unittest.case, unittest.result, unittest.suite)
    judges = (Result,)

    def __init__(self, cases, run_cases):
        self.tests = cases
        self.test_classes = list(dict.fromkeys(type(case) for case in cases))
        names = dict.fromkeys(cls.__module__ for cls in self.test_classes)
        self.test_modules = [sys.modules[name] for name in names if name in sys.modules]
        self.run_cases = run_cases

    def run_canaries(self, recorder):
        self.run_cases([Canaries("test_" + name) for name in MUST], recorder)
        prefix = "%s.%s.test_" % (Canaries.__module__, Canaries.__qualname__)
        return {prefix + name: status for name, status in MUST.items()}


class DjangoTools(UnittestTools):
    names = ("unittest", "django.test")
