/** 0-based lines, both inclusive. Lines end with `\n` only, as in Python; a form feed or `\u2028` ends none. */
export interface LineSpan {
  readonly startLine: number;
  readonly endLine: number;
}

/** A `def` or a `class`, with where its parts stand. All lines are 0-based. */
export interface Definition {
  readonly kind: 'function' | 'class';
  readonly name: string;
  /** As Python's `__qualname__`: `Outer.Inner.method`, `outer.<locals>.inner`. */
  readonly qualifiedName: string;
  /** Qualified name of the class around it, or null when it stands in a module or a function. */
  readonly className: string | null;
  /** Counts the definitions of one qualified name from 0: getter and setter, `if`/`else` variants, overloads. */
  readonly occurrence: number;
  readonly isAsync: boolean;
  /** Decorators as written, `@` included, white space normalised. */
  readonly decorators: readonly string[];
  /** What stands between `def name` and the colon, white space normalised; bases of a class. */
  readonly signature: string;
  /** First line, decorators included. */
  readonly startLine: number;
  /** The line of `def`, `async def` or `class`. */
  readonly definitionLine: number;
  /** The line of the colon that ends the declaration. */
  readonly headerEndLine: number;
  /** Offset just after that colon. */
  readonly headerEndIndex: number;
  /** The line of the first statement, docstring included; the header's own line in `def f(): pass`. */
  readonly bodyStartLine: number;
  readonly docstring: LineSpan | null;
  /** The line of the last statement; comments that trail after it do not count, as in Python's own `ast`. */
  readonly endLine: number;
  /** White space before `def`. */
  readonly indentation: string;
  /** Offsets in the source (UTF-16, as in JavaScript strings) from `def` to the end of the last statement. */
  readonly startIndex: number;
  readonly endIndex: number;
}

/** A source text and its definitions, outer ones first. */
export interface PythonFile {
  readonly source: string;
  readonly lines: readonly string[];
  readonly definitions: readonly Definition[];
}

/** Why Python would refuse a source, as far as a parser can see. */
export interface SyntaxProblem {
  readonly line: number;
  readonly message: string;
}

/** One statement of a body, nested blocks included. */
export interface Statement extends LineSpan {
  /** tree-sitter-python's name, e.g. `return_statement`, `if_statement`, `expression_statement`. */
  readonly type: string;
  readonly startIndex: number;
  readonly endIndex: number;
  /** 0 in the definition's own block. */
  readonly depth: number;
  /** Statements with the same number are siblings. */
  readonly block: number;
  /** Place among its siblings, from 0. */
  readonly position: number;
  readonly isDocstring: boolean;
  /** Nothing but white space stands before it on its line. */
  readonly startsLine: boolean;
  readonly indentation: string;
  /** Part of a function or class that is nested in the definition. */
  readonly inNestedDefinition: boolean;
}

/** A node of the syntax tree as plain data, parents before children. */
export interface PlainNode extends LineSpan {
  readonly type: string;
  readonly isNamed: boolean;
  /** The parent's place in the same list, or -1. */
  readonly parent: number;
  /** Name of the field it fills in its parent, e.g. `operators`, `left`, `condition`. */
  readonly field: string | null;
  readonly childCount: number;
  readonly startIndex: number;
  readonly endIndex: number;
}

/** The Python parser: everything is synchronous once it is loaded. Results are kept for the last few sources. */
export interface PythonParser {
  parse(source: string): PythonFile;
  /** Empty when the source is well-formed. */
  problems(source: string): readonly SyntaxProblem[];
  /** The statements of a definition's body, in the order of the text. */
  statements(source: string, definition: Definition): readonly Statement[];
  /** The tree of a definition (or of the whole source), e.g. to find what can be mutated. */
  nodes(source: string, definition: Definition | null): readonly PlainNode[];
  /** Lines that begin inside a string that is no docstring: their indentation is part of a value. */
  stringLines(source: string): ReadonlySet<number>;
  /** Whether two sources have the same tree outside one definition of each. */
  sameOutside(before: Located, after: Located): boolean;
}

/** A definition in its source. */
export interface Located {
  readonly source: string;
  readonly definition: Definition;
}
