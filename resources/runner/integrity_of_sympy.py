"""What judges SymPy's tests, and tests of them that must not pass."""

import contextlib
import sys

from integrity_tools import Tools

MUST = {"skip": "skipped", "xfail": "expected_failure", "xpass": "unexpected_success", "error": "error"}


def make_tools(functions, run_test):
    """What is SymPy's is there only now."""
    from sympy.core import basic, expr, numbers, symbol
    from sympy.testing import pytest, runtests

    canaries = make_canaries(pytest)

    class SympyTools(Tools):
        names = ("unittest", "sympy.testing")
        # Tests say `assert a == b`: whoever changes what that means needs no other tool.
        modules = (contextlib, pytest, runtests, basic, expr, numbers, symbol)
        test_modules = list({id(module): module for module in map(module_of, functions.values())}.values())

        def run_canaries(self, recorder):
            must = {}
            for canary in canaries:
                must[canary.__name__] = MUST.get(canary.__name__.partition("_")[2], "failed")
                recorder.record(canary.__name__, run_test(canary)[0])
            return must

    return SympyTools()


def module_of(function):
    return sys.modules[function.__module__]


def make_canaries(tools):
    """One for each way in which SymPy's tests say that something is wrong."""
    from sympy import Integer, S

    two, three = Integer(2), Integer(3)

    def test_equal():
        assert two == three

    def test_true():
        assert S.false

    def test_is():
        assert S.One is S.Zero

    def test_raises():
        tools.raises(LookupError, lambda: 1)

    def test_raises_within():
        with tools.raises(LookupError):
            pass

    def test_warns():
        with tools.warns(UserWarning):
            pass

    def test_error():
        raise LookupError("as it must")

    def test_skip():
        tools.skip("as it must")

    @tools.XFAIL
    def test_xfail():
        assert S.One == S.Zero

    @tools.XFAIL
    def test_xpass():
        pass

    return [value for name, value in list(locals().items()) if name.startswith("test_")]
