"""The files of the web page, without a browser: texts in two languages, and what the security policy forbids."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

WEB = Path(__file__).parents[3] / "classify" / "service" / "web"
SCRIPTS = sorted(WEB.glob("*.js"))
TEXT = re.compile(r'^\s+"([\w.-]+)": "((?:[^"\\]|\\.)*)",$')
BUILT_KEYS = {  # Keys that scripts put together, and what they are made of.
    "theme": ("auto", "light", "dark"),
    "kind": ("character", "pair", "word", "edge", "n-gram"),
    "part": ("headline", "kicker", "deck", "byline"),
}


def texts() -> dict[str, dict[str, str]]:
    """The texts by language, read from the lines of texts.js."""
    found: dict[str, dict[str, str]] = {}
    for line in (WEB / "texts.js").read_text(encoding="utf-8").splitlines():
        if opened := re.match(r"  (en|zh): \{$", line):
            current = found.setdefault(opened[1], {})
        elif match := TEXT.match(line):
            assert match[1] not in current, match[1]
            current[match[1]] = match[2]
    return found


def test_both_languages_have_the_same_texts_with_the_same_values():
    en, zh = texts()["en"], texts()["zh"]
    assert len(en) > 150
    assert list(en) == list(zh)
    values = re.compile(r"\{\w+\}")
    # Chinese leaves out the value that only English needs to name a plural.
    different = [key for key in en if set(values.findall(en[key])) != set(values.findall(zh[key]))]
    assert different == []


def test_every_text_that_a_script_asks_for_is_there():
    known = texts()["en"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, WEB / "index.html"])
    asked = set(re.findall(r'\bt\("([\w.]+)"', source)) | set(
        re.findall(r'data-t(?:-label)?="([\w.]+)"', source)
    )
    asked |= {f"{kind}.{name}" for kind, names in BUILT_KEYS.items() for name in names}
    asked |= set(re.findall(r'does: "([\w.]+)"', source))
    assert len(asked) > 100
    assert asked - set(known) == set()


class Inline(HTMLParser):
    """Collects what `default-src 'self'` would not run."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.found += [f"{tag} {name}" for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.found.append(tag)
        self.addresses += [given[name] for name in ("src", "href") if given.get(name)]


def test_the_page_has_no_inline_script_or_style_and_loads_from_itself_only():
    parser = Inline()
    parser.feed((WEB / "index.html").read_text(encoding="utf-8"))
    assert parser.found == []
    assert parser.addresses
    assert all(address.startswith(("/web/", "#")) for address in parser.addresses)
    for address in parser.addresses:
        if address.startswith("/web/"):
            assert (WEB / address.removeprefix("/web/")).is_file(), address


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_no_html_and_load_nothing_from_elsewhere(path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", source
    )
    assert not re.search(r"https?://", source)
    for module in re.findall(r'from "([^"]+)"', source):
        assert (WEB / module).is_file(), module


@pytest.mark.parametrize("path", sorted(WEB.glob("*.css")), ids=lambda path: path.name)
def test_style_sheets_load_nothing(path):
    assert not re.search(r"@import|url\(", path.read_text(encoding="utf-8"))
