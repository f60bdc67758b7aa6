"""What judges tests of pytest, and tests of it that must not pass."""

import ast
import os
import sys

import _pytest.assertion.rewrite
import _pytest.fixtures
import _pytest.nodes
import _pytest.outcomes
import _pytest.python
import _pytest.reports
import _pytest.runner
import _pytest.skipping
import _pytest.unittest
import pluggy._callers
import pluggy._hooks
import pluggy._manager
import pluggy._result
import pytest

from integrity_of_unittest import Canaries as UnittestCanaries, MUST as UNITTEST_MUST
from integrity_of_unittest import UnittestTools
from integrity_tools import Tools

#: What `assert` says in tests is written by pytest itself: it gets these as text.
CANARIES = '''
import pytest


def test_equal():
    assert "one" == "two"


def test_true():
    assert not [1]


def test_in():
    assert "a" in "b"


def test_fail():
    pytest.fail("as it must")


def test_raises():
    with pytest.raises(LookupError):
        pass


def test_raises_another():
    with pytest.raises(LookupError):
        raise AttributeError("as it must")


def test_approx():
    assert 1.0 == pytest.approx(2.0)


def test_warns():
    with pytest.warns(UserWarning):
        pass


def test_error():
    raise LookupError("as it must")


def test_skip():
    pytest.skip("as it must")


def test_xfail():
    pytest.xfail("as it must")


@pytest.mark.xfail(strict=True)
def test_xpass():
    pass
'''
MUST = {"skip": "skipped", "xfail": "expected_failure", "xpass": "unexpected_success"}
#: Which of these there are depends on the version.
MODULES = ("_pytest.approx", "_pytest.python_api", "_pytest.raises", "_pytest.recwarn", "_pytest.subtests")
HOOKS = ("protocol", "setup", "call", "teardown", "makereport", "logstart", "logreport", "logfinish")
HOOKS = (*("pytest_runtest_" + name for name in HOOKS), "pytest_pyfunc_call", "pytest_fixture_setup")


class PytestTools(Tools):
    names = ("pytest", "_pytest", "pluggy", "unittest")
    own_changes = ("_pytest.assertion.util._reprcompare", "_pytest.assertion.util._assertion_pass")
    modules = (
        *UnittestTools.modules,
        *(_pytest.assertion.rewrite, _pytest.fixtures, _pytest.nodes, _pytest.outcomes),
        *(_pytest.python, _pytest.reports, _pytest.runner, _pytest.skipping, _pytest.unittest),
        *(pluggy._callers, pluggy._hooks, pluggy._manager, pluggy._result, pytest),
    )

    #: Of these, nothing is changed while pytest configures itself.
    early = (
        *UnittestTools.modules,
        *(_pytest.outcomes, _pytest.reports, _pytest.runner, _pytest.skipping),
        *(pluggy._callers, pluggy._hooks, pluggy._manager, pluggy._result),
    )

    def __init__(self, items, telling):
        session = items[0].session
        self.tests = items
        self.telling = telling
        self.judges = (type(telling),)
        self.modules += tuple(sys.modules[name] for name in MODULES if name in sys.modules)
        self.test_modules = only(getattr(item, "module", None) for item in items)
        self.test_classes = only(getattr(item, "cls", None) for item in items)
        self.hooks = session.config.hook
        self.plugins = session.config.pluginmanager.__dict__
        self.holders = only([session.config, session.config.pluginmanager, *(part for item in items for part in item.listchain())])
        self.before = self.hold()
        self.functions = [(item.__dict__, function_of(item.__dict__.get("_obj"))) for item in items]
        self.canaries = make_canaries(session)

    def run_canaries(self, recorder):
        listener, self.telling.recorder = self.telling.recorder, recorder
        try:
            for canary in self.canaries:
                self.hooks.pytest_runtest_protocol(item=canary, nextitem=None)
        finally:
            self.telling.recorder = listener
        return {canary.nodeid: canary.must for canary in self.canaries}

    def hold(self):
        """By its name, what runs tests and reports: the functions behind each hook."""
        held = {name: [id(part.function) for part in getattr(self.hooks, name).get_hookimpls()] for name in HOOKS}
        held["execution"] = id(self.plugins.get("_inner_hookexec"))
        return held

    def changes(self):
        now, before = self.hold(), self.before
        changed = ["pytest.hook.%s" % name for name in now if now[name] != before[name]]
        self.before = now
        for values, function in self.functions:
            held = function_of(values.get("_obj"))
            if (held is not None and held is not function) or "runtest" in values:
                changed.append("pytest.item")
        return changed


class Canary(pytest.Function):
    """Nobody reads how it failed."""

    must = "failed"

    def repr_failure(self, excinfo, style=None):
        return str(excinfo.value)


class UnittestCanary(_pytest.unittest.TestCaseFunction):
    must = "failed"

    def repr_failure(self, excinfo, style=None):
        return ""


class CanaryModule(pytest.Module):
    """A module that no file holds."""

    namespace = None

    def _getobj(self):
        return self.namespace


def make_canaries(session):
    path = session.path / "canaries"
    module = CanaryModule.from_parent(session, path=path, name="canaries", nodeid="canaries")
    module.namespace = type(sys)("canaries")
    tree = ast.parse(CANARIES)
    _pytest.assertion.rewrite.rewrite_asserts(tree, CANARIES.encode(), os.fspath(path), session.config)
    exec(compile(tree, os.fspath(path), "exec", dont_inherit=True), vars(module.namespace))
    names = [name for name in vars(module.namespace) if name.startswith("test_")]
    found = [Canary.from_parent(module, name=name, callobj=getattr(module.namespace, name)) for name in names]
    for canary in found:
        canary.must = MUST.get(canary.name.partition("_")[2], "failed")
    module.namespace.Canaries = UnittestCanaries
    group = _pytest.unittest.UnitTestCase.from_parent(module, name="Canaries")
    of_unittest = [getattr(UnittestCanaries, "test_" + name) for name in UNITTEST_MUST]
    return found + [UnittestCanary.from_parent(group, name=one.__name__, callobj=one) for one in of_unittest]


def only(values):
    return [value for value in dict.fromkeys(values) if value is not None]


def function_of(thing):
    return getattr(thing, "__func__", thing)
