import type { Definition, PythonFile, PythonParser } from '../../python/pythonTypes.ts';
import { countInto } from './funnel.ts';
import { whyNoRow } from './methodFilters.ts';
import { leadingComment, readDescription, readDocstring } from './readDescription.ts';
import type { Description } from './readDescription.ts';

/** A method of a class or a function of a module that can become a row. Lines are 0-based and inclusive. */
export interface MethodSource {
  readonly definition: Definition;
  /** Null for a function of a module. */
  readonly classDefinition: Definition | null;
  /** First line after the declaration. */
  readonly bodyLine: number;
  /** Its docstring; null where there is none that says something. */
  readonly description: Description | null;
  /** What stands above it or at the head of its body. */
  readonly comment: string | null;
  readonly classDocstring: string | null;
  /** Lines of the body that hold code: no docstring, comment or blank line. */
  readonly codeLines: readonly number[];
}

/** What a file's functions are good for. */
export interface FoundMethods {
  readonly methods: readonly MethodSource[];
  /** All functions of the file, those of classes and nested ones included. */
  readonly functions: number;
  /** How many cannot become rows, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** A file's methods and functions that can become rows, and why the others cannot. */
export function findMethods(parser: PythonParser, source: string): FoundMethods {
  const file = parser.parse(source);
  const functions = file.definitions.filter(({ kind }) => kind === 'function');
  const classes = new Map(file.definitions.map((each) => [each.qualifiedName, each]));
  const names = Map.groupBy(file.definitions, (each) => each.qualifiedName);
  const leftOut: Record<string, number> = {};
  const docstrings = new Map<Definition, string | null>();
  const docstringOf = (definition: Definition): string | null => {
    const known = docstrings.get(definition);
    if (known !== undefined) return known;
    const text = readDocstring(parser, file, definition);
    docstrings.set(definition, text);
    return text;
  };
  const methods = functions.flatMap((definition) => {
    const codeLines = codeLinesOf(parser, file, definition);
    const namesakes = names.get(definition.qualifiedName)?.length ?? 1;
    const reason = whyNoRow({ parser, file, definition, codeLines, namesakes });
    if (reason !== null) {
      countInto(leftOut, reason);
      return [];
    }
    const classDefinition = classes.get(definition.className ?? '') ?? null;
    return [
      {
        definition,
        classDefinition,
        bodyLine: definition.headerEndLine + 1,
        description: readDescription(parser, file, definition),
        comment: leadingComment(file, definition),
        classDocstring: classDefinition === null ? null : docstringOf(classDefinition),
        codeLines,
      },
    ];
  });
  return { methods, functions: functions.length, leftOut };
}

/** Lines on which a token stands that belongs to neither the docstring nor a comment. */
function codeLinesOf(parser: PythonParser, file: PythonFile, definition: Definition): readonly number[] {
  const rows = new Set<number>();
  const first = Math.max(definition.headerEndLine, definition.docstring?.endLine ?? 0) + 1;
  for (const node of parser.nodes(file.source, definition)) {
    if (node.childCount > 0 || node.type === 'comment') continue;
    for (let row = Math.max(first, node.startLine); row <= node.endLine; row += 1) rows.add(row);
  }
  return [...rows].filter((row) => row <= definition.endLine).sort((a, b) => a - b);
}
