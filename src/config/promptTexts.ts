import { readFile, stat } from 'node:fs/promises';
import { z } from 'zod';
import { digestOf } from '../core/digest.ts';
import { ConfigError } from '../core/errors.ts';
import { taskKinds } from '../core/run.ts';
import type { TaskKind } from '../core/run.ts';
import { marksIn } from '../core/tasks/fillText.ts';
import type { PromptTexts } from '../core/tasks/task.ts';
import { isBucketUrl, joinPlace, openStore } from '../storage/index.ts';
import { nearest } from './nearestKey.ts';
import { promptMarks } from './promptMarks.ts';
import { resourcePath } from './resources.ts';
import { parseYaml } from './yamlText.ts';

/** The texts of all tasks: the shipped ones, or a user's folder, where files that are not there are the shipped ones. */
export async function loadPromptTexts(folder: string | null): Promise<Record<TaskKind, PromptTexts>> {
  const own = folder === null ? new Map<TaskKind, string>() : await textsIn(folder);
  const load = async (task: TaskKind): Promise<PromptTexts> => {
    const text = own.get(task);
    if (folder !== null && text !== undefined)
      return parseTexts({ task, path: joinPlace(folder, `${task}.yaml`), text });
    const path = resourcePath('prompts', `${task}.yaml`);
    return parseTexts({ task, path, text: await readFile(path, 'utf8') });
  };
  const [generation, completion, repair, classes] = await Promise.all([
    load('method_gen_multiturn'),
    load('completion'),
    load('program_repair'),
    load('class_generation'),
  ]);
  return {
    method_gen_multiturn: generation,
    completion,
    program_repair: repair,
    class_generation: classes,
  };
}

/** The digest of what a task's prompts say; comments and layout of the file do not count. */
export function promptsDigest(texts: PromptTexts): string {
  return digestOf(texts);
}

async function textsIn(folder: string): Promise<Map<TaskKind, string>> {
  if (!isBucketUrl(folder)) await refuseNoFolder(folder);
  const store = openStore(folder);
  const found = new Map<TaskKind, string>();
  for (const task of taskKinds) {
    const bytes = await store.get(`${task}.yaml`);
    if (bytes !== null) found.set(task, bytes.toString());
  }
  if (found.size > 0) return found;
  const names = taskKinds.map((task) => `${task}.yaml`).join(', ');
  throw new ConfigError(
    `paths.prompts: expected ${names} in ${folder}, found none; make them with bench get-prompts.`,
  );
}

async function refuseNoFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => null);
  if (info?.isDirectory()) return;
  throw new ConfigError(
    `paths.prompts: expected a folder, found ${info ? 'a file' : 'nothing'} at ${folder}; make one with bench get-prompts.`,
  );
}

interface TextFile {
  readonly task: TaskKind;
  readonly path: string;
  readonly text: string;
}

const textsSchema = z.record(z.string(), z.unknown());

function parseTexts({ task, path, text }: TextFile): PromptTexts {
  const { value, lines } = parseYaml(text, path);
  const parsed = textsSchema.safeParse(value);
  if (!parsed.success) throw new ConfigError(`${path}: expected a mapping of texts, found ${nameOf(value)}.`);
  const marks = promptMarks[task];
  const where = (key: string): string => `${path}:${lines.get(key) ?? 1}: ${key}`;
  for (const key of Object.keys(parsed.data)) {
    if (Object.hasOwn(marks, key)) continue;
    const near = nearest(key, Object.keys(marks));
    throw new ConfigError(
      `${where(key)} is no text of this task; ${near ? `did you mean ${near}?` : known(Object.keys(marks))}`,
    );
  }
  const texts = Object.keys(marks).map((key) => [key, textOf(parsed.data[key], where(key))] as const);
  for (const [key, content] of texts) checkMarks(content, marks[key] ?? [], where(key));
  return Object.fromEntries(texts);
}

/** An empty entry is an empty text, but only the system text may be left empty or out. */
function textOf(value: unknown, where: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  if (where.endsWith(': system') && (value === undefined || value === null || value === '')) return '';
  const found = value === undefined ? 'no such key' : nameOf(value);
  throw new ConfigError(`${where}: expected a text, found ${found}; bench get-prompts has one to copy.`);
}

function checkMarks(text: string, allowed: readonly string[], where: string): void {
  const unknown = marksIn(text).find((mark) => !allowed.includes(mark));
  if (unknown === undefined) return;
  const near = nearest(unknown, allowed);
  const hint = near ? `did you mean {${near}}?` : known(allowed.map((mark) => `{${mark}}`));
  throw new ConfigError(`${where}: unknown mark {${unknown}}; ${hint}`);
}

function known(names: readonly string[]): string {
  return names.length > 0 ? `known here: ${names.join(', ')}.` : 'this text has no marks.';
}

function nameOf(value: unknown): string {
  if (value === null) return 'nothing';
  if (typeof value === 'string') return 'an empty text';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
