import { SandboxError } from '../../core/errors.ts';
import { readDjangoText } from './readDjangoText.ts';
import { readSympyText, writeSympyText } from './sympyText.ts';
import type { TextForm } from './textForm.ts';
import { writeDjangoText } from './writeDjangoText.ts';

const forms: Readonly<Record<string, TextForm>> = {
  django: { write: writeDjangoText, read: readDjangoText },
  sympy: { write: writeSympyText, read: readSympyText },
};

/** The text form of a runner's adapter. */
export function textFormOf(adapter: string): TextForm {
  const form = Object.hasOwn(forms, adapter) ? forms[adapter] : undefined;
  if (form) return form;
  throw new SandboxError(
    `Expected a repository whose runner's text is known (${Object.keys(forms).join(', ')}), found ${adapter}. Use a server with the route /v1/grade.`,
  );
}
