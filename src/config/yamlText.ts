import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { YAMLError } from 'yaml';
import { ConfigError } from '../core/errors.ts';

/** A YAML text as plain data, and the line of each key by dotted path. */
export interface ParsedYaml {
  readonly value: unknown;
  readonly lines: ReadonlyMap<string, number>;
}

/** Parses one YAML document; `name` is what messages call it. */
export function parseYaml(text: string, name: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, merge: true, prettyErrors: false });
  const error = document.errors[0];
  if (error !== undefined) throw new ConfigError(explain(error, { text, name, lineCounter }));
  const lines = new Map<string, number>();
  collectLines(document.contents, { path: [], lines, lineOf: (offset) => lineCounter.linePos(offset).line });
  return { value: readValue(document, name), lines };
}

function readValue(document: ReturnType<typeof parseDocument>, name: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError(`${name}: this YAML cannot be read: ${why}`, { cause });
  }
}

interface Source {
  readonly text: string;
  readonly name: string;
  readonly lineCounter: LineCounter;
}

function explain(error: YAMLError, { text, name, lineCounter }: Source): string {
  const { line } = lineCounter.linePos(error.pos[0]);
  const content = (text.split('\n')[line - 1] ?? '').trimEnd();
  const where = `${name}:${line}`;
  if (/^\s*\t/.test(content) || error.code === 'TAB_AS_INDENT') {
    return `${where}: this line is indented with a tab; YAML wants spaces.`;
  }
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^:\n]*/.exec(text.slice(error.pos[0]))?.[0].trim() ?? '';
    return `${where}: the key ${JSON.stringify(key)} stands twice in the same mapping; keep one.`;
  }
  if (error.code === 'MULTIPLE_DOCS') {
    return `${where}: expected one YAML document, found a second one after "---".`;
  }
  const reason = error.message.split('\n')[0]?.replace(/:$/, '') ?? '';
  return `${where}: this is not valid YAML: ${reason}.`.replace(/\.\.$/, '.');
}

interface Walk {
  readonly path: readonly (string | number)[];
  readonly lines: Map<string, number>;
  readonly lineOf: (offset: number) => number;
}

function collectLines(node: unknown, { path, lines, lineOf }: Walk): void {
  if (isMap(node)) {
    for (const { key, value } of node.items) {
      const keyPath = [...path, isScalar(key) ? String(key.value) : '?'];
      if (isScalar(key) && key.range) lines.set(keyPath.join('.'), lineOf(key.range[0]));
      collectLines(value, { path: keyPath, lines, lineOf });
    }
  }
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) {
      const itemPath = [...path, index];
      if ((isScalar(item) || isMap(item) || isSeq(item) || isAlias(item)) && item.range) {
        lines.set(itemPath.join('.'), lineOf(item.range[0]));
      }
      collectLines(item, { path: itemPath, lines, lineOf });
    }
  }
}
