/** Replaces what must not be shown. */
export type Hide = (text: string) => string;

const longestCleaned = 4000;
/** Shorter "keys" (`EMPTY`, `none`) hide nothing and occur in ordinary words. */
const shortestSecret = 6;

/** Makes a function that hides keys, as they are and as they look inside a URL. */
export function hideSecrets(secrets: readonly (string | null)[]): Hide {
  const hidden = secrets
    .filter((secret) => secret !== null)
    .filter((secret) => secret.length >= shortestSecret)
    .flatMap((secret) => [secret, encodeURIComponent(secret)]);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}

/** Words from outside made fit for a message: keys hidden, one line, no control or invisible characters, bounded. */
export function cleanWords(text: string, hide: Hide, limit = 300): string {
  const line = hide(text)
    .slice(0, longestCleaned)
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .replace(/\p{Cf}+/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  const characters = Array.from(line);
  return characters.length > limit ? `${characters.slice(0, limit).join('')}…` : line;
}
