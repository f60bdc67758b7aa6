import type { SchemaElement } from 'hyparquet';

/** A column's type: a leaf, a list, or a mapping of columns. Everything may be null. */
export type Column =
  | 'whole'
  | 'number'
  | 'text'
  | 'flag'
  | { readonly list: 'whole' | 'text' }
  | { readonly fields: Readonly<Record<string, Column>> };

/** The published suite's columns. */
export const originalColumns: Readonly<Record<string, Column>> = {
  idx: 'whole',
  dp_id: 'text',
  split: 'text',
  file_path: 'text',
  raw_file_content: 'text',
  class_name: 'text',
  class_doc: 'text',
  class_code: 'text',
  class_position_in_file: { list: 'whole' },
  method: {
    fields: {
      name: 'text',
      declaration: 'text',
      body: 'text',
      description: 'text',
      global_method_declaration_index: { list: 'whole' },
      global_method_body_index: { list: 'whole' },
    },
  },
  file_without_method: 'text',
  class_without_method: 'text',
  tests: { fields: { full_paths: { list: 'text' }, time_test_norm: 'number' } },
  file_with_buggy_method: 'text',
  test_error_message: 'text',
};

/** Columns of a Parquet file as its flat list of schema elements. */
export function schemaOf(columns: Readonly<Record<string, Column>>): SchemaElement[] {
  return [{ name: 'root', num_children: Object.keys(columns).length }, ...elementsOf(columns)];
}

function elementsOf(columns: Readonly<Record<string, Column>>): SchemaElement[] {
  return Object.entries(columns).flatMap(([name, column]) => elementOf(name, column));
}

function elementOf(name: string, column: Column): SchemaElement[] {
  if (typeof column === 'string') return [{ name, repetition_type: 'OPTIONAL', ...leaves[column] }];
  if ('fields' in column) {
    const num_children = Object.keys(column.fields).length;
    return [{ name, repetition_type: 'OPTIONAL', num_children }, ...elementsOf(column.fields)];
  }
  return [
    {
      name,
      repetition_type: 'OPTIONAL',
      num_children: 1,
      converted_type: 'LIST',
      logical_type: { type: 'LIST' },
    },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    ...elementOf('element', column.list),
  ];
}

const leaves = {
  whole: { type: 'INT64' },
  number: { type: 'DOUBLE' },
  flag: { type: 'BOOLEAN' },
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type: { type: 'STRING' } },
} as const;
