import { z } from 'zod';

const counts = z.record(z.string(), z.int().nonnegative());

/** From a repository's functions to rows. Counts are functions, but where they say files. */
const funnelSchema = z.object({
  files: z.int(),
  /** Files that were not looked into. */
  filesLeftOut: counts,
  functions: z.int(),
  /** By the text of the function or its file. */
  leftOutByText: counts,
  /** By the tests that reach it. */
  leftOutByTests: counts,
  /** By a proof that did not hold. */
  leftOutByProof: counts,
  /** Not needed: enough rows, or enough of the file. */
  notTried: z.int(),
  rows: z.int(),
});

/** The first line of a dataset that we wrote: where its rows come from, and what was left out on the way. */
export const headerSchema = z.object({
  schema: z.literal(1),
  name: z.string(),
  version: z.string(),
  /** Of the rows that follow, measured seconds aside. */
  digest: z.string(),
  repository: z.object({ title: z.string(), licenses: z.array(z.string()).readonly() }),
  /** Digest of the environment on which the rows were proved. */
  environment: z.string(),
  builder: z.int(),
  seed: z.string(),
  labels: z.array(z.string()).readonly(),
  /** Null where the rows were chosen from another set. */
  funnel: funnelSchema.nullable(),
  /** The rows' digest of the set that the rows were chosen or made from, and how. */
  made_from: z.object({ digest: z.string(), how: z.string() }).nullable(),
});

/** What a dataset says about itself. */
export type DatasetHeader = z.infer<typeof headerSchema>;
/** What was left out at each step, and why. */
export type Funnel = z.infer<typeof funnelSchema>;
