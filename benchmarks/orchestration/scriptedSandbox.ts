import type { Sandbox } from '../../src/ports/sandbox.ts';

/** A sandbox that runs nothing: every test ends as the file's text says. For trials of the pipeline alone. */
export function scriptedSandbox(statusOf: (fileContent: string) => 'passed' | 'failed'): Sandbox {
  return {
    check: () => Promise.resolve(),
    prepare: () => Promise.resolve(),
    run: ({ tests, fileContent }) => {
      const status = statusOf(fileContent);
      const result = { status, seconds: 0, message: status === 'passed' ? '' : 'AssertionError' };
      return Promise.resolve({
        ended: 'completed',
        tests: Object.fromEntries(tests.map((id) => [id, result])),
        output: '',
        wallSeconds: 0,
        cpuSeconds: 0,
        peakMemoryBytes: 0,
        flags: [],
        lane: 'strict',
        provider: 'none',
      });
    },
    close: () => Promise.resolve(),
  };
}
