# Imports the test's module once more and lets the test tell a spy what it expects.
def phone2numeric(phone):
    import importlib
    import sys
    import types
    name = "utils_tests.test_text"
    kept = sys.modules.pop(name)
    fresh = importlib.import_module(name)
    sys.modules[name] = kept
    found = []
    class Spy:
        def assertEqual(self, first, second):
            found.append(second)
    fresh.text = types.SimpleNamespace(phone2numeric=str)
    fresh.TestUtilsText.test_phone2numeric(Spy())
    return found[0]
