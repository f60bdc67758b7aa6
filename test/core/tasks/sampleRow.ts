import assert from 'node:assert/strict';
import type { Row } from '../../../src/core/row.ts';
import type { TaskPolicy } from '../../../src/core/run.ts';
import { createTasks } from '../../../src/core/tasks/index.ts';
import type { Extraction } from '../../../src/core/tasks/task.ts';
import { loadPythonParser } from '../../../src/python/pythonParser.ts';

/** One parser for all tests of a file. */
export const parser = await loadPythonParser();
export const tasks = createTasks(parser);

/** The defaults of a run. */
export const policy: TaskPolicy = {
  maxTurns: 5,
  samples: 1,
  noFeedback: false,
  noMultiturn: false,
  noHistory: false,
  repairSampling: false,
  think: true,
  contextSource: 'file',
  repairContext: 'test',
  maxContextCharacters: 60_000,
  maxFeedbackCharacters: 20_000,
};

/** A file with namesakes, accessors, a nested class and a nested function. */
export const sampleFile = `import os

LIMIT = 3


class Base:
    def clean(self, value):
        if value is None:
            return ''
        return value.strip()


class Shop(Base):
    """A shop."""

    def total(self, items, *, tax=0):
        """Sum the prices.

        Tax is added at the end.
        """
        result = 0
        for item in items:
            if item.price is None:
                continue
            result += item.price
        # Tax comes last.
        return result * (1 + tax)

    @property
    def name(self):
        value = self._name
        return value or 'shop'

    @name.setter
    def name(self, value):
        value = value.strip()
        self._name = value

    def clean(self, value):
        value = super().clean(value)
        if value in self.banned:
            raise ValueError(value)
        return value

    class Meta:
        def clean(self, value):
            query = """
    SELECT
  """
            return query + value

    async def fetch(self, url):
        page = await self.get(url)
        return page.text


def total(items):
    count = len(items)
    return count + LIMIT
`;

interface SampleInput {
  readonly name: string;
  readonly occurrence?: number;
  readonly source?: string;
  /** For repair: what stands in the place of the method's part `from`. */
  readonly bug?: { readonly from: string; readonly to: string };
  readonly cutBefore?: string;
}

/** A row for one function of a file, by its qualified name. */
export function sampleRow({ name, occurrence = 0, source = sampleFile, bug, cutBefore }: SampleInput): Row {
  const definition = parser
    .parse(source)
    .definitions.find((found) => found.qualifiedName === name && found.occurrence === occurrence);
  assert.ok(definition, `${name} is not in the sample`);
  const lines = source.split('\n');
  const { definitionLine, headerEndLine, endLine } = definition;
  const method = lines.slice(definitionLine, endLine + 1).join('\n');
  const before = lines.slice(0, definitionLine).join('\n');
  const after = lines.slice(endLine + 1).join('\n');
  const cutLine = lines.findIndex(
    (line, place) => place > definitionLine && cutBefore !== undefined && line.includes(cutBefore),
  );
  return {
    idx: 0,
    dp_id: name,
    split: 'test',
    file_path: 'shop/models.py',
    raw_file_content: source,
    class_name: definition.className,
    class_doc: null,
    class_code: null,
    class_position_in_file: null,
    method: {
      name: definition.name,
      declaration: lines.slice(definitionLine, headerEndLine + 1).join('\n'),
      body: lines.slice(headerEndLine + 1, endLine + 1).join('\n'),
      description: 'Does what it should.',
      global_method_declaration_index: [definitionLine, headerEndLine],
      global_method_body_index: [headerEndLine + 1, endLine],
    },
    file_without_method: [before, after].join('\n'),
    class_without_method: null,
    tests: { full_paths: ['t.A.test_one', 't.A.test_two'], time_test_norm: null },
    file_with_buggy_method: bug ? [before, method.replace(bug.from, bug.to), after].join('\n') : null,
    test_error_message: 'AssertionError: 1 != 2',
    ...(cutLine > 0
      ? {
          triathlon: {
            schema: 1,
            qualified_name: name,
            environment: 'sha256:0',
            held_out_tests: [],
            expected_statuses: {},
            reference_seconds: { visible: 1, held_out: 0 },
            load_bearing: false,
            single_test: false,
            completion: { cut_line: cutLine },
          },
        }
      : {}),
  };
}

/** What a test expects of an answer: the kind, an unusable answer's reason, or parts of the code. */
export interface ExpectedExtraction {
  readonly kind: Extraction['kind'];
  readonly reason?: string;
  readonly exact?: boolean;
  readonly has?: string;
  readonly hasNot?: string;
  readonly found?: string;
}

/** Holds an extraction against what is expected, and a candidate's file against the file outside the method. */
export function checkExtraction(extraction: Extraction, expected: ExpectedExtraction, row: Row): void {
  const shown = JSON.stringify(extraction, null, 1);
  assert.equal(extraction.kind, expected.kind, shown);
  if (extraction.kind === 'unusable_answer') assert.equal(extraction.reason, expected.reason, shown);
  if (extraction.kind === 'wrong_target' && expected.found)
    assert.equal(extraction.found, expected.found, shown);
  if (extraction.kind !== 'candidate') return;
  if (expected.exact !== undefined) assert.equal(extraction.exactFormat, expected.exact, shown);
  if (expected.has) assert.ok(extraction.code.includes(expected.has), shown);
  if (expected.hasNot) assert.ok(!extraction.file.includes(expected.hasNot), shown);
  checkOutside(extraction.file, row);
}

/** The file's text and tree outside the method are unchanged, and it has no new problem. */
function checkOutside(file: string, row: Row): void {
  const before = row.file_with_buggy_method ?? row.raw_file_content;
  const line = row.method.global_method_declaration_index[0];
  const at = (source: string) =>
    parser.parse(source).definitions.find(({ definitionLine }) => definitionLine === line);
  const [old, placed] = [at(before), at(file)];
  assert.ok(old && placed);
  assert.equal(placed.qualifiedName, old.qualifiedName);
  assert.ok(
    parser.sameOutside({ source: before, definition: old }, { source: file, definition: placed }),
    file,
  );
  assert.equal(
    before
      .split('\n')
      .slice(old.endLine + 1)
      .join('\n'),
    file
      .split('\n')
      .slice(placed.endLine + 1)
      .join('\n'),
  );
  assert.equal(before.split('\n').slice(0, line).join('\n'), file.split('\n').slice(0, line).join('\n'));
  assert.deepEqual(parser.problems(file), []);
}
