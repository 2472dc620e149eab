"""Label pages or records with Ray, on one machine or a cluster; every worker loads the model once.

python examples/with_ray.py pages/ out/             # a folder of .txt, one page each
python examples/with_ray.py records.jsonl out/      # records with a text and perhaps a title

The results are Parquet files. On a cluster, each machine has this package, and the paths are ones that all can read.
"""

import sys

import pandas
import ray

from classify import Pipeline

COLUMNS = ("section", "decision", "confidence", "summary")


class Label:
    """What a worker does: its pipeline is made once, and labels batch after batch."""

    def __init__(self) -> None:
        self.pipeline = Pipeline()

    def __call__(self, batch: pandas.DataFrame) -> pandas.DataFrame:
        return self.pages(batch) if "bytes" in batch else self.records(batch)

    def records(self, batch: pandas.DataFrame) -> pandas.DataFrame:
        items = self.pipeline.predict_records(batch.to_dict("records"))
        return batch.assign(**{name: [value(item, name) for item in items] for name in COLUMNS})

    def pages(self, batch: pandas.DataFrame) -> pandas.DataFrame:
        found = self.pipeline.predict_pages([page.decode("utf-8") for page in batch["bytes"]])
        rows = [
            (path, number, item.headline, item.body, *(value(item, name) for name in COLUMNS))
            for path, items in zip(batch["path"], found, strict=True)
            for number, item in enumerate(items, 1)
        ]
        return pandas.DataFrame(rows, columns=["file", "article", "headline", "body", *COLUMNS])


def value(item, name):
    """Return a column of a labelled article; the decision is the prediction's, and the summary one string."""
    return str(item.summary) if name == "summary" else getattr(item.prediction, name)


def main(source: str, target: str) -> None:
    if source.endswith(".jsonl"):
        data = ray.data.read_json(source)
    else:
        data = ray.data.read_binary_files(source, include_paths=True, file_extensions=["txt"])
    # Reading needs a processor, too: as many workers as there are processors would wait for each other.
    workers = ray.data.ActorPoolStrategy(min_size=1)
    data.map_batches(Label, batch_format="pandas", batch_size=128, compute=workers).write_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
