/** The original's flags have underscores (`--max_items`), ours have dashes: both are understood. */
export function withDashes(given: readonly string[]): string[] {
  const end = given.indexOf('--');
  return given.map((text, index) => {
    if (end !== -1 && index >= end) return text;
    const match = /^(--[a-z\d]+(?:_[a-z\d]+)+)(=.*)?$/s.exec(text);
    return match === null ? text : `${match[1]?.replaceAll('_', '-')}${match[2] ?? ''}`;
  });
}
