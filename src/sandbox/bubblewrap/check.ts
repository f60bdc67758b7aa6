import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { SandboxError } from '../../core/errors.ts';

/** Tries a bubblewrap with what the strict lane needs. Throws SandboxError with what to do when it does not work here. */
export async function checkBubblewrap(): Promise<void> {
  const asRoot = isRoot();
  const user = asRoot ? [] : ['--unshare-user'];
  const tried = await tryBubblewrap([
    ...[
      '--unshare-pid',
      '--unshare-net',
      '--unshare-ipc',
      '--unshare-uts',
      '--die-with-parent',
      '--new-session',
      ...user,
    ],
    ...['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'],
    ...['--perms', '1777', '--size', '1048576', '--tmpfs', '/tmp', '--', '/bin/sh', '-c', 'echo works'],
  ]);
  if (tried.stdout.trim() === 'works') return;
  throw new SandboxError(explain(tried, { asRoot, restricted: appArmorRestricts() }));
}

/** Whether this process is root, which needs no user namespace. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

let closable: Promise<boolean> | undefined;

/** Whether this bubblewrap (0.8 and later) can forbid further user namespaces; the system call filter does, too. */
export function canCloseUserNamespaces(): Promise<boolean> {
  closable ??= tryBubblewrap(['--help']).then((help) => help.stdout.includes('--disable-userns'));
  return closable;
}

export interface Tried {
  readonly stdout: string;
  readonly stderr: string;
  /** `ENOENT` when bubblewrap is not installed. */
  readonly code: string | number | null;
}

/** What was found and what to do, in one to three lines. */
export function explain(tried: Tried, machine: { asRoot: boolean; restricted: boolean }): string {
  if (tried.code === 'ENOENT') {
    return 'Expected bubblewrap (the command bwrap), found none.\nInstall it: apt install bubblewrap (Debian, Ubuntu), dnf install bubblewrap (Fedora).';
  }
  const said = tried.stderr.trim().split('\n').at(-1) || `exit code ${String(tried.code)}`;
  const found = `bubblewrap is installed but does not work here: ${said}`;
  if (/unknown option/i.test(said)) return `${found}\nVersion 0.7 or later is needed.`;
  if (
    /setting up uid map|Creating new namespace|No permissions|Operation not permitted|RTM_NEWADDR/i.test(said)
  ) {
    if (machine.restricted && !machine.asRoot) {
      return (
        `${found}\nUbuntu's AppArmor forbids user namespaces to programs without a profile. As root, either allow it for bwrap ` +
        `(apt install apparmor-profiles; ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/; ` +
        `systemctl reload apparmor)\nor for all programs: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0.`
      );
    }
    return machine.asRoot
      ? `${found}\nThis looks like a container without the right to make namespaces. Start it with --cap-add SYS_ADMIN --cap-add NET_ADMIN ` +
          `--security-opt seccomp=unconfined --security-opt apparmor=unconfined --security-opt systempaths=unconfined, or use a virtual machine.`
      : `${found}\nUnprivileged user namespaces are forbidden here: as root, sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=15000,\n` +
          `or, in a container, start it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined.`;
  }
  return found;
}

function tryBubblewrap(args: readonly string[]): Promise<Tried> {
  return new Promise((resolve) => {
    execFile('bwrap', args, { timeout: 20_000, cwd: '/' }, (error, stdout, stderr) => {
      resolve({ stdout, stderr: stderr || (error?.message ?? ''), code: error ? (error.code ?? null) : 0 });
    });
  });
}

function appArmorRestricts(): boolean {
  try {
    return readFileSync('/proc/sys/kernel/apparmor_restrict_unprivileged_userns', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
