"""Print three sentences and five keywords of a text file: the summariser alone, imported in another program.

python examples/summarise.py examples/page.txt
"""

import sys
from pathlib import Path

from classify.summarizer import keywords, summarize

text = Path(sys.argv[1]).read_text(encoding="utf-8")
for sentence in summarize(text, 3):
    # `running` is the sentence without the line ends of a narrow column; the offsets are those of the file.
    print(f"{sentence.start}–{sentence.end}", sentence.running)
print(*(word.text for word in keywords(text, 5)), sep="，")
