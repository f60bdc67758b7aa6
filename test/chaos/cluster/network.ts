import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A network of hosts on this machine: each in a namespace of its own, with a cable to a bridge. */
export interface Network {
  /** Of this machine on the bridge. */
  readonly address: string;
  addHost(): Promise<Cable>;
}

/** The cable of one host, which can be pulled. */
export interface Cable {
  readonly address: string;
  /** A command before another one, which then runs on that host. */
  readonly enter: readonly string[];
  cut(): Promise<void>;
  join(): Promise<void>;
}

/** Null where this user may not make network namespaces; what it makes is undone with `cleanUps`. */
export async function openNetwork(cleanUps: AsyncDisposableStack): Promise<Network | null> {
  if (process.getuid?.() !== 0) return null;
  const bridge = `bch${process.pid}`;
  const subnet = `10.213.${process.pid % 250}`;
  const undo = (...given: readonly string[]): void =>
    cleanUps.defer(() => ip(...given).catch(() => undefined));
  try {
    await ip('link', 'add', bridge, 'type', 'bridge');
  } catch {
    return null;
  }
  undo('link', 'del', bridge);
  await ip('addr', 'add', `${subnet}.1/24`, 'dev', bridge);
  await ip('link', 'set', bridge, 'up');
  let hosts = 0;
  return {
    address: `${subnet}.1`,
    async addHost() {
      hosts += 1;
      const [space, cable, address] = [`${bridge}-${hosts}`, `${bridge}.${hosts}`, `${subnet}.${hosts + 1}`];
      await ip('netns', 'add', space);
      undo('netns', 'del', space);
      await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', space);
      await ip('link', 'set', cable, 'master', bridge, 'up');
      await ip('-n', space, 'addr', 'add', `${address}/24`, 'dev', 'eth0');
      for (const device of ['lo', 'eth0']) await ip('-n', space, 'link', 'set', device, 'up');
      return {
        address,
        enter: ['nsenter', `--net=/run/netns/${space}`],
        cut: () => ip('link', 'set', cable, 'down'),
        join: () => ip('link', 'set', cable, 'up'),
      };
    },
  };
}

/** Namespaces of the network of this process that are there. */
export async function namespacesLeft(): Promise<string[]> {
  const { stdout } = await run('ip', ['netns', 'list']).catch(() => ({ stdout: '' }));
  return stdout.split('\n').filter((line) => line.startsWith(`bch${process.pid}-`));
}

async function ip(...given: readonly string[]): Promise<void> {
  await run('ip', given);
}
