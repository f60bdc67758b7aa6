"""From the repository's file to the same file with a stub in the target's place: for a zygote to boot from."""

import ast
import io
import tokenize

import compiling

RAISE = "raise __import__('stub_calls').note()"


class NoStub(Exception):
    """Its text is the reason, in the form of a flag."""


def make(source, name):
    """The stubbed file, and how many characters at its start and its end a candidate's file must share."""
    tree = parse(source)
    function, parents = find(tree, name)
    lines = compiling.lines_of(source)
    starts = offsets(lines)
    head = source[: end_of_header(function, lines, starts)]
    tail = source[start_of_next(function, lines, starts):]
    code, _ = compiling.function_code(source[: len(source) - len(tail)], parents, function)
    docstring = source[len(head): end_of_docstring(function, lines, starts, len(head))]
    stub = head + docstring + body_of_stub(function, lines, code) + tail
    find(parse(stub), name)
    return {"stub": stub, "head": len(head), "tail": len(tail), "headUnits": units(head), "tailUnits": units(tail)}


def parse(source):
    try:
        return ast.parse(source)
    except Exception as error:
        raise NoStub("does_not_parse") from error


def find(tree, name):
    """The one definition with this qualified name, and what it stands in, from the outside in."""
    found = list(definitions(tree, name.split("."), ()))
    if len(found) != 1:
        raise NoStub("not_one_definition")
    return found[0]


def definitions(node, parts, parents):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if [child.name] == parts:
                yield child, parents
        elif isinstance(child, ast.ClassDef):
            if child.name == parts[0] and len(parts) > 1:
                yield from definitions(child, parts[1:], (*parents, child))
        elif isinstance(child, (ast.stmt, ast.excepthandler)):
            yield from definitions(child, parts, (*parents, child))


def end_of_header(function, lines, starts):
    """Behind the colon."""
    depth, lambdas = 0, 0
    text = io.StringIO("".join(lines[function.lineno - 1:]))
    for token in tokenize.generate_tokens(text.readline):
        if token.string in ("(", "[", "{"):
            depth += 1
        elif token.string in (")", "]", "}"):
            depth -= 1
        elif token.string == "lambda":
            lambdas += 1
        elif token.string == ":" and depth == 0 and lambdas:
            lambdas -= 1
        elif token.string == ":" and depth == 0:
            return starts[function.lineno - 1 + token.end[0] - 1] + token.end[1]
    raise NoStub("no_header")


def end_of_docstring(function, lines, starts, otherwise):
    if ast.get_docstring(function, clean=False) is None:
        return otherwise
    first = function.body[0]
    return position(first.end_lineno, first.end_col_offset, lines, starts)


def start_of_next(function, lines, starts):
    """Blank lines and comments after a function belong to it."""
    index = function.end_lineno
    end = position(function.end_lineno, function.end_col_offset, lines, starts)
    rest = lines[index - 1][end - starts[index - 1]:].strip()
    if rest and not rest.startswith("#"):
        raise NoStub("shares_its_line")
    while index < len(lines) and (not lines[index].strip() or lines[index].lstrip().startswith("#")):
        index += 1
    return starts[index]


def body_of_stub(function, lines, code):
    line = lines[function.lineno - 1]
    indent = line[: len(line) - len(line.lstrip())] + "    "
    if ast.get_docstring(function, clean=False) is not None and function.body[0].lineno > function.lineno:
        first = lines[function.body[0].lineno - 1]
        indent = first[: len(first) - len(first.lstrip())]
    statements = [RAISE]
    if compiling.kind(code) & (compiling.GENERATOR | compiling.ASYNC_GENERATOR):
        statements.append("yield")
    statements += code.co_freevars
    return "\n" + "".join(indent + statement + "\n" for statement in statements)


def offsets(lines):
    found = [0]
    for line in lines:
        found.append(found[-1] + len(line))
    return found


def position(line, column, lines, starts):
    """ast counts columns in bytes of UTF-8."""
    return starts[line - 1] + len(lines[line - 1].encode("utf-8")[:column].decode("utf-8"))


def units(text):
    """Length in UTF-16 code units, as JavaScript counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
