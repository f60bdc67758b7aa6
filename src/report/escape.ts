import { stripVTControlCharacters } from 'node:util';

/** Control, format (bidirectional overrides, zero-width), surrogate and private characters, line and paragraph separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Text of others (models, datasets, servers) for one line of a terminal: no escapes, no control characters, bounded. */
export function escapeForTerminal(text: string, maxCharacters = 200): string {
  // Cutting first bounds the work; the factor leaves room for what is removed.
  const bounded = text.slice(0, maxCharacters * 8);
  const plain = stripVTControlCharacters(bounded).replace(/\s+/g, ' ').replace(unprintable, '').trim();
  const characters = [...plain];
  if (characters.length <= maxCharacters && bounded.length === text.length) return plain;
  return `${characters.slice(0, Math.max(0, maxCharacters - 1)).join('')}…`;
}
