import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Command } from 'commander';
import { configFromOptions, suiteFromOptions, withConfigOptions } from '../../src/cli/configOptions.ts';
import type { ConfigOptions } from '../../src/cli/configOptions.ts';
import { withDashes } from '../../src/cli/originalFlags.ts';

async function optionsOf(...given: string[]): Promise<ConfigOptions> {
  const command = withConfigOptions(new Command('run')).exitOverride();
  await command.parseAsync(withDashes(given), { from: 'user' });
  return command.opts();
}

test('flags may be written with underscores; values and what follows -- are left alone', () => {
  const given = ['--max_items=3', '--do_continue', '--set', 'inference.max_iter=3', '-x_y', '--', '--a_b'];
  const expected = ['--max-items=3', '--do-continue', '--set', 'inference.max_iter=3', '-x_y', '--', '--a_b'];
  assert.deepEqual(withDashes(given), expected);
  assert.deepEqual(withDashes(['--output=a_b_c', '--set=a_b.c_d=1']), ['--output=a_b_c', '--set=a_b.c_d=1']);
});

test("the published suite's flags set the keys they name", async () => {
  const options = await optionsOf(
    ...['--set', 'benchmark=completion', '--max_items', '-1', '--repo', 'django', '--wandb_run_name', 'mine'],
    ...['--gpu_ids=0,1', '--base_port=3200', '--num_replicas', '2', '--do_continue', '--wait_time', '60'],
  );
  const { values } = await configFromOptions(options);
  assert.equal(values.data.max_items, -1);
  assert.equal(values.run_name, 'mine');
  assert.deepEqual(values.inference.ports, [3200, 3201]);
  assert.equal(values.suite.replicas, 2);
  const suite = await suiteFromOptions(options);
  assert.equal(suite.runs.length, 2);
  assert.equal(suite.runs[0]?.maxItems, null);
  assert.ok(suite.notices.some((notice) => notice.startsWith('--do_continue: not needed')));
  assert.ok(suite.notices.some((notice) => notice.startsWith('--wait_time: no effect without --autorun')));
});

test('--ports wins over --base_port, and --set over every other flag', async () => {
  const ports = await configFromOptions(
    await optionsOf('--ports', '8000,8001', '--base-port', '1', '-s', 'run_name=a'),
  );
  assert.deepEqual(ports.values.inference.ports, [8000, 8001]);
  const set = await configFromOptions(await optionsOf('--max-items', '5', '--set', 'data.max_items=7'));
  assert.equal(set.values.data.max_items, 7);
});
