"""XML and HTML of OCR programs to trees, with care: such files come from strangers.

lxml is imported when the first file is read. Its parser resolves no entities, loads no DTD, opens no connection and
keeps libxml2's limits (256 levels, 10 MB in one piece of text, the expansion of entities). A file that declares
entities is refused before it is parsed, since no OCR program does.

hOCR is HTML and often not well-formed, so it is read by lxml's HTML parser, of text that is decoded here: an XHTML file
says its encoding where an HTML parser does not look.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from classify.errors import InputError
from classify.text.encoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "FORMAT_NAMES",
    "MAX_BYTES",
    "MAX_DEPTH",
    "NoPageError",
    "has_class",
    "inherited",
    "local_name",
    "named",
    "parse_markup",
    "wrong_format",
]

MAX_BYTES = 64 * 2**20
"""Bytes of a file, unpacked, at most. Chosen: a broadsheet page with a box for each character has 5 MB."""

MAX_DEPTH = 100
"""Levels of a tree, at most. Chosen: deep files of OCR programs have 12."""

FORMAT_NAMES = {"alto": "ALTO", "page-xml": "PAGE XML", "hocr": "hOCR"}
"""The formats, and what messages call them."""

_ROOTS = {"alto": "alto", "PcGts": "page-xml"}
_KNOWN = "ALTO, PAGE XML and hOCR are read"

# <?xml version="1.0" encoding="GB18030"?>; charset=utf-8 of a meta element. Not <?xml version="1.0"?>.
_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9._-]{2,24})""")
# <?xml version="1.0" encoding="UTF-8"?> at the start of a file; not <html>.
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}\?>")
_ENTITIES = tuple("<!ENTITY".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be"))


class NoPageError(InputError):
    """A file of an issue that has no page in it: METS lists the files of the others."""


def parse_markup(data: bytes, name: str) -> tuple[str, Any]:
    """Return the format of a file and its root element.

    Parameters
    ----------
    data : bytes
    name : str
        What messages call it.

    Returns
    -------
    format : {"alto", "page-xml", "hocr"}
    root : lxml element

    Raises
    ------
    InputError
        The file is not well-formed, hostile, larger than a limit, or of another kind.

    Examples
    --------
    >>> parse_markup(b"<alto xmlns='http://www.loc.gov/standards/alto/ns-v4#'/>", "page.xml")[0]
    'alto'
    >>> parse_markup(b"<rss><channel/></rss>", "news.xml")
    Traceback (most recent call last):
        ...
    classify.errors.InputError: news.xml: is XML of another kind (<rss>); ALTO, PAGE XML and hOCR are read
    """
    if not data.strip():
        raise InputError(f"{name}: is empty; get the file again")
    if len(data) > MAX_BYTES:
        raise InputError(f"{name}: larger than {MAX_BYTES >> 20} MiB; split it into several files")
    if any(mark in data for mark in _ENTITIES):
        raise InputError(f"{name}: declares entities, which no OCR program does; write the file without them")
    try:
        from lxml import etree
    except ImportError:
        raise InputError(f"{name}: OCR output needs lxml; run `pip install lxml`") from None
    if re.search(rb"<(?:\w+:)?html\b", data[:4096], re.IGNORECASE):
        root = _parse_html(etree, data, name)
    else:
        root = _parse_xml(etree, data, name)
    _check_depth(root, name)
    found = _ROOTS.get(local_name(root), "")
    if not found and local_name(root) == "html":
        found = "hocr" if any(has_class(e, "ocr_page") for e in root.iter()) else ""
        if not found:
            raise InputError(f"{name}: is HTML, but no hOCR: nothing in it is an ocr_page; {_KNOWN}")
    if not found:
        kind = f"XML of another kind (<{local_name(root):.40}>)"
        if local_name(root) == "mets":
            raise NoPageError(
                f"{name}: is METS, which lists the pages of an issue; give the files of the pages"
            )
        raise InputError(f"{name}: is {kind}; {_KNOWN}")
    return found, root


def wrong_format(found: str, expected: str) -> str:
    """Return what to say of a file that is not of the format that was asked for.

    >>> wrong_format("page-xml", "alto")
    'is PAGE XML, not ALTO; leave -i out, or give -i page-xml'
    """
    return f"is {FORMAT_NAMES[found]}, not {FORMAT_NAMES[expected]}; leave -i out, or give -i {found}"


def _parse_xml(etree: Any, data: bytes, name: str) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True, recover=False,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as e:
        if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe", b"\xfe\xff")):
            raise InputError(f"{name}: is no XML; {_KNOWN}") from None
        reason = " ".join(str(e).split())
        raise InputError(f"{name}: is no well-formed XML ({reason:.160}); write the file again") from None
    except (ValueError, LookupError) as e:
        raise InputError(f"{name}: is no well-formed XML ({e}); write the file again") from None


def _parse_html(etree: Any, data: bytes, name: str) -> Any:
    text = _decode(data, name)
    if declaration := _DECLARATION.match(text):  # searched for, it would be tried at each of many blanks
        text = text[declaration.end() :]
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as e:
        raise InputError(f"{name}: is no HTML that can be read ({e}); write the file again") from None
    if root is None:
        raise InputError(f"{name}: has nothing in it; write the file again")
    return root


def _decode(data: bytes, name: str) -> str:
    """Return the text of a file by the encoding that it declares, or else by what its bytes are."""
    declared = _DECLARED.search(data[:2048])
    encoding = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    # The last two are of names of hosts, and take time with the square of a text.
    if encoding not in ("utf-8", "utf8", "gb2312", "gbk", "gb18030", "punycode", "idna"):
        try:
            return data.decode(encoding)
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration: the bytes show what they are
    return decode(data, name)


def _check_depth(root: Any, name: str) -> None:
    """Raise `InputError` where a tree is deeper than `MAX_DEPTH`; without recursion."""
    level = [root]
    for _ in range(MAX_DEPTH):
        level = [child for element in level for child in element]
        if not level:
            return
    raise InputError(f"{name}: its elements are nested more than {MAX_DEPTH} deep; write the file again")


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace; empty for anything else than an element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def has_class(element: Any, *names: str) -> bool:
    """Whether an element of HTML has one of the classes."""
    return not set(names).isdisjoint((element.get("class") or "").split())


def named(element: Any, *names: str) -> Iterator[Any]:
    """Yield the children of an element that have one of the names, in order, whatever their namespace."""
    for child in element:
        if local_name(child) in names:
            yield child


def inherited(element: Any, name: str) -> str:
    """Return an attribute of an element or of the nearest one around it that has it; empty where none has."""
    while element is not None:
        if value := element.get(name):
            return str(value)
        element = element.getparent()
    return ""
