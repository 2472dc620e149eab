"""How much each piece of evidence counts, in log-odds.

The figures were set by hand on the development pages (the real page and the typeset ones) and then improved one at a
time on 300 other pages by ``benchmarks/tune_splitter.py``; `benchmarks/typeset.py` sets those pages from
newspaper articles. The script tries one figure at a time and keeps a change only when article F1 and headlines
rise by more than 0.0004 in the mean, so the figures are round and their exact size matters little.

`evidence`, `subheads` and `transitions` say what each piece of evidence is.
"""

from __future__ import annotations

__all__ = ["WEIGHTS"]

WEIGHTS: dict[str, float] = {
    # an article begins at a text unit
    "lead": 8.5,
    "dateline": 6.0,  # QINGTANG - The district began …
    "bullet": 4.0,
    "square": 2.0,  # ■ ▲ …: often marks paragraphs, not briefs
    "bare": -4.5,  # neither lead nor headline before it
    "bare_after_signature": -2.0,
    "bare_after_photo": -3.0,
    "bare_after_headline": -1.75,
    "bare_and_small": -1.5,
    "no_gap": -3.0,  # no blank line before it, and no lead
    "unwrapped": -2.0,  # running text that was never set in columns is mostly one article
    # the body goes on
    "open": 4.0,  # the text before stops inside a sentence
    "torn": 4.0,  # a word runs over the gap
    "same_width": 0.7,
    "near_width": -1.0,
    "other_width": -4.0,
    "signed": -4.0,  # the text before closed with a signature
    "kin": 1.25,  # times `Evidence.kinship`
    "not_kin": 0.75,  # the same for a beginning
    "after_caption": -1.0,
    # an article ends
    "end_bare": -4.0,  # neither lead nor headline
    "end_no_headline": -1.2,
    "end_open": -4.0,
    "end_signed": 1.0,
    "end_headline_only": -6.0,
    # a display line
    "display": 0.5,
    "lean": 1.0,
    "habit": 1.0,
    "notice": 6.0,  # 遗失声明 and the like are over their text
    "second_headline": -3.0,  # after the body of an article that had one before it
    "next_display": 0.5,
    "next_display_lean": 0.45,
    "apart_display": -2.5,
    "kicker_last": -1.0,
    "kicker_torn": -3.5,  # between a kicker and its headline
    "headline_after_signature": -3.0,
    "display_prose": -0.7,  # times `prose`
    "stray": -4.0,
    # a short unit that is a piece of the body or a subhead in it
    "piece": -1.0,
    "piece_after_open": 4.0,
    "piece_after_piece": 2.0,
    "piece_torn": 2.0,
    "piece_before_lead": -3.5,
    "piece_too_wide": -4.0,
    "piece_full": 2.0,
    "piece_line": 1.0,
    "piece_numbered": 3.0,
    "piece_kicker": -2.0,
    "piece_lean": 0.75,
    "full_lean": 0.4,
    "subhead_lean": -0.25,
    "subhead": 3.0,
    "subhead_peers": 1.0,  # times the others like it in its article, up to 2
    "subhead_leans": 0.9,
    "subhead_numbered": 1.5,
    "subhead_shorter": 2.5,
    "prose_start": 1.0,
    "comma": 0.5,
    "enumeration": 0.7,
    "never_last": 1.5,
    "unbalanced": 3.0,
    "before_quote": 1.75,
    "piece_opens": -5.0,
    # bylines, captions, credits
    "byline_opens": 5.0,
    "byline_opens_far": 3.0,
    "byline_after_headline": 1.5,
    "byline_closes": 1.5,
    "byline_again": 0.5,  # one line for who wrote, one for who took the pictures
    "byline_second": -2.0,  # in an article that has a lead or a byline
    "headline_after_byline": -3.0,
    "headline_after_both": -5.0,
    "caption_before": -2.0,
    "caption_alone": -7.0,
    "photo_story": 6.0,
    "photo_story_with_headline": 1.0,
    "credit_in_article": -2.0,
}
