/** The class or module of a test: `a.tests.C` of `a.tests.C.test_x`, `a.py::C` of `a.py::C::test_x[1.5]`. */
export function ownerOfTest(id: string): string {
  const { owner } = partsOf(id);
  return owner;
}

/** A test's own name, without its parameters: `test_x` in both. */
export function nameOfTest(id: string): string {
  const { own } = partsOf(id);
  return own.replace(/\[.*$/s, '');
}

/** A test as Python's own runner names it in a report: `test_x[1.5] (a.py::C)`. */
export function describeTest(id: string): string {
  const { own, owner } = partsOf(id);
  return `${own} (${owner})`;
}

/** Parameters may hold any separator. */
function partsOf(id: string): { readonly own: string; readonly owner: string } {
  const bracket = id.indexOf('[');
  const bare = bracket === -1 ? id : id.slice(0, bracket);
  const separator = bare.includes('::') ? '::' : '.';
  const end = bare.lastIndexOf(separator);
  return end === -1
    ? { own: id, owner: '' }
    : { own: id.slice(end + separator.length), owner: id.slice(0, end) };
}
