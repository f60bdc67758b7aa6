"""Writes the same rows as users of pyarrow and pandas do: one file for each packing, and what is in them as JSON."""

import json
import sys

import pandas
import pyarrow
import pyarrow.parquet

folder = sys.argv[1]
rows = [json.loads(line) for line in open(folder + "/rows.jsonl", encoding="utf-8")]
for number, row in enumerate(rows):
    row["stars"] = 2**53 - 1 - number
    row["far"] = 2**63 - 1 if number == 0 else None
    row["share"] = number / 3 if number else None
    row["nested"] = {"names": [None, "ü", "b"], "deep": [{"n": number}, {"n": None}]} if number else None
table = pyarrow.Table.from_pylist(rows)
place = table.schema.get_field_index("file_path")
table = table.set_column(place, "file_path", table.column("file_path").dictionary_encode())
for packing in ["NONE", "SNAPPY", "GZIP", "BROTLI", "ZSTD", "LZ4"]:
    pyarrow.parquet.write_table(table, folder + "/" + packing + ".parquet", compression=packing, row_group_size=2)
pyarrow.parquet.write_table(table, folder + "/plain.parquet", use_dictionary=False, data_page_version="2.0")
pyarrow.parquet.write_table(table.slice(0, 0), folder + "/empty.parquet")
pyarrow.parquet.write_table(table.drop_columns(["raw_file_content"]), folder + "/less.parquet")
json.dump(table.to_pylist(), open(folder + "/expected.json", "w", encoding="utf-8"))

frame = pandas.DataFrame([json.loads(line) for line in open(folder + "/rows.jsonl", encoding="utf-8")])
frame["file_path"] = frame["file_path"].astype("category")
frame.to_parquet(folder + "/pandas.parquet")
for name in ["pandas.jsonl", "pandas.jsonl.gz"]:
    frame.to_json(folder + "/" + name, orient="records", lines=True)
frame.to_json(folder + "/pandas.json", orient="records")
