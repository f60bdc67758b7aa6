import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/loadConfig.ts';
import { parseSetFlag } from '../../src/config/overrides.ts';
import { load, messageOf, temporaryFolder } from './temporaryFolder.ts';

const documented = 'bench get-config writes a documented one.';

const badFiles: readonly (readonly [title: string, text: string, message: string])[] = [
  ['an empty file', '', `config.yaml: expected a mapping of keys, found an empty file; ${documented}`],
  [
    'only comments',
    '# nothing\n',
    `config.yaml: expected a mapping of keys, found an empty file; ${documented}`,
  ],
  ['a list', '- a\n- b\n', `config.yaml: expected a mapping of keys, found a list; ${documented}`],
  [
    'a single value',
    'hello\n',
    `config.yaml: expected a mapping of keys, found a single value; ${documented}`,
  ],
  [
    'an unknown key with a near one',
    'repository: django\ninference:\n  max_itr: 3\n',
    'config.yaml:3: unknown key inference.max_itr; did you mean inference.max_iter?',
  ],
  [
    'a known key in the wrong place',
    'max_iter: 3\n',
    'config.yaml:1: unknown key max_iter; did you mean inference.max_iter?',
  ],
  [
    'an unknown key with nothing near',
    'results:\n  zzzzzzzz: 3\n',
    'config.yaml:2: unknown key results.zzzzzzzz; known here: embed_rows.',
  ],
  [
    'an unknown key of a model',
    'suite:\n  models:\n    - provider: stub\n      modelname: x\n',
    'config.yaml:4: unknown key suite.models[0].modelname; did you mean suite.models.model_name?',
  ],
  [
    'a wrong type',
    'inference:\n  max_iter: five\n',
    'config.yaml:2: inference.max_iter must be a whole number of at least 1; found "five".',
  ],
  [
    'a number out of range',
    'inference:\n  batch_size: 0\n',
    'config.yaml:2: inference.batch_size must be a whole number of at least 1; found 0.',
  ],
  [
    'a section that is not one',
    'inference: 3\n',
    'config.yaml:1: inference must be a mapping of keys; found 3.',
  ],
  [
    'a slip in a name',
    'benchmark: completin\n',
    'config.yaml:1: benchmark must be one of method_gen_multiturn, completion, program_repair; found "completin". Did you mean completion?',
  ],
  [
    'a duplicate key',
    'inference:\n  max_iter: 1\n  max_iter: 2\n',
    'config.yaml:3: the key "max_iter" stands twice in the same mapping; keep one.',
  ],
  [
    'a tab',
    'inference:\n\tmax_iter: 1\n',
    'config.yaml:2: this line is indented with a tab; YAML wants spaces.',
  ],
  [
    'two documents',
    'a: 1\n---\nb: 2\n',
    'config.yaml:2: expected one YAML document, found a second one after "---".',
  ],
  [
    'an address without a scheme',
    'inference:\n  base_url: localhost:8000/v1\n',
    'config.yaml:2: inference.base_url must be an address that begins with http:// or https:// and holds no password; found "localhost:8000/v1".',
  ],
  [
    'a list where a name is wanted',
    'inference:\n  model_name: [a]\n',
    'config.yaml:2: inference.model_name must be text; found a list.',
  ],
  ['a number where text is wanted', 'run_name: 2025\n', 'config.yaml:1: run_name must be text; found 2025.'],
  [
    'a size nobody understands',
    'grading:\n  memory: lots\n',
    'config.yaml:2: grading.memory must be a size such as 512MiB, or bytes; found "lots".',
  ],
  [
    'a file name with a folder',
    'paths:\n  output_filename: ../x.jsonl\n',
    'config.yaml:2: paths.output_filename must be a file name that ends in .jsonl, without a folder; found "../x.jsonl".',
  ],
];

for (const [title, text, message] of badFiles) {
  test(`${title} is explained`, () =>
    assert.equal(
      messageOf(() => load(text)),
      message,
    ));
}

test('several faults are at most three lines', () => {
  const message = messageOf(() => load('a1: 1\nb1: 1\nc1: 1\nd1: 1\n'));
  assert.equal(message.split('\n').length, 3);
  assert.match(message, /… and 2 more of this kind\.$/);
});

test('broken YAML names its line', () => {
  const message = messageOf(() =>
    load('repository: django\ninference: {max_iter: 3\nbenchmark: completion\n'),
  );
  assert.match(message, /^config\.yaml:\d+: this is not valid YAML: [^\n]+\.$/);
});

test('a missing file, a folder and binary data are told apart', () => {
  const cwd = temporaryFolder();
  const load = (path: string) => messageOf(() => loadConfig({ path, cwd, environment: {} }));
  assert.equal(load('none.yaml'), `none.yaml: expected a config file, found none; ${documented}`);
  mkdirSync(join(cwd, 'folder'));
  assert.equal(load('folder'), 'folder: expected a config file, found a folder; name the file in it.');
  writeFileSync(join(cwd, 'binary'), Buffer.from([0xff, 0xfe, 0x00, 0x80]));
  assert.equal(load('binary'), 'binary: expected text in UTF-8, found something else.');
});

test('flags are explained like files', () => {
  const set = (text: string) => messageOf(() => load('repository: django\n', [text]));
  assert.equal(
    set('inference.max_itr=3'),
    '--set inference.max_itr: unknown key inference.max_itr; did you mean inference.max_iter?',
  );
  assert.equal(
    set('inference.max_iter=three'),
    '--set inference.max_iter: inference.max_iter must be a whole number of at least 1; found "three".',
  );
  assert.equal(set('x'), '--set: expected key=value such as inference.max_iter=3, found "x".');
  assert.match(set('inference..x=1'), /is not a key/);
  assert.match(set('inference.ports=[1'), /^--set inference\.ports:1: this is not valid YAML/);
  assert.throws(() => parseSetFlag('=3'), /expected key=value/);
});

test('a value of a variable is explained with the variable', () => {
  const environment = { TEMPORAL_ADDRESS: 'x:1' };
  const loaded = load('repository: django\n', [], { environment });
  assert.equal(loaded.written.origins.get('temporal.address')?.place, 'variable TEMPORAL_ADDRESS');
});

test('an alias bomb is refused, not expanded', () => {
  const levels = Array.from({ length: 9 }, (_, n) => `l${n + 1}: &l${n + 1} [${`*l${n}, `.repeat(9)}]`);
  const message = messageOf(() => load(`l0: &l0 [a]\n${levels.join('\n')}\n`));
  assert.match(message, /^config\.yaml: this YAML cannot be read: .*alias/i);
});
