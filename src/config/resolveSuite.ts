import { ConfigError } from '../core/errors.ts';
import type { TaskName } from '../core/row.ts';
import type { Feeding, RunRequest, SuiteRequest, TaskPolicy } from '../core/run.ts';
import { isBucketUrl, resolvePlace } from '../storage/index.ts';
import { absolutePath, datasetPath, promptsFolder, repositoryOf } from './configPaths.ts';
import { yamlName } from './resources.ts';
import { gradingOf, remoteOf } from './grading.ts';
import { placeOf } from './layers.ts';
import type { LoadedConfig } from './loadConfig.ts';
import { modelsOf } from './modelSpecs.ts';
import type { SuiteMember } from './modelSpecs.ts';
import { noticesOf } from './notices.ts';
import { wandbOf } from './wandb.ts';
import { nameRuns, slug } from './runNames.ts';
import type { Config } from './schema.ts';

/** The runs that a configuration asks for. Throws ConfigError for what cannot run, or not yet. */
export function resolveSuite(config: LoadedConfig): SuiteRequest {
  refuseContradictoryArms(config);
  const dataset = datasetPath(config);
  const drafts = draftsOf(config);
  refuseBaseModels(config, drafts);
  const names = nameDrafts(config, drafts);
  const isPublished = dataset.substitute && config.values.repository === 'django';
  const unnamed = isPublished ? { unnamedDataset: true as const } : {};
  const shared = { ...sharedOf(config), datasetPath: dataset.path, ...unnamed };
  const runs = drafts.map(({ task, member, policy }, index): RunRequest => {
    const name = names[index] ?? '';
    const { spec: model, prices } = member;
    refuseUnpriced(config, member);
    const run = { ...shared, name, task, policy, model, prices };
    return member.smoke ? asSmoke(run) : run;
  });
  return {
    name: suiteName(config, runs),
    runs,
    notices: noticesOf(config, runs),
  };
}

const smokeItems = 5;
// A repair shows its whole file: with fewer characters there are hardly any rows.
const smokeContext = { method_gen_multiturn: 1000, completion: 1000, program_repair: 6500 };
const smokeFeedbackCharacters = 1000;

/** Few items and a short context: enough to see that a model's path works. */
function asSmoke(run: RunRequest): RunRequest {
  const { maxContextCharacters, maxFeedbackCharacters } = run.policy;
  return {
    ...run,
    smoke: true,
    maxItems: Math.min(run.maxItems ?? smokeItems, smokeItems),
    policy: {
      ...run.policy,
      maxContextCharacters: Math.min(maxContextCharacters, smokeContext[run.task]),
      maxFeedbackCharacters: Math.min(maxFeedbackCharacters, smokeFeedbackCharacters),
    },
  };
}

interface Draft {
  readonly task: TaskName;
  readonly member: SuiteMember;
  readonly policy: TaskPolicy;
  readonly replica: number | null;
}

function draftsOf(config: LoadedConfig): Draft[] {
  const { suite, benchmark } = config.values;
  const tasks = [...new Set(suite.tasks ?? [benchmark])];
  const replicas =
    suite.replicas === 1 ? [null] : Array.from({ length: suite.replicas }, (_, index) => index + 1);
  return modelsOf(config).flatMap((member) =>
    tasks.flatMap((task) =>
      replicas.map((replica) => ({ task, member, policy: policyOf(config.values, task), replica })),
    ),
  );
}

function nameDrafts(config: LoadedConfig, drafts: readonly Draft[]): string[] {
  const { repository, paths } = config.values;
  const prefix = prefixOf(config);
  const models = new Set(drafts.map(({ member }) => member.spec)).size;
  const single = models === 1 && drafts.every(({ task }) => task === drafts[0]?.task);
  const prefixOnly = !paths.format_run_name && prefix !== null && single;
  const names = nameRuns(
    drafts.map(({ task, member, policy, replica }) => {
      const { label, spec } = member;
      return {
        prefix,
        prefixOnly,
        repository: slug(yamlName(repository)),
        task,
        label,
        model: spec,
        policy,
        replica,
        smoke: member.smoke,
      };
    }),
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return names;
  throw new ConfigError(
    `${placeOf(['suite', 'models'], config.written)}suite.models: two entries make the same run, ${twice}; ` +
      'remove one, or give them different labels.',
  );
}

function policyOf({ inference, benchmark_parameters: parameters }: Config, task: TaskName): TaskPolicy {
  const loops = task === 'method_gen_multiturn' || inference.turns_for_all_tasks;
  return {
    maxTurns: loops ? inference.max_iter : 1,
    samples: inference.samples,
    noFeedback: loops && inference.no_feedback,
    noMultiturn: loops && inference.no_multiturn,
    noHistory: loops && inference.no_history,
    repairSampling: loops && inference.repair_sampling,
    think: inference.think,
    contextSource: inference.context_source,
    repairContext: parameters.program_repair.context,
    maxContextCharacters: inference.max_context_symb,
    maxFeedbackCharacters: inference.max_test_feedback_symb,
    ...variantOf(parameters, task),
  };
}

/** What is asked in another way than usual; usual values are absent, and so are those of other tasks. */
function variantOf(
  { method_gen_multiturn: generation, completion }: Config['benchmark_parameters'],
  task: TaskName,
): Partial<TaskPolicy> {
  if (task === 'method_gen_multiturn') {
    if (generation.gen_target === 'class') return { genTarget: 'class' };
    return generation.derived_descriptions ? { derivedDescriptions: true } : {};
  }
  const cut = completion?.cut ?? 50;
  if (task !== 'completion') return {};
  return {
    ...(completion?.prompt_form === 'prefix_suffix' ? { completionForm: 'prefix_suffix' } : {}),
    ...(cut === 50 ? {} : { cutPercent: cut }),
  };
}

function sharedOf(config: LoadedConfig) {
  const { values, cwd } = config;
  const maxItems = values.data.max_items;
  const wandb = wandbOf(config);
  return {
    repository: repositoryOf(config),
    maxItems: maxItems === -1 ? null : maxItems,
    skipBadRows: values.data.skip_bad_rows,
    promptsFolder: promptsFolder(config),
    outputFolder: resolvePlace(cwd, values.paths.output_folder),
    outputFilename: values.paths.output_filename,
    ...(values.storage.allow_unconditional ? { allowUnconditional: true as const } : {}),
    embedRows: values.results.embed_rows,
    batchSize: values.inference.batch_size,
    grading: gradingOf(config),
    warmMemoryBytes: values.grading.warm_memory,
    remote: remoteOf(config),
    replay: replayFolders(config),
    ...feedingOf(config),
    ...(wandb === undefined ? {} : { wandb }),
  };
}

/** Absent where nothing limits how a model is asked. */
function feedingOf({ values: { inference } }: LoadedConfig): Pick<RunRequest, 'feeding'> {
  const feeding: Feeding = {
    requestsPerMinute: inference.requests_per_minute,
    tokensPerMinute: inference.tokens_per_minute,
    budgetTokens: inference.budget_tokens,
    budgetCost: inference.budget_cost,
  };
  return Object.values(feeding).every((value) => value === null) ? {} : { feeding };
}

function refuseUnpriced(config: LoadedConfig, { label, prices, spec }: SuiteMember): void {
  const isFree = spec.provider === 'reference' || spec.provider === 'stub' || spec.provider === 'scripted';
  if (config.values.inference.budget_cost === null || prices !== null || isFree) return;
  throw new ConfigError(
    `${placeOf(['inference', 'budget_cost'], config.written)}inference.budget_cost: the prices of ${label} are not known; ` +
      'set inference.prices: { input_per_million: …, output_per_million: … }, or budget_tokens instead.',
  );
}

function replayFolders(config: LoadedConfig): readonly string[] | undefined {
  return config.values.inference.replay?.map((place) =>
    isBucketUrl(place) ? place : absolutePath(config, 'inference.replay', place),
  );
}

function suiteName(config: LoadedConfig, runs: readonly RunRequest[]): string {
  const [first] = runs;
  if (runs.length === 1 && first !== undefined) return first.name;
  return slug(prefixOf(config) ?? config.name ?? 'suite');
}

function prefixOf({ values }: LoadedConfig): string | null {
  return values.run_name ?? values.wandb.run_name;
}

/** What a base model, which goes on with a text, cannot be asked. */
function refuseBaseModels(config: LoadedConfig, drafts: readonly Draft[]): void {
  for (const { task, member, policy } of drafts) {
    const { api, fim, model } = member.spec;
    if (api !== 'completions' || task !== 'completion') continue;
    if (policy.completionForm === 'prefix_suffix' && fim === undefined) {
      throw new ConfigError(
        `${placeOf(['inference', 'fim'], config.written)}inference.fim must name the family of ${model}, for prompt_form prefix_suffix shows a base model what follows the gap; set it, or prompt_form: prefix.`,
      );
    }
    if (policy.maxTurns > 1) {
      throw new ConfigError(
        `${placeOf(['inference', 'turns_for_all_tasks'], config.written)}inference.turns_for_all_tasks: a base model (${model}, api: completions) reads no feedback in a file that it goes on with; set false, or max_iter: 1.`,
      );
    }
  }
}

/** Each of these arms says what the next prompt is; two of them contradict each other. */
function refuseContradictoryArms(config: LoadedConfig): void {
  const arms = (['no_multiturn', 'no_history', 'repair_sampling'] as const).filter(
    (arm) => config.values.inference[arm],
  );
  if (arms.length < 2) return;
  throw new ConfigError(
    `${placeOf(['inference', arms[1] ?? ''], config.written)}inference: ${arms.join(' and ')} contradict each other; ` +
      'set one of them, and run the other as a run of its own.',
  );
}
