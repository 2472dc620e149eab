"""Articles in English, combined from phrases of our own: a Chinese paper's archive holds some."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.typography.written import Written

if TYPE_CHECKING:
    import random

_WHO = ("The county council", "Forest rangers", "A reservoir team", "Village cooperatives", "The harbour office",
        "Local growers", "The museum", "Two schools", "The transport bureau", "Engineers", "A research station",
        "The city orchestra", "Tea farmers", "The grain depot", "Volunteers")  # fmt: skip
_DID = (
    "opened",
    "repaired",
    "inspected",
    "planted",
    "surveyed",
    "extended",
    "replaced",
    "announced",
    "tested",
    "closed",
)
_WHAT = ("a new bridge over the river", "forty hectares of bamboo", "the old pumping station", "three mountain roads",
         "a reading room for children", "the winter timetable", "nine small dams", "a market for seedlings",
         "the footpath along the lake", "a cold store for fruit", "solar lamps in six lanes")  # fmt: skip
_WHEN = ("on Monday", "last week", "after months of rain", "before the harvest", "in early spring", "on March 5",
         "during the festival", "for the first time since 2009", "at the end of the year")  # fmt: skip
_MORE = ("The work cost {n} million yuan and took {m} months.", "Some {n}0 people came to watch, the office said.",
         "“We had waited for this for years,” said Liu Wan, a farmer.",
         "Prices rose by {m} percent over the same time.",
         "Officials hope that visitors will stay longer.", "A second stage is to begin in {m} weeks.",
         "Residents had complained about noise and dust.", "The plan was drawn up by Mr. Cen of the water bureau.",
         "It is the largest project of its kind in the district.",
         "No one was hurt, according to the local news agency.")  # fmt: skip
_CITIES = ("QINGTANG", "SHIQUAN", "LIUWAN", "YUNGANG", "TONGPING")


def make_english(rng: random.Random) -> Written:
    """Return an article.

    >>> import random
    >>> len(make_english(random.Random(1)).paragraphs) > 1
    True
    """
    who, did, what = rng.choice(_WHO), rng.choice(_DID), rng.choice(_WHAT)
    title = rng.choice(
        (
            f"{who} {did} {what}",
            f"{what[:1].upper()}{what[1:]} {did}",
            f"{who.split()[-1].title()} and the {did} plan",
        )
    )
    first = f"{who} {did} {what} {rng.choice(_WHEN)}."
    if rng.random() < 0.6:
        day = f"{rng.choice(('March', 'May', 'Oct.'))} {rng.randint(1, 28)}"
        first = f"{rng.choice(_CITIES)}{rng.choice((' ', ', '))}{day} (Xinhua) {rng.choice(('—', '-', '--'))} {first}"
    paragraphs = []
    for k in range(rng.randint(2, 7)):
        more = [
            rng.choice(_MORE).format(n=rng.randint(2, 90), m=rng.randint(2, 11))
            for _ in range(rng.randint(1, 4))
        ]
        paragraphs.append(" ".join([first, *more] if k == 0 else more))
    return Written(title, tuple([("body", text) for text in paragraphs]))
