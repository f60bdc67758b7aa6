/** Rows of the published suite's sibling set hold a row of the suite in `extra_info`, and how much of its body the prompt shows. */
export function unwrapSibling(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('extra_info' in value)) return value;
  const { extra_info: packed, hint_level: level } = value as { extra_info: unknown; hint_level?: unknown };
  const row = typeof packed === 'string' ? parsed(packed) : packed;
  if (typeof row !== 'object' || row === null || 'raw_file_content' in value) return value;
  const hint = Number(level ?? 0);
  // The same method comes once per level, and each item needs a name of its own.
  const id = 'dp_id' in row && hint > 0 ? { dp_id: `${String(row.dp_id)}-hint${hint}` } : {};
  return { ...row, ...id, ...(level != null && { hint_level: level }) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
