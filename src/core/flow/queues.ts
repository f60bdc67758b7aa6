/** The pool of sandboxes; a host is one member of it. */
export const sandboxQueue = 'bench-sandbox-local';
