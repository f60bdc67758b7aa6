/**
 * Takes out of a text what changes from run to run or does harm on a terminal: addresses, durations, temporary
 * names, process ids, escape sequences, control characters, and the sandbox's own paths. Keeps its end, bounded.
 */
export function normalizeText(text: string, options: { limit: number; pythonHome: string }): string {
  const plain = text
    .slice(-4 * options.limit)
    .replace(escapeSequence, '')
    .replace(controlCharacter, '')
    .replaceAll('\r\n', '\n')
    .replaceAll(`${options.pythonHome}/lib/`, 'lib/')
    .replace(/\/bench\/(?:source\/|venv\/lib\/python3\.\d+\/site-packages\/)/g, '')
    .replace(/\b0x[0-9a-fA-F]{4,}\b/g, '0x0')
    // unittest shortens what two values share, in the midst of an address, too.
    .replace(/\b0x[0-9a-f]*(?=\[\d+ chars\])/g, '0x0')
    .replace(/(\[\d+ chars\])[0-9a-f]+>/g, '$10>')
    .replace(/\/tmp\/[\w-]*[0-9a-z_]{8}(?=[/'"\s:)]|$)/g, '/tmp/x')
    .replace(/(?<=[/'"])tmp[0-9a-z_]{8}(?![0-9a-z_])/g, 'tmpx')
    .replace(/\b(pid[ =:]+|process )\d+/gi, '$10')
    .replace(/\b\d+\.\d+(?:e-\d+)? ?(?:s|sec|secs|seconds|ms)\b/g, '0.000s')
    .replace(/\b(localhost|127\.0\.0\.1):\d{4,5}\b/g, '$1:0');
  return plain.length <= options.limit ? plain : `…${plain.slice(1 - options.limit)}`;
}

// eslint-disable-next-line no-control-regex
const escapeSequence = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-_])/g;
// eslint-disable-next-line no-control-regex
const controlCharacter = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
