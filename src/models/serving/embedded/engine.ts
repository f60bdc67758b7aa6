import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { ConfigError } from '../../../core/errors.ts';
import type { LlamaModel, LlamaModule, LlamaSequence, TemplateModule } from './llamaTypes.ts';

export interface EngineSettings {
  /** Where `node_modules/node-llama-cpp` is. */
  readonly folder: string;
  /** A GGUF file. */
  readonly weights: string;
  /** Tokens; null = what the model was trained with, up to `longestByItself`. */
  readonly contextSize: number | null;
  readonly threads: number;
  readonly gpu: 'auto' | false;
}

/** A loaded model, one request at a time. */
export interface Engine {
  readonly contextSize: number;
  /** Engine and llama.cpp with their versions, and what it runs on. */
  readonly version: string;
  readonly model: LlamaModel;
  readonly sequence: LlamaSequence;
  /** Fills the model's own chat template; null when it has none, as base models do. */
  readonly fillTemplate: ((variables: Readonly<Record<string, unknown>>) => string) | null;
}

const longestByItself = 16_384;

/** Loads a model. Throws ConfigError with llama.cpp's own words where the file is none of its, or damaged. */
export async function openEngine(settings: EngineSettings): Promise<Engine> {
  const { folder, weights, threads, gpu } = settings;
  const said: string[] = [];
  const module = await importFrom<LlamaModule>(folder, 'node-llama-cpp/dist/index.js');
  // Without a bound, threads of a busy machine wait for each other: one token in seconds.
  const llama = await module.getLlama({
    gpu,
    build: 'never',
    maxThreads: threads,
    logger: (_level, message) => void said.push(message.trim()),
  });
  const explain = async (error: unknown): Promise<never> => {
    // Its log comes a little later than its error.
    await sleep(200);
    const words = said.findLast((line) => /error|invalid|corrupt|not within|unsupported|unknown/i.test(line));
    const reason = words?.replace(/^\w+: /, '') ?? (error instanceof Error ? error.message : String(error));
    throw new ConfigError(`llama.cpp cannot load ${weights}: ${reason}`, { cause: error });
  };
  const model = await llama.loadModel({ modelPath: weights }).catch(explain);
  const contextSize = Math.min(settings.contextSize ?? longestByItself, model.trainContextSize);
  const context = await model.createContext({ contextSize, sequences: 1, threads }).catch(explain);
  const device = llama.gpu === false ? 'cpu' : `${llama.gpu} ${(await llama.getGpuDeviceNames()).join(', ')}`;
  return {
    contextSize,
    version: `node-llama-cpp ${versionOf(folder)}, llama.cpp ${llama.llamaCppRelease.release}, ${device}`,
    model,
    sequence: context.getSequence(),
    fillTemplate: await templateOf(model, folder),
  };
}

/** The template as vLLM and Transformers fill it, rather than the wrappers of node-llama-cpp, which add words. */
async function templateOf(model: LlamaModel, folder: string): Promise<Engine['fillTemplate']> {
  const source = model.fileInfo.metadata.tokenizer?.chat_template;
  if (typeof source !== 'string') return null;
  const { Template } = await importFrom<TemplateModule>(folder, '@huggingface/jinja/dist/index.js');
  const template = new Template(source);
  const { bosString, eosString } = model.tokens;
  return (variables) =>
    template.render({ ...variables, bos_token: bosString ?? '', eos_token: eosString ?? '' });
}

async function importFrom<Module>(folder: string, path: string): Promise<Module> {
  const file = join(folder, 'node_modules', path);
  try {
    return (await import(pathToFileURL(file).href)) as Module;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(
      `The embedded engine in ${folder} does not load: ${why}.\nDelete that folder and try again.`,
      {
        cause: error,
      },
    );
  }
}

function versionOf(folder: string): string {
  const path = join(folder, 'node_modules', 'node-llama-cpp', 'package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  return version;
}
