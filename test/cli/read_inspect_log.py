"""What Inspect AI's own reader finds in a log, as JSON."""

import json
import sys

from inspect_ai.log import read_eval_log, read_eval_log_sample_summaries

log = read_eval_log(sys.argv[1])
samples = [
    [
        sample.id,
        sample.epoch,
        sample.scores["verdict"].value if sample.scores else None,
        sample.error.message if sample.error else None,
        len(sample.messages),
        sample.output.completion.replace("```python\n", "").replace("\n```", ""),
    ]
    for sample in log.samples
]
print(
    json.dumps(
        {
            "status": log.status,
            "model": log.eval.model,
            "accuracy": log.results.scores[0].metrics["accuracy"].value,
            "samples": samples,
            "summaries": len(read_eval_log_sample_summaries(sys.argv[1])),
        }
    )
)
