import type { Sandbox } from '../../ports/sandbox.ts';
import { createLaneSandbox } from '../lanes/laneSandbox.ts';
import { createBubblewrapLauncher } from './bubblewrapLauncher.ts';
import { checkBubblewrap } from './check.ts';

export interface BubblewrapOptions {
  /** Candidates graded at a time: the number of cores is right. */
  readonly slots: number;
  readonly warmMemoryBytes?: number | undefined;
  /** Use a user namespace even when started as root; otherwise only when not. */
  readonly userNamespace?: boolean;
}

/** Candidates in bubblewrap, in all three lanes. */
export function createBubblewrapSandbox(options: BubblewrapOptions): Sandbox {
  const { slots, warmMemoryBytes, userNamespace } = options;
  return createLaneSandbox({
    launcher: createBubblewrapLauncher(userNamespace),
    check: checkBubblewrap,
    slots,
    warmBytes: warmMemoryBytes,
  });
}
