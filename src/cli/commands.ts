import type { Command } from 'commander';

/** One command of `bench`. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** The original's name for it. */
  readonly alias?: string;
  /** Loaded when the command is used, so that help is quick. */
  readonly load: () => Promise<Command>;
}

/** All commands, in the order of the help; each in a file of its own. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'run',
    alias: 'run-multiturn',
    summary: 'run a configuration here and now: server, worker, progress, table',
    load: async () => (await import('./run.ts')).runCommand(),
  },
  {
    name: 'submit',
    summary: 'hand a configuration to the server and its workers',
    load: async () => (await import('./submit.ts')).submitCommand(),
  },
  {
    name: 'worker',
    summary: 'work for every open run of the server',
    load: async () => (await import('./worker.ts')).workerCommand(),
  },
  {
    name: 'server',
    summary: 'the embedded Temporal server and its Web UI: start, stop, status',
    load: async () => (await import('./server.ts')).serverCommand(),
  },
  {
    name: 'status',
    summary: 'the server, its workers, every open run, and what is being waited for',
    load: async () => (await import('./status.ts')).statusCommand(),
  },
  {
    name: 'cluster',
    summary: 'hosts with their roles and what each is doing, queues with their backlog',
    load: async () => (await import('./cluster.ts')).clusterCommand(),
  },
  {
    name: 'watch',
    summary: 'show the progress of an open suite until it ends',
    load: async () => (await import('./status.ts')).watchCommand(),
  },
  {
    name: 'pause',
    summary: 'hold a run or suite at the next turn of each item',
    load: async () => (await import('./hold.ts')).pauseCommand(),
  },
  {
    name: 'unpause',
    summary: 'let a paused run or suite go on',
    load: async () => (await import('./hold.ts')).unpauseCommand(),
  },
  {
    name: 'concurrency',
    summary: 'change how many items and requests an open run has in flight',
    load: async () => (await import('./hold.ts')).concurrencyCommand(),
  },
  {
    name: 'cancel',
    summary: 'end a run or suite; submitting it again resumes it',
    load: async () => (await import('./hold.ts')).cancelCommand(),
  },
  {
    name: 'report',
    summary: 'print the table of runs, and assemble their result files where outcomes are newer',
    load: async () => (await import('./report.ts')).reportCommand(),
  },
  {
    name: 'compare',
    summary: 'compare runs of the same items with a base: paired difference, interval, p',
    load: async () => (await import('./compare.ts')).compareCommand(),
  },
  {
    name: 'regrade',
    summary: 'grade the answers of runs again, without asking a model, and show which verdicts changed',
    load: async () => (await import('./regrade.ts')).regradeCommand(),
  },
  {
    name: 'export',
    summary: 'write results for other tools: jsonl, parquet, csv, or a log for Inspect AI',
    load: async () => (await import('./export.ts')).exportCommand(),
  },
  {
    name: 'import',
    summary: 'take results of the original suite, so that old and new models compare',
    load: async () => (await import('./import.ts')).importCommand(),
  },
  {
    name: 'wandb',
    summary: 'figures for Weights & Biases: sync sends what has not arrived',
    load: async () => (await import('./wandb.ts')).wandbCommand(),
  },
  {
    name: 'doctor',
    summary: 'try everything that the benchmark needs, and say what to do',
    load: async () => (await import('./doctor.ts')).doctorCommand(),
  },
  {
    name: 'dataset',
    summary: 'datasets: build, validate, pick, bugs, export, diff, sheet, list',
    load: async () => (await import('./dataset.ts')).datasetCommand(),
  },
  {
    name: 'grade',
    summary: 'run one candidate of one item, or the one of a run, and show why it failed',
    load: async () => (await import('./grade.ts')).gradeCommand(),
  },
  {
    name: 'env',
    summary: 'repositories made ready to run: build, list, and look for tests that are unsteady: baseline',
    load: async () => (await import('./env.ts')).envCommand(),
  },
  {
    name: 'sandbox',
    summary: 'the sandbox by itself: check, serve',
    load: async () => (await import('./sandbox.ts')).sandboxCommand(),
  },
  {
    name: 'serve-vllm',
    summary: 'start vLLM servers for a configuration, with its LoRA adapters',
    load: async () => (await import('./serveVllm.ts')).serveVllmCommand(),
  },
  {
    name: 'kill-vllm',
    summary: 'stop the vLLM servers that were started here',
    load: async () => (await import('./killVllm.ts')).killVllmCommand(),
  },
  {
    name: 'watch-checkpoints',
    summary: 'evaluate LoRA checkpoints as a training writes them, each once',
    load: async () => (await import('./watchCheckpoints.ts')).watchCheckpointsCommand(),
  },
  {
    name: 'k8s',
    summary: 'runs on Kubernetes: run, status, logs, delete',
    load: async () => (await import('./k8s.ts')).k8sCommand(),
  },
  {
    name: 'run-multiturn-k8s',
    summary: 'the same as k8s run',
    load: async () => (await import('./k8sRun.ts')).runMultiturnK8sCommand(),
  },
  {
    name: 'serve-restapi-k8s',
    summary: 'start sandbox servers on Kubernetes',
    load: async () => (await import('./k8sSandbox.ts')).serveRestapiK8sCommand(),
  },
  {
    name: 'kill-restapi-k8s',
    summary: 'remove the sandbox servers from Kubernetes',
    load: async () => (await import('./k8sSandbox.ts')).killRestapiK8sCommand(),
  },
  {
    name: 'get-config',
    summary: 'write a documented configuration file',
    load: async () => (await import('./getConfig.ts')).getConfigCommand(),
  },
  {
    name: 'get-prompts',
    summary: 'write the prompts into a folder, to be edited',
    load: async () => (await import('./getPrompts.ts')).getPromptsCommand(),
  },
  {
    name: 'get-dockerfile',
    summary: 'write the Dockerfile of the docker sandbox, to be read',
    load: async () => (await import('./getDockerfile.ts')).getDockerfileCommand(),
  },
  {
    name: 'get-resources',
    summary: 'write everything that is shipped beside the code into a folder',
    load: async () => (await import('./getResources.ts')).getResourcesCommand(),
  },
];
