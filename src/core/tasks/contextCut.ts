import { splitLines } from '../../python/lines.ts';
import type { Definition, LineSpan, PythonParser } from '../../python/pythonTypes.ts';
import type { TaskPolicy } from '../run.ts';
import type { Target } from './target.ts';

interface ContextInput {
  readonly parser: PythonParser;
  readonly target: Target;
  readonly policy: Pick<TaskPolicy, 'contextSource' | 'maxContextCharacters'>;
  /** What stands in the place of the lines that the model must write. */
  readonly replacement: { readonly span: LineSpan; readonly text: string };
}

/**
 * The file (or only the target's class) around the method, cut to `maxContextCharacters`: whole definitions go,
 * farthest from the target first, each run of them replaced by a comment that names them; when none are left, other
 * statements of the module likewise. Null when even then it does not fit.
 */
export function fitContext(input: ContextInput): string | null {
  const window = windowOf(input);
  const whole = assemble(input, window, []);
  if (whole.length <= input.policy.maxContextCharacters) return whole;
  const units = removableUnits(input, window);
  const compose = (removed: number): string => assemble(input, window, units.slice(0, removed));
  const fits = (removed: number): boolean => compose(removed).length <= input.policy.maxContextCharacters;
  if (!fits(units.length)) return null;
  let tooFew = 0;
  let enough = units.length;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (fits(middle)) enough = middle;
    else tooFew = middle;
  }
  return compose(enough);
}

interface Unit extends LineSpan {
  /** What the comment in its place says, e.g. `class Foo`. */
  readonly label: string;
  readonly isDefinition: boolean;
  readonly distance: number;
  readonly indentation: string;
}

/** The whole file, or the innermost class around the method where only the class is wanted and there is one. */
function windowOf({ parser, target, policy }: ContextInput): LineSpan {
  const { definitions, lines } = parser.parse(target.source);
  const around = definitions.findLast(
    (definition) => definition.kind === 'class' && isAround(definition, target.definition),
  );
  if (policy.contextSource === 'class' && around) return around;
  return { startLine: 0, endLine: lines.length - 1 };
}

/** What can go, in the order in which it goes. */
function removableUnits({ parser, target }: ContextInput, window: LineSpan): Unit[] {
  const { source, definition } = target;
  const units = parser
    .parse(source)
    .definitions.filter((other) => isOutermostBeside(parser.parse(source).definitions, other, definition))
    .map((other) => unitOf(other, definition));
  const kept = units.filter((unit) => unit.startLine >= window.startLine && unit.endLine <= window.endLine);
  return [
    ...kept.toSorted(byDistance),
    ...looseLines({ parser, target, window, units: kept }).toSorted(byDistance),
  ];
}

function byDistance(a: Unit, b: Unit): number {
  return b.distance - a.distance || b.startLine - a.startLine;
}

/** Neither around nor inside the target, and everything around it is around the target too. */
function isOutermostBeside(all: readonly Definition[], other: Definition, target: Definition): boolean {
  if (isAround(other, target) || isAround(target, other) || other.startIndex === target.startIndex)
    return false;
  return all.every((outer) => !isAround(outer, other) || (outer.kind === 'class' && isAround(outer, target)));
}

function isAround(outer: Definition, inner: Definition): boolean {
  return outer.startIndex < inner.startIndex && outer.endIndex >= inner.endIndex;
}

function unitOf(other: Definition, target: Definition): Unit {
  const { startLine, endLine, indentation, kind, name } = other;
  return {
    startLine,
    endLine,
    indentation,
    label: kind === 'class' ? `class ${name}` : name,
    isDefinition: true,
    distance: distanceTo({ startLine, endLine }, target),
  };
}

function distanceTo(span: LineSpan, target: Definition): number {
  if (span.endLine < target.startLine) return target.startLine - span.endLine;
  return Math.max(0, span.startLine - target.endLine);
}

interface LooseInput {
  readonly parser: PythonParser;
  readonly target: Target;
  readonly window: LineSpan;
  readonly units: readonly Unit[];
}

/** The module's own lines beside all definitions, in pieces of lines that belong together. */
function looseLines({ parser, target, window, units }: LooseInput): Unit[] {
  const { definitions, lines } = parser.parse(target.source);
  const taken = new Set<number>();
  const take = ({ startLine, endLine }: LineSpan): void => {
    for (let line = startLine; line <= endLine; line += 1) taken.add(line);
  };
  units.forEach(take);
  definitions.filter((definition) => isAround(definition, target.definition)).forEach(take);
  take({ startLine: target.definition.startLine, endLine: target.definition.endLine });
  const loose: Unit[] = [];
  for (let line = window.startLine; line <= window.endLine; line += 1) {
    if (taken.has(line)) continue;
    const startLine = line;
    while (line < window.endLine && !taken.has(line + 1) && !startsAnew(lines[line + 1] ?? '')) line += 1;
    const span = { startLine, endLine: line };
    const distance = distanceTo(span, target.definition);
    loose.push({ ...span, label: 'statements', isDefinition: false, indentation: '', distance });
  }
  return loose;
}

function startsAnew(line: string): boolean {
  return /^[^\s#)\]}]/.test(line);
}

function assemble({ target, replacement }: ContextInput, window: LineSpan, removed: readonly Unit[]): string {
  const lines = splitLines(target.source);
  const starts = new Map(removed.map((unit) => [unit.startLine, unit]));
  const out: string[] = [];
  let run: Unit[] = [];
  const endRun = (): void => {
    const [first] = run;
    if (first) out.push(describeRun(first, run));
    run = [];
  };
  for (let line = window.startLine; line <= window.endLine; line += 1) {
    const unit = starts.get(line);
    if (unit) {
      if (run[0] && run[0].indentation !== unit.indentation) endRun();
      run.push(unit);
      line = unit.endLine;
    } else if (line === replacement.span.startLine) {
      endRun();
      out.push(replacement.text);
      line = replacement.span.endLine;
    } else if (run.length === 0 || (lines[line] ?? '').trim() !== '') {
      endRun();
      out.push(lines[line] ?? '');
    }
  }
  endRun();
  return out.join('\n');
}

function describeRun(first: Unit, run: readonly Unit[]): string {
  const names = run.filter(({ isDefinition }) => isDefinition).map(({ label }) => label);
  const count = run.reduce((sum, { startLine, endLine }) => sum + endLine - startLine + 1, 0);
  const shown = names.slice(0, 4).join(', ');
  const more = names.length > 4 ? ` and ${names.length - 4} more` : '';
  return `${first.indentation}# (left out, ${count} lines${names.length > 0 ? `: ${shown}${more}` : ''})`;
}
