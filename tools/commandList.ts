/** Writes docs/commands.md: `node tools/commandList.ts`. A test says when it is not what the commands say. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { commands } from '../src/cli/commands.ts';

export const commandListPath = `${import.meta.dirname}/../docs/commands.md`;

const heading = `# Commands

Every command of \`bench\`, its flags, and what it is for; \`bench COMMAND --help\` says what each flag means, with examples.
This page is made from the commands themselves.

| command | what it does | flags |
| ------- | ------------ | ----- |
`;

/** The page's text. */
export async function commandList(): Promise<string> {
  const rows: string[] = [];
  for (const { alias, summary, load } of commands) {
    const command = await load();
    const path = ['bench', command.name()];
    const names = alias === undefined ? '' : ` (the original's \`${alias}\`)`;
    rows.push(rowOf(path, `${summary}${names}`, command), ...rowsBelow(path, command));
  }
  return heading + rows.join('');
}

function rowsBelow(path: readonly string[], command: Command): string[] {
  return command.commands.flatMap((one) => {
    const below = [...path, one.name()];
    return [rowOf(below, one.summary() || one.description(), one), ...rowsBelow(below, one)];
  });
}

function rowOf(path: readonly string[], summary: string, command: Command): string {
  const places = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const flags = command.options
    .filter(({ hidden }) => !hidden)
    .map(({ long, short }) => `\`${long ?? short ?? ''}\``);
  const cells = [`\`${[...path, ...places].join(' ')}\``, summary, flags.join(' ')];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  writeFileSync(commandListPath, await commandList());
