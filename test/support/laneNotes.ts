/** Flags of a report but for those that say why its lane was not another one: a host chooses it by what it has graded before. */
export function withoutLaneNotes(flags: readonly unknown[]): unknown[] {
  return flags.filter((flag) => !String(flag).startsWith('not_full:'));
}
