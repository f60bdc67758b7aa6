import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPlaces } from '../../../src/sandbox/lanes/places.ts';

const never = new AbortController().signal;

describe('places', () => {
  it('are given out in order, never more than there are, and an abort leaves the queue', async () => {
    const places = createPlaces({ places: [1, 2], isWarm: () => false, patienceMilliseconds: 60_000 });
    const cancel = new AbortController();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, (inside += 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
      inside -= 1;
    };
    const all = Array.from({ length: 6 }, () => places.use(never, 'x', work));
    const aborted = places.use(cancel.signal, 'x', work);
    cancel.abort(new Error('no more'));
    await assert.rejects(aborted, /no more/);
    await Promise.all(all);
    await places.use(never, 'x', work);
    assert.equal(most, 2);
  });

  it('go to those first whose target is warm there, and to others before they wait too long', async () => {
    const order = async (patienceMilliseconds: number): Promise<string[]> => {
      const started: string[] = [];
      const isWarm = (_: number, target: string): boolean => target === 'warm';
      const places = createPlaces({ places: [1], isWarm, patienceMilliseconds });
      const work = (name: string) => (): Promise<void> =>
        new Promise((resolve) => {
          started.push(name);
          setTimeout(resolve, 5);
        });
      const names = ['first', 'cold', 'warm', 'warm'];
      await Promise.all(names.map((name) => places.use(never, name, work(name))));
      return started;
    };
    assert.deepEqual(await order(60_000), ['first', 'warm', 'warm', 'cold']);
    assert.deepEqual(await order(-1), ['first', 'cold', 'warm', 'warm']);
  });
});
