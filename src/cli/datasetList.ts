import { Command } from 'commander';
import { findDataset, setNames } from '../config/configPaths.ts';
import { recipeNames } from '../dataset/recipe.ts';
import { print } from './datasetTools.ts';

/** `bench dataset list`: the sets that can be named. */
export function listCommand(): Command {
  return new Command('list')
    .description('the sets that can be named: shipped, built here, or to be built by their recipe')
    .option('--json', 'print data as JSON')
    .action(list);
}

async function list({ json }: { readonly json?: boolean }): Promise<void> {
  const names = [...new Set([...setNames(), ...(await recipeNames())])].toSorted();
  const sets = names.map((name) => ({ name, path: findDataset(name) }));
  if (json === true) return print(JSON.stringify(sets));
  for (const { name, path } of sets) print(`${name}  ${path ?? `to be built: bench dataset build ${name}`}`);
}
