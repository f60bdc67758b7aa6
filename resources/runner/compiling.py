"""One function compiled as in its module: the same lines, qualified name, mangled names and free variables."""

import ast
import re
import types

GENERATOR, COROUTINE, ASYNC_GENERATOR = 0x20, 0x80, 0x200


class NotOneFunction(Exception):
    """The text is more, or less, than the definition of one function."""


def function_code(text, parents, function):
    """Its code and its docstring. `text` ends with the function; `parents` are the classes and statements around it, from the outside in."""
    first = first_line(function)
    tree, definition = read_function("".join(lines_of(text)[first - 1:]), first, parents)
    return code_in(tree, function.name), docstring_of(definition)


def read_function(text, first, parents, filename="<candidate>"):
    """The tree around a function, and its definition in it. `text` is the function with its decorators, from line `first` on."""
    above = ["%s%s:\n" % (" " * depth, around(parent)) for depth, parent in enumerate(parents)]
    tree = ast.parse("\n" * (first - 1 - len(above)) + "".join(above) + text, filename)
    return tree, only_function(tree, len(parents))


def code_in(tree, name, filename="<candidate>", flags=0):
    return code_of(compile(tree, filename, "exec", flags, dont_inherit=True), name)


def docstring_of(definition):
    return ast.get_docstring(definition, clean=False)


def first_line(function):
    return min([function.lineno, *(one.lineno for one in function.decorator_list)])


def lines_of(text):
    """As the compiler counts them: a form feed ends no line."""
    return re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)


def around(parent):
    return "class " + parent.name if isinstance(parent, ast.ClassDef) else "if 1"


def only_function(tree, depth):
    node = tree
    for _ in range(depth):
        node = only_statement(node)
    return only_statement(node)


def only_statement(node):
    if len(node.body) != 1 or getattr(node, "orelse", None):
        raise NotOneFunction("more_than_one_statement")
    return node.body[0]


def code_of(code, name):
    """The function's code among what the classes around it hold."""
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            if constant.co_name == name and not is_class_body(constant):
                return constant
            found = code_of(constant, name)
            if found is not None:
                return found
    return None


def is_class_body(code):
    return "__qualname__" in code.co_names and not code.co_flags & 0x2


def kind(code):
    return code.co_flags & (GENERATOR | COROUTINE | ASYNC_GENERATOR)
