"""Print three sentences and five keywords of a text file: the summariser alone, imported in another program.

python examples/summarise.py examples/page.txt
"""

import sys
from pathlib import Path

from classify.summarizer import keywords, summarize

text = Path(sys.argv[1]).read_text(encoding="utf-8")
for sentence in summarize(text, 3).sentences:
    print(f"{sentence.start}–{sentence.end}", "".join(sentence.text.split()))
print(*(word.text for word in keywords(text, 5)), sep="，")
