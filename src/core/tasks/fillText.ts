/** A mark in a prompt's text: a word in lower case between braces. Other braces are just braces. */
const mark = /\{([a-z][a-z_]*)\}/g;

/** The marks of a text, each once. */
export function marksIn(text: string): string[] {
  return [...new Set([...text.matchAll(mark)].map((match) => match[1] ?? ''))];
}

/** Fills the marks of a text in one pass, so that marks inside what is filled in stay as they are. */
export function fillText(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(mark, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );
}

/** A fenced block around any text: its fence is longer than any run of backticks in it, so nothing breaks out. */
export function fence(text: string, language = ''): string {
  const runs = text.match(/`+/g) ?? [];
  const longest = runs.reduce((length, run) => Math.max(length, run.length), 0);
  const marks = '`'.repeat(Math.max(3, longest + 1));
  return `${marks}${language}\n${text}\n${marks}`;
}
