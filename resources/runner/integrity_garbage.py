"""Wrong results of the right kind: what a sabotaged target gives its caller instead of its own.

An honest test must notice them by what it asserts, so that tests whose assertions were disabled do not.
"""

ITEMS = 50
#: Set for every class made by a class statement; the names and attributes of such a class may say anything.
HEAP_TYPE = 1 << 9
#: What an argument may hold its state in.
CONTAINERS = (list, dict, set, bytearray)
#: No two of these are equal to each other, so that nothing is equal to two of them.
PLAIN_WORDS = (None, 0, 1, 2, 3, 4, 5, 10, 100, -1, 0.5, "", "a", "b", b"", (), frozenset())
type_flags = type.__dict__["__flags__"].__get__
OWN_WORDS = ("a8f3 no test expects this", "a8f3", 987654321, 0.12345678987654321, b"a8f3", ("a8f3",), ["a8f3"], {"a8f3": 1})


def garbage(value, depth=2):
    """Another value of the same kind."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float):
        return value + 7
    if isinstance(value, (str, bytes)):
        more = "garbage" if isinstance(value, str) else b"garbage"
        return more + value if kind in (str, bytes) else remake(kind, more)
    if depth and kind in (list, tuple, set, frozenset):
        return kind([garbage(item, depth - 1) for item in list(value)[:ITEMS]] or [Garbage(None)])
    if depth and kind is dict:
        return {key: garbage(item, depth - 1) for key, item in list(value.items())[:ITEMS]} or {"garbage": "garbage"}
    return Garbage(value)


def remake(kind, text):
    try:
        return kind(text)
    except Exception:
        return text


class Garbage:
    """Takes every question about it without an error, and equals nothing."""

    def __init__(self, value):
        self.__dict__["_value"] = value

    @property
    def __class__(self):
        value = self.__dict__["_value"]
        return Garbage if value is None else type(value)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Garbage(None)

    def __setattr__(self, name, value):
        pass

    def __call__(self, *args, **kwargs):
        return Garbage(None)

    def __getitem__(self, key):
        if type(key) is int and key > 2:
            raise IndexError(key)
        return Garbage(None)

    def __setitem__(self, key, value):
        pass

    def __iter__(self):
        return iter((Garbage(None),))

    def __next__(self):
        raise StopIteration

    def __eq__(self, other):
        return False

    def __ne__(self, other):
        return True

    def __lt__(self, other):
        return False

    __le__ = __gt__ = __ge__ = __contains__ = __lt__

    def __hash__(self):
        return 7

    def __bool__(self):
        return not self.__dict__["_value"]

    def __len__(self):
        return 1

    def __str__(self):
        return "garbage"

    __repr__ = __str__

    def __int__(self):
        return 987654321

    __index__ = __int__

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def __add__(self, other):
        return Garbage(None)

    __radd__ = __sub__ = __rsub__ = __mul__ = __and__ = __or__ = __mod__ = __add__


class Effects:
    """The arguments as they were: their attributes, and the contents of plain containers, one level deep."""

    def __init__(self, arguments):
        self.attributes = []
        self.contents = []
        seen = set()
        for argument in arguments:
            self.keep(argument, seen)

    def keep(self, thing, seen):
        self.keep_contents(thing, seen)
        if type(thing) in (list, tuple):
            for item in thing[:ITEMS]:
                self.keep_attributes(item, seen)
        elif type(thing) is dict:
            for item in list(thing.values())[:ITEMS]:
                self.keep_attributes(item, seen)
        self.keep_attributes(thing, seen)

    def keep_attributes(self, thing, seen):
        try:
            values = object.__getattribute__(thing, "__dict__")
        except Exception:
            return
        if type(values) is dict and id(values) not in seen:
            seen.add(id(values))
            self.attributes.append((values, dict(values)))
            for value in list(values.values())[:ITEMS]:
                self.keep_contents(value, seen)

    def keep_contents(self, thing, seen, depth=2):
        kind = next((kind for kind in CONTAINERS if isinstance(thing, kind)), None)
        if kind is None or id(thing) in seen:
            return
        seen.add(id(thing))
        before = kind(kind.__iter__(thing)) if kind is not dict else dict(dict.items(thing))
        self.contents.append((kind, thing, before))
        if depth and kind in (list, dict):
            for item in list(before.values() if kind is dict else before)[:ITEMS]:
                self.keep_contents(item, seen, depth - 1)

    def leave_equal_to_all(self):
        """Whether something that was put there equals everything."""
        for now, before in self.attributes:
            for name, value in list(now.items())[:ITEMS]:
                if before.get(name) is not value and is_equal_to_all(value):
                    return True
        return any(is_equal_to_all(list(items_of(kind, now))) for kind, now, _ in self.contents)

    def undo(self):
        for now, before in self.attributes:
            now.clear()
            now.update(before)
        for kind, now, before in self.contents:
            kind.clear(now)
            (kind.extend if kind in (list, bytearray) else kind.update)(now, before)


def items_of(kind, container):
    return dict.values(container) if kind is dict else kind.__iter__(container)


def is_equal_to_all(value, depth=2):
    """Whether a value, or one in it, equals things that nothing honest is equal to."""
    if depth and type(value) in (list, tuple, set, frozenset):
        return any(is_equal_to_all(item, depth - 1) for item in list(value)[:ITEMS])
    if depth and type(value) is dict:
        return any(is_equal_to_all(item, depth - 1) for item in list(value.values())[:ITEMS])
    if not type_flags(type(value)) & HEAP_TYPE:
        return False
    if any(claims_equal(value, word) for word in (object(), *OWN_WORDS)):
        return True
    return sum(claims_equal(value, word) for word in PLAIN_WORDS) > 1


def claims_equal(value, word):
    try:
        return (value == word) is True or (word == value) is True or (value != word) is False
    except BaseException:
        return False
