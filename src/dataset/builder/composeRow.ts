import type { Row, RowAdditions } from '../../core/row.ts';
import type { MethodSource } from './findMethods.ts';

/** Puts a method, its tests and our additions into the published schema. */
export function composeRow(options: {
  /** Its `dp_id`. */
  readonly name: string;
  readonly method: MethodSource;
  readonly filePath: string;
  readonly source: string;
  readonly visible: readonly string[];
  readonly additions: RowAdditions;
}): Row {
  const { name, method, filePath, source, visible, additions } = options;
  const { definition, classDefinition, bodyLine } = method;
  const lines = source.split('\n');
  const classSpan =
    classDefinition === null
      ? null
      : { first: classDefinition.definitionLine, last: classDefinition.endLine };
  return {
    idx: 0,
    dp_id: name,
    split: 'test',
    file_path: filePath,
    raw_file_content: source,
    class_name: classDefinition?.name ?? null,
    class_doc: method.classDocstring,
    class_code: classSpan && lines.slice(classSpan.first, classSpan.last + 1).join('\n'),
    class_position_in_file: classSpan && [classSpan.first, classSpan.last],
    method: {
      name: definition.name,
      declaration: lines.slice(definition.definitionLine, bodyLine).join('\n'),
      body: lines.slice(bodyLine, definition.endLine + 1).join('\n'),
      description: method.description?.text ?? null,
      global_method_declaration_index: [definition.definitionLine, bodyLine - 1],
      global_method_body_index: [bodyLine, definition.endLine],
    },
    file_without_method: withoutMethod(lines, method, { first: 0, last: lines.length - 1 }),
    class_without_method: classSpan && withoutMethod(lines, method, classSpan),
    tests: { full_paths: visible, time_test_norm: null },
    triathlon: additions,
  };
}

/** A row's `dp_id`: the name under which the module is imported, and the method's dotted name. */
export function nameRow(
  filePath: string,
  qualifiedName: string,
  importPaths: readonly string[] = [],
): string {
  const roots = importPaths.map((path) => `${path.replace(/^\.\/|\/+$/g, '')}/`);
  const inside = roots.filter((root) => filePath.startsWith(root)).sort((a, b) => b.length - a.length);
  const path = filePath.slice(inside[0]?.length ?? 0);
  const module = path.replace(/\.py$/, '').replace(/\/__init__$/, '');
  return `${module.replaceAll('/', '.')}.${qualifiedName}`;
}

/** Decorators go with the method: left behind, they would belong to what follows. */
function withoutMethod(
  lines: readonly string[],
  { definition }: MethodSource,
  range: { readonly first: number; readonly last: number },
): string {
  const before = lines.slice(range.first, definition.startLine);
  const after = lines.slice(definition.endLine + 1, range.last + 1);
  return [...before, ...after].join('\n');
}
