"""Chinese text: characters, cleaning, encodings, sentences, words, and what newspapers print around an article.

The lowest package but for errors and records; it imports nothing else of `classify`.

================  ==============================================================================================
`characters`      tables of characters; widths of lines and blanks from justified setting
`normalize`       cleaning of every text, folding for features, escaping for terminals
`script`          traditional characters to simplified ones, for what looks at words
`encoding`        bytes to text
`lines`           text to `Line` records
`sentences`       text to sentences with offsets
`words`           sentences to words; the only importer of a segmenter
`names`           persons' names
`bylines`         the grammar of leads, bylines, datelines, signatures and photo credits
`boilerplate`     captions, notes, notices, programme talk and web tails, which no summary chooses
================  ==============================================================================================
"""
