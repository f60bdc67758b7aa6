import { z } from 'zod';

// Each message completes the sentence "<key> must be …".
const text = z.string({ error: 'text' }).min(1, { error: 'text that is not empty' });
const matching = (pattern: RegExp, error: string) => z.string({ error }).regex(pattern, { error });
const fileBeside = text;

/** A relative path that stays inside the source tree. */
const treePath = text.refine((path) => !path.startsWith('/') && !path.split('/').includes('..'), {
  error: 'a path inside the source tree, relative to it',
});
const treePaths = z.array(treePath, { error: 'a list of paths inside the source tree' });
const someTreePaths = treePaths.min(1, { error: 'a list of at least one path' });
const texts = z.array(text, { error: 'a list of texts' });
const mapping = (keys: string): { error: z.core.$ZodErrorMap } => ({
  error: (issue) => (issue.code === 'unrecognized_keys' ? undefined : `a mapping with ${keys}`),
});

const minorVersion = matching(/^3\.\d+$/, 'a minor version such as "3.11", in quotes');

/** Set by the sandbox, or read by Python before the variables of a description come. */
const reservedVariable = /^(?:PATH|HOME|USER|LOGNAME|LANG|LC_\w+|LD_\w+|MALLOC_\w+|PYTHON\w*)$/;
const variableName = matching(/^[A-Za-z_]\w*$/, 'a variable name').refine(
  (name) => !reservedVariable.test(name),
  { error: 'a variable that the sandbox does not set itself' },
);
const variableValue = z.string({ error: 'text, in quotes' });

const sourceSchema = z.strictObject(
  {
    package: matching(/^[A-Za-z0-9._-]+$/, 'the name of a package on the index').optional(),
    version: matching(/^[A-Za-z0-9._+!-]+$/, 'a version, in quotes').optional(),
    path: text.optional(),
    sha256: matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits, in quotes'),
    licenses: treePaths.default([]),
    leave_out: treePaths.default([]),
  },
  mapping('package and version, or path, and sha256'),
);

const buildSchema = z.strictObject(
  { requirements: fileBeside, pin: texts.optional() },
  mapping('requirements and pin'),
);

const adapterSchema = z.strictObject(
  {
    name: text,
    version: z.int({ error: 'a whole number' }).positive({ error: 'a whole number above 0' }).default(1),
    options: z.record(z.string(), z.unknown(), { error: 'a mapping' }).default({}),
  },
  mapping('name, version and options'),
);

/** What a repository's YAML file may say. */
export const repositorySchema = z
  .strictObject({
    schema: z.literal(1, { error: '1' }),
    name: matching(/^[a-z][a-z0-9._-]*$/, 'lower-case letters, digits, ".", "_" and "-"'),
    title: text,
    source: sourceSchema,
    python: z.strictObject(
      { prefer: z.array(minorVersion, { error: 'a list of minor versions' }).min(1, { error: 'not empty' }) },
      mapping('prefer'),
    ),
    requirements: fileBeside.optional(),
    pin: texts.optional(),
    build: buildSchema.optional(),
    targets: someTreePaths,
    import_paths: someTreePaths,
    check_module: text,
    variables: z
      .record(variableName, variableValue, {
        error: 'a mapping of variables the sandbox does not set itself',
      })
      .optional(),
    labels: texts.optional(),
    adapter: adapterSchema,
  })
  .refine(({ source }) => (source.path === undefined) === (source.package !== undefined), {
    path: ['source'],
    error: 'a mapping with either package and version or path',
  })
  .refine(({ source }) => (source.package === undefined) === (source.version === undefined), {
    path: ['source', 'version'],
    error: 'there with package, and only with it',
  });

export type RepositoryDescription = z.infer<typeof repositorySchema>;

/** Every key by its section, for the nearest one to a slip. */
export const repositoryKeys: Readonly<Record<string, unknown>> = {
  ...repositorySchema.shape,
  source: sourceSchema.shape,
  python: { prefer: [] },
  build: buildSchema.shape,
  adapter: adapterSchema.shape,
};
