import type { ConformanceCase } from './case.ts';
import { test } from './candidates.ts';

/** Candidates that end their process, by accident or to be taken for a pass. */
export const crashCases: readonly ConformanceCase[] = (
  [
    ['a null pointer', 'import ctypes\nctypes.string_at(0)'],
    ['an abort', 'import os\nos.abort()'],
    ['an early exit with code 0', 'import os\nos._exit(0)'],
    ['an early exit with the code of a frame', 'import os\nos._exit(86)'],
    ['another program in its place', "import os\nos.execv('/bin/sh', ['sh', '-c', 'exit 0'])"],
    ['a stack overflow', 'nest = ()\nfor _ in range(10**6): nest = (nest,)\nhash(nest)'],
    [
      'signals to everything in reach',
      'import os, signal\nfor pid in (os.getppid(), -1, 0):\n    try: os.kill(pid, 9)\n    except OSError: pass\nos.killpg(0, 9)',
    ],
  ] as const
).map(([name, statements]) => ({ name, statements, ended: 'crashed' }));

const frame = `{'nonce': '0' * 32, 'tests': [{'id': '${test}', 'status': 'passed', 'seconds': 0, 'message': ''}], 'memoryError': False}`;

/** A pass by everything that could be taken for evidence: text, files, exit code, a frame with a guessed nonce. */
export const forgedText: ConformanceCase = {
  name: 'a pass by text, file and exit code',
  statements:
    `import os, sys, json\nfor d in range(3, 64):\n    try: os.write(d, json.dumps(${frame}).encode() + b'\\n')\n    except OSError: pass\n` +
    `open('/tmp/result.json', 'w').write(json.dumps(${frame}))\n` +
    `print('${test} ... ok\\n\\nRan 1 test in 0.001s\\n\\nOK')\nsys.stdout.flush()\nos._exit(86)`,
  ended: 'crashed',
  output: /Ran 1 test in 0\.000s/,
  flag: 'frame_wrong_nonce',
};
