import { z } from 'zod';

const line = z.int().min(1);

/** Body of the original's `POST /run_item`; lines are 1-based and inclusive. What else is sent comes back as it came. */
export const itemBodySchema = z.looseObject({
  idx: z.union([z.int(), z.string()]).nullish(),
  dp_id: z.union([z.string(), z.int()]).nullish(),
  file_path: z.string().min(1).max(1000),
  replace_content: z.string(),
  method_name: z.string().nullish(),
  start_line: line,
  end_line: line,
  tests: z.array(z.string().min(1).max(1000)).min(1).max(100_000),
});

export type ItemBody = z.infer<typeof itemBodySchema>;

/** Answer of `POST /run_item`. */
export const itemAnswerSchema = z.looseObject({
  datapoint: z.looseObject({}).optional(),
  test_output: z.string(),
  edited_file: z.string().nullish(),
});
