"""Label pages or records with Spark, on one machine or a cluster; every partition loads the model once.

python examples/with_spark.py pages/ out/             # a folder of .txt, one page each
python examples/with_spark.py records.jsonl out/      # records with a text and perhaps a title

The results are Parquet files. On a cluster, each machine has this package, and the paths are ones that all can read.
"""

import os
import sys
from collections.abc import Iterator

import pandas
from pyspark.sql import SparkSession
from pyspark.sql.functions import input_file_name
from pyspark.sql.types import StructType

from classify import Pipeline

LABELS = "section string, decision string, confidence double, summary string"


def label_records(batches: Iterator[pandas.DataFrame]) -> Iterator[pandas.DataFrame]:
    """Add the labels to records."""
    pipeline = Pipeline()
    for batch in batches:
        items = pipeline.predict_records(batch.to_dict("records"))
        yield batch.assign(**labels(items))


def label_pages(batches: Iterator[pandas.DataFrame]) -> Iterator[pandas.DataFrame]:
    """Turn pages into articles."""
    pipeline = Pipeline()
    for batch in batches:
        found = pipeline.predict_pages(list(batch["value"]))
        items = [item for page in found for item in page]
        places = [
            (file, n)
            for file, page in zip(batch["file"], found, strict=True)
            for n in range(1, len(page) + 1)
        ]
        frame = pandas.DataFrame(places, columns=["file", "article"])
        yield frame.assign(
            headline=[i.headline for i in items], body=[i.body for i in items], **labels(items)
        )


def labels(items):
    """Return the columns of labelled articles."""
    return {
        "section": [item.section for item in items],
        "decision": [item.prediction.decision for item in items],
        "confidence": [item.confidence for item in items],
        "summary": [str(item.summary) for item in items],
    }


def main(source: str, target: str) -> None:
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    spark = SparkSession.builder.appName("classify").getOrCreate()
    if source.endswith(".jsonl"):
        data = spark.read.json(source)
        schema = StructType([*data.schema, *StructType.fromDDL(LABELS)])
        found = data.mapInPandas(label_records, schema)
    else:
        data = spark.read.text(source, wholetext=True, pathGlobFilter="*.txt")
        data = data.withColumn("file", input_file_name())
        found = data.mapInPandas(
            label_pages, f"file string, article long, headline string, body string, {LABELS}"
        )
    found.write.parquet(target)
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
