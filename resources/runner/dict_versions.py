"""The number that CPython up to 3.12 gives a dictionary at every change of it (PEP 509).

Equal numbers mean that nothing was changed, and reading one writes nowhere.
"""

import ctypes
import gc

WORD = 8
#: Behind the object's head and the number of entries.
OFFSET = object.__basicsize__ + ctypes.sizeof(ctypes.c_ssize_t)
#: All memory, in words from the second one on: reading from it raises no event, as a look through an address would.
MEMORY = ctypes.cast(WORD, ctypes.POINTER(ctypes.c_uint64))


def place_of_version(values):
    """For `version_at`; None where this Python has no such numbers. `values`: a dictionary, or a view of a class's."""
    if not HAS_VERSIONS:
        return None
    if type(values) is not dict:
        values = next((one for one in gc.get_referents(values) if type(one) is dict), None)
    return None if values is None else place_in(values)


def place_of_part(thing, part):
    """Where in a thing's own memory a part of it is written down; None where it is not."""
    first = id(thing) // WORD - 1
    words = max(type(thing).__basicsize__, object.__basicsize__) // WORD
    return next((first + word for word in range(words) if MEMORY[first + word] == id(part)), None)


def places_of_parts(thing):
    """Where in a thing's own memory it is written down what it holds, behind the number of its holders and its kind."""
    first = id(thing) // WORD - 1
    return range(first + object.__basicsize__ // WORD, first + type(thing).__basicsize__ // WORD)


def version_at(place):
    """The number now of a dictionary that is still there; what is written there of a part."""
    return MEMORY[place]


def place_in(values):
    return (id(values) + OFFSET) // WORD - 1


def has_versions():
    """Whether every kind of change gives another number, and none gives the same."""
    one, other = {"a": 1}, {"a": 1}
    place, numbers = place_in(one), [version_at(place_in(one)), version_at(place_in(other))]
    for change in (lambda: one.update(b=2), lambda: one.__setitem__("a", 3), lambda: one.pop("b"), one.clear):
        change()
        numbers.append(version_at(place))
    kind = type("Kind", (), {})
    held = place_in(next(part for part in gc.get_referents(vars(kind)) if type(part) is dict))
    before = version_at(held)
    kind.one = 1
    return len(set(numbers)) == len(numbers) and version_at(held) != before


HAS_VERSIONS = has_versions()
