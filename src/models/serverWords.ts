/** What a server says went wrong, in any of the shapes servers use; JSON text when none is known. */
export function findServerWords(json: unknown): string {
  if (typeof json === 'string') return json;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json) ?? '';
  const fields = new Map<string, unknown>(Object.entries(json));
  const error = fields.get('error');
  if (typeof error === 'object' && error !== null) return findServerWords(error);
  for (const name of ['message', 'error', 'detail', 'error_message']) {
    const words = fields.get(name);
    if (typeof words === 'string' && words !== '') return words;
  }
  return JSON.stringify(json);
}
