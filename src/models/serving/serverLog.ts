import { readFile } from 'node:fs/promises';

/** Signs in vLLM's log and what the user can do; the first that is found says why a server ended. */
const causes: readonly { readonly sign: RegExp; readonly advice: string }[] = [
  {
    sign: /CUDA out of memory|OutOfMemoryError|less than desired GPU memory utilization|No available memory for the cache blocks/i,
    advice:
      'The GPU has too little free memory: lower gpu_memory_utilization or max_model_len in inference.vllm_args, or free the GPU.',
  },
  {
    sign: /LoRA rank .* (?:is greater|exceeds)|max_lora_rank/i,
    advice: 'The adapter does not fit the server: see max_lora_rank in inference.vllm_args.',
  },
  {
    sign: /unrecognized arguments|invalid choice|error: argument/i,
    advice: 'vLLM does not know a flag: see inference.vllm_args and `vllm serve --help=all`.',
  },
  {
    sign: /Failed to infer device type|No CUDA GPUs are available|CUDA driver|invalid device ordinal/i,
    advice: 'vLLM finds no such GPU: check --gpu_ids against `nvidia-smi`.',
  },
  {
    sign: /address already in use/i,
    advice: 'Somebody else listens on the port: choose another --base_port.',
  },
  {
    sign: /not a valid model identifier|does not appear to have a file named|Repository Not Found|LocalEntryNotFound|couldn't connect to/i,
    advice:
      'The model cannot be read: check inference.model_name, the network, and HF_TOKEN for gated models.',
  },
  {
    sign: /llama\.cpp cannot load/,
    advice: 'Is it a whole GGUF file of a model that llama.cpp knows? Copy or download it again.',
  },
  {
    sign: /does not recognize this architecture|are not supported for now/i,
    advice: 'This vLLM does not know the model: a newer vLLM may.',
  },
];

/** Why a server that died did so: the line of its log that says it, and what to do. At most three lines. */
export function explainDeath(log: string): string {
  const lines = plainLines(log);
  for (const { sign, advice } of causes) {
    const line = lines.findLast((one) => sign.test(one));
    if (line !== undefined) return `${shorten(line)}\n${advice}`;
  }
  const said = lines.findLast((line) => /\b\w*(?:Error|Exception)\b/.test(line)) ?? lines.at(-1);
  return said === undefined ? 'It printed nothing.' : shorten(said);
}

/** What a loading server does at the moment, in a few words; null when its log does not say. */
export function describeLoading(log: string): string | null {
  const line = plainLines(log.slice(-8192)).findLast((one) =>
    /Loading|loading|Downloading|Capturing|Compil|memory profiling|KV cache|Starting|Started|graph/.test(one),
  );
  return line === undefined ? null : shorten(line);
}

/** The end of a log file; empty when there is none yet. */
export async function readLog(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.slice(-200_000);
}

/** Without colours, process names, time stamps and carriage returns of progress bars. */
function plainLines(log: string): string[] {
  return log
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^\([\w ]+(?: pid=\d+)?\)\s*/, '').trim())
    .map((line) =>
      line.replace(/^(?:INFO|WARNING|ERROR|DEBUG) [\d-]+ [\d:.,]+ (?:\[[^\]]*\]\s*)*/, '').trim(),
    )
    .filter((line) => line !== '');
}

function shorten(line: string): string {
  return line.length <= 200 ? line : `${line.slice(0, 199)}…`;
}
