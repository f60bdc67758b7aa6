import type { Model } from '../../src/ports/model.ts';
import type { Gate } from './gate.ts';

/** To be called whenever something is about to be asked. */
export type ServerWatch = (model: Pick<Model, 'countWaiting'>) => void;

const lookEveryMilliseconds = 5000;
/** More than this share of what is in flight, in two looks in a row: a burst that has just arrived waits, too. */
const tolerated = 0.1;

/** Now and then asks servers that count their own queue, and sends them less while it does not empty. */
export function watchServer(gate: Pick<Gate, 'isBehind' | 'state'>): ServerWatch {
  let lookedAt = -lookEveryMilliseconds;
  let wasBehind = false;
  const look = async (model: Pick<Model, 'countWaiting'>): Promise<void> => {
    const waiting = await model.countWaiting?.(AbortSignal.timeout(lookEveryMilliseconds));
    const isBehind = typeof waiting === 'number' && waiting > tolerated * gate.state().inFlight;
    if (isBehind && wasBehind) gate.isBehind(waiting);
    wasBehind = isBehind;
  };
  return (model) => {
    if (model.countWaiting === undefined || performance.now() - lookedAt < lookEveryMilliseconds) return;
    lookedAt = performance.now();
    // Who does not answer is fed by what its answers say.
    look(model).catch(() => undefined);
  };
}
