import { existsSync } from 'node:fs';
import { ask, runLong } from './runCommand.js';

/** Can packages be installed without asking anybody: root on Debian, Ubuntu or a relative? */
export function canUseApt() {
  return process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

/**
 * Installs system packages; fetches the list of packages only when they are not found without.
 * @param {readonly string[]} names
 * @param {import('./types.d.ts').Say} say
 */
export async function aptInstall(names, say) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const known = await ask('apt-cache', ['policy', ...names]);
  if (names.some((name) => !isInstallable(known.stdout, name))) {
    await runLong({
      command: 'apt-get',
      args: ['update', '-q'],
      label: 'fetching the list of system packages',
      say,
      env,
    });
  }
  const args = ['install', '-y', '-q', '--no-install-recommends', ...names];
  await runLong({ command: 'apt-get', args, label: `installing ${names.join(', ')}`, say, env });
}

/** The command that does the same for a user who is not root, for the usual package managers. */
export function installCommand(/** @type {string} */ packages) {
  if (existsSync('/usr/bin/apt-get')) return `sudo apt-get install ${packages}`;
  if (existsSync('/usr/bin/dnf')) return `sudo dnf install ${packages}`;
  if (existsSync('/usr/bin/pacman')) return `sudo pacman -S ${packages}`;
  return `install ${packages} with your system's package manager`;
}

/**
 * @param {string} policy
 * @param {string} name
 */
function isInstallable(policy, name) {
  const entry = policy.split(/^(?=\S)/m).find((part) => part.startsWith(`${name}:`));
  return entry !== undefined && !/Candidate: \(none\)/.test(entry);
}
