import { writeFile } from 'node:fs/promises';
import type { Row } from '../../src/core/row.ts';

/** A dataset of small rows whose tests are never run. */
export async function writeSyntheticDataset(path: string, count: number): Promise<void> {
  const lines = Array.from({ length: count }, (_, idx) => JSON.stringify(syntheticRow(idx)));
  await writeFile(path, `${lines.join('\n')}\n`);
}

function syntheticRow(idx: number): Row {
  const declaration = '    def value(self):';
  const body = `        """Return the number of item ${idx}."""\n        number = ${idx}\n        number += 1\n        return number`;
  const before = `class Item${idx}:\n    """One item."""\n\n`;
  const raw = `${before}${declaration}\n${body}\n`;
  return {
    idx,
    dp_id: `item-${idx}`,
    split: 'test',
    file_path: `items/item_${idx}.py`,
    raw_file_content: raw,
    class_name: `Item${idx}`,
    class_doc: 'One item.',
    class_code: raw,
    class_position_in_file: 0,
    method: {
      name: 'value',
      declaration,
      body,
      description: `Return the number of item ${idx}.`,
      global_method_declaration_index: [3, 3],
      global_method_body_index: [4, 7],
    },
    file_without_method: before,
    class_without_method: before,
    tests: { full_paths: [`items.tests.Item${idx}.test_value`], time_test_norm: 1 },
  };
}
