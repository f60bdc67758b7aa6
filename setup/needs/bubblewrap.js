import { existsSync, readFileSync } from 'node:fs';
import { aptInstall, canUseApt, installCommand } from '../apt.js';
import { ask } from '../runCommand.js';

/** The namespaces and mounts that the sandbox asks for. */
const isolation = [
  ...[
    '--ro-bind',
    '/',
    '/',
    // Root needs no namespace of users, and a hardened kernel may have none.
    ...(process.getuid?.() === 0 ? [] : ['--unshare-user']),
    '--unshare-pid',
    '--unshare-net',
    '--unshare-ipc',
    '--unshare-uts',
  ],
  ...['--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--die-with-parent', '--new-session'],
];

/** What contains a candidate. @type {import('../types.d.ts').Need} */
export const bubblewrap = {
  id: 'bubblewrap',
  name: 'bubblewrap',
  hint:
    process.platform === 'linux'
      ? installCommand('bubblewrap')
      : 'use a Linux machine, or a container on this one',

  async check() {
    if (process.platform !== 'linux') return { works: false, detail: 'there is bubblewrap for Linux only' };
    const version = await ask('bwrap', ['--version']);
    if (version.code !== 0) return { works: false, detail: 'bwrap is not on PATH' };
    const tried = await ask('bwrap', [...isolation, '/bin/sh', '-c', 'true']);
    const name = version.stdout.trim().replace('bubblewrap ', '');
    if (tried.code === 0) return { works: true, detail: `${name}, isolates here` };
    const words = tried.stderr.trim().split('\n').at(-1) ?? '';
    return {
      works: false,
      detail: `installed, but does not work here, because ${why(words)}`,
      hint: whatToDo(),
    };
  },

  async bring(say) {
    if ((await ask('bwrap', ['--version'])).code === 0)
      throw new Error('it is installed, but the system forbids it');
    if (!canUseApt()) throw new Error('bwrap is not installed');
    await aptInstall(['bubblewrap'], say);
  },
};

/** @param {string} words */
function why(words) {
  const quoted = `("${words.replace(/^bwrap: /, '').slice(0, 120)}")`;
  if (readSwitch('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return `AppArmor forbids new user namespaces ${quoted}`;
  }
  if (isSwitchedOff()) return `the kernel's settings forbid new user namespaces ${quoted}`;
  return isContainer() ? `this container forbids it ${quoted}` : `the system refuses ${quoted}`;
}

function whatToDo() {
  if (readSwitch('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0, or allow /usr/bin/bwrap in an AppArmor profile';
  }
  if (readSwitch('kernel/unprivileged_userns_clone') === '0')
    return 'sudo sysctl kernel.unprivileged_userns_clone=1';
  if (isSwitchedOff()) return 'sudo sysctl user.max_user_namespaces=15000';
  return isContainer()
    ? 'start the container with --privileged, or with seccomp and AppArmor unconfined and --cap-add SYS_ADMIN'
    : 'ask whoever runs this machine to allow user namespaces';
}

function isSwitchedOff() {
  return (
    readSwitch('kernel/unprivileged_userns_clone') === '0' || readSwitch('user/max_user_namespaces') === '0'
  );
}

function isContainer() {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv') || Boolean(process.env.container);
}

/** @param {string} name */
function readSwitch(name) {
  try {
    return readFileSync(`/proc/sys/${name}`, 'utf8').trim();
  } catch {
    return null;
  }
}
