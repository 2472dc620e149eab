"""A page as the body of a request, its articles as JSON, with FastAPI.

uvicorn --app-dir examples web_fastapi:app
curl -H 'Content-Type: text/plain' --data-binary @examples/page.txt http://127.0.0.1:8000/predict
"""

from collections.abc import Mapping

from fastapi import Body, FastAPI

from classify import Pipeline
from classify.output.json import labelled_object

app, pipeline = FastAPI(), Pipeline()


@app.post("/predict")
def predict(page: str = Body(media_type="text/plain")) -> list[Mapping[str, object]]:
    items = pipeline.predict_page(page)
    return [labelled_object(item, file="request", number=n) for n, item in enumerate(items, 1)]
