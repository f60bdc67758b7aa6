import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Statements of a candidate that sleeps beside a child whose command line holds the marker. */
export function sleeperNamed(marker: string): string {
  return (
    `import subprocess, sys, time\n` +
    `subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(300)', '${marker}'], start_new_session=True)\n` +
    `time.sleep(300)`
  );
}

/** Waits for something to become true. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  milliseconds = 60_000,
): Promise<void> {
  const deadline = Date.now() + milliseconds;
  while (!(await condition())) {
    if (Date.now() > deadline) assert.fail('it did not happen in time');
    await sleep(50);
  }
}

/** Ids of the processes whose command line, or whose variables, hold the marker. */
export function processesWith(marker: string, place: 'cmdline' | 'environ' = 'cmdline'): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/${place}`, 'utf8').includes(marker);
    } catch {
      return false;
    }
  });
}
