"""The service: what ``classify serve`` runs. Needs the extra ``serve`` (FastAPI, uvicorn).

    reading       bytes -> split pages and what a viewer draws; runs in a worker process
    boundaries    line numbers that somebody set -> articles; gold pages
    work          the tasks of a worker process, by name
    workers       the worker processes: one task each, with a time limit
    documents     the pages that were sent, kept for a while
    models        the model that serves, the one before it, the one that was trained
    training      training on corrections in the background
    guard         Host, Origin, token, limits of bodies, headers: before any route
    state         what the routes share
    errors        errors -> JSON with a code
    routes/       the routes, by subject
    app           all of it put together
    web/, docs/   static files: the page, and the documentation of the API

The parent process only moves bytes: pages are read, labelled and summarised in worker processes, so that one heavy
file does not stop the others. Nothing of FastAPI is imported before the command runs.
"""
