/** Whether these sorted files are all parts of one set: `test-00000-of-00002.parquet`, `test-00001-of-00002.parquet`. */
export function areShards(files: readonly string[]): boolean {
  const parts = files.map((file) => /^(.*)-(\d{5})-of-(\d{5})(\..+)$/.exec(file));
  return (
    files.length > 0 &&
    parts.every(
      (part, index) =>
        part !== null &&
        Number(part[2]) === index &&
        Number(part[3]) === files.length &&
        part[1] === parts[0]?.[1] &&
        part[4] === parts[0]?.[4],
    )
  );
}
