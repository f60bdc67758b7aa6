"""The number that CPython up to 3.12 gives a dictionary at every change of it (PEP 509).

Equal numbers mean that nothing was changed, and reading one writes nowhere.
"""

import ctypes
import gc

#: Behind the object's head and the number of entries.
OFFSET = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)


def version_of(values):
    """`.value` of what this gives is the number; None where this Python has none. `values`: a dictionary, or a view of a class's."""
    if not HAS_VERSIONS:
        return None
    if type(values) is not dict:
        values = next((one for one in gc.get_referents(values) if type(one) is dict), None)
    return None if values is None else number_in(values)


def number_in(values):
    return ctypes.c_uint64.from_address(id(values) + OFFSET)


def has_versions():
    """Whether every kind of change gives another number, and none gives the same."""
    one, other = {"a": 1}, {"a": 1}
    number, numbers = number_in(one), [number_in(one).value, number_in(other).value]
    for change in (lambda: one.update(b=2), lambda: one.__setitem__("a", 3), lambda: one.pop("b"), one.clear):
        change()
        numbers.append(number.value)
    kind = type("Kind", (), {})
    held = number_in(next(part for part in gc.get_referents(vars(kind)) if type(part) is dict))
    before = held.value
    kind.one = 1
    return len(set(numbers)) == len(numbers) and held.value != before


HAS_VERSIONS = has_versions()
