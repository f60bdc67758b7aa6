import { parseModelList } from './modelList.ts';

/** A server on this machine that speaks OpenAI's protocol. */
export interface LocalServer {
  /** Who usually has that port. */
  readonly usual: string;
  readonly baseUrl: string;
  readonly models: readonly string[];
}

/** Where model servers listen by themselves. */
export const usualPorts: ReadonlyMap<number, string> = new Map([
  [11434, 'Ollama'],
  [1234, 'LM Studio'],
  [8000, 'vLLM'],
  [8080, 'llama.cpp'],
  [30000, 'SGLang'],
  [1337, 'Jan'],
  [4000, 'LiteLLM'],
  [3117, 'bench serve-vllm'],
]);

const patienceMilliseconds = 1500;

/** The servers that answer with a list of models now. */
export async function findLocalServers(
  ports: ReadonlyMap<number, string> = usualPorts,
): Promise<LocalServer[]> {
  const looks = [...ports].map(async ([port, usual]) => {
    const baseUrl = `http://127.0.0.1:${port}/v1`;
    const models = await listModels(baseUrl);
    return models === null ? [] : [{ usual, baseUrl, models }];
  });
  return (await Promise.all(looks)).flat();
}

/** Null for whoever else listens there, and where nobody does. */
async function listModels(baseUrl: string): Promise<readonly string[] | null> {
  try {
    const response = await fetch(`${baseUrl}/models`, { signal: AbortSignal.timeout(patienceMilliseconds) });
    const ids = response.ok ? parseModelList(await response.text()) : null;
    return ids === null || ids.length === 0 ? null : ids;
  } catch {
    return null;
  }
}
