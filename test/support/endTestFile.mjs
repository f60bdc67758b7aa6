// Loaded before each test file: one that leaves a server, process or timer open after its last test would keep the whole run waiting.
import { after } from 'node:test';

const patienceMilliseconds = 20_000;

if (process.env.NODE_TEST_CONTEXT !== undefined) {
  after(() => {
    setTimeout(() => {
      const open = process.getActiveResourcesInfo().filter((name) => !name.startsWith('Timeout'));
      process.stderr.write(`the tests are over, but something is still open: ${open.join(', ')}\n`);
      process.exit(1);
    }, patienceMilliseconds).unref();
  });
}
