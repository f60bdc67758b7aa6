import { request } from 'node:http';

/**
 * Another provider than bubblewrap, for those who have it: looked at by `bench doctor`, never brought.
 * @type {import('../types.d.ts').Need}
 */
export const docker = {
  id: 'docker',
  name: 'Docker',
  hint: 'start the engine (sudo systemctl start docker), and put yourself into the group docker',

  async check() {
    const { where, target } = engineOf(process.env.DOCKER_HOST ?? '');
    const found = await askEngine(target);
    return 'version' in found
      ? { works: true, detail: `engine ${found.version} answers at ${where}` }
      : { works: false, detail: `no engine answers at ${where} (${found.why})` };
  },

  bring() {
    return Promise.reject(new Error('it is optional'));
  },
};

/** @param {string} host @returns {{ where: string, target: import('node:http').RequestOptions }} */
function engineOf(host) {
  const address = URL.parse(host.replace(/^tcp:/, 'http:'));
  if (address === null || address.protocol === 'unix:') {
    const socketPath = host.replace(/^unix:\/\//, '') || '/var/run/docker.sock';
    return { where: socketPath, target: { socketPath } };
  }
  return { where: host, target: { host: address.hostname, port: address.port || 2375 } };
}

/** @param {import('node:http').RequestOptions} target @returns {Promise<{ version: string } | { why: string }>} */
function askEngine(target) {
  return new Promise((resolve) => {
    const asked = request({ ...target, path: '/version', timeout: 3000 }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve(readVersion(text)));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 3 s')));
    asked.on('error', (error) => {
      const code = 'code' in error ? String(error.code) : '';
      resolve({ why: whys[code] ?? error.message });
    });
    asked.end();
  });
}

/** @type {Readonly<Record<string, string>>} */
const whys = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nobody listens',
  EACCES: 'this user may not use it',
};

/** @param {string} text @returns {{ version: string } | { why: string }} */
function readVersion(text) {
  try {
    const { Version: version } = JSON.parse(text);
    return typeof version === 'string' ? { version } : { why: 'it answers without a version' };
  } catch {
    return { why: 'it answers something else than JSON' };
  }
}
