"""A page as the body of a request, its articles as JSON, with Flask.

flask --app examples/web_flask.py run
curl -H 'Content-Type: text/plain' --data-binary @examples/page.txt http://127.0.0.1:5000/predict
"""

from collections.abc import Mapping

from flask import Flask, request

from classify import Pipeline
from classify.output.json import labelled_object

app, pipeline = Flask(__name__), Pipeline()


@app.post("/predict")
def predict() -> list[Mapping[str, object]]:
    items = pipeline.predict_page(request.get_data(as_text=True))
    return [labelled_object(item, file="request", number=n) for n, item in enumerate(items, 1)]
