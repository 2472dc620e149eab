"""The files of an issue: those that OCR programs wrote in a folder or a zip file, in the order of the pages.

Names have numbers of different lengths (page9.xml, page10.xml), so that they are compared as numbers. Files of other
kinds that lie among them (METS, pictures, text) are left out.
"""

from __future__ import annotations

import os
import re
import zipfile
import zlib
from typing import TYPE_CHECKING

from classify.errors import InputError
from classify.files import open_regular
from classify.read.formats import check_readable
from classify.read.ocr.markup import NoPageError
from classify.read.ocr.pages import ocr_pages
from classify.read.pdf.child import PageFailure
from classify.read.streams import HEAD, LIMITS, UnpackedStream, errors_named, known_format, open_input

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from classify.records import PrintedPage

__all__ = ["is_issue", "is_issue_file", "issue_files", "natural_order", "read_ocr"]


def read_ocr(
    path: str, wanted: Iterable[range] | None = None, *, format: str = ""
) -> Iterator[PrintedPage | PageFailure]:
    """Yield the pages of what an OCR program wrote, and a failure for each that can't be read.

    Parameters
    ----------
    path : str
        A file, perhaps compressed; ``-`` for standard input; or a folder or zip file of them, which is one issue: its
        pages are numbered on from file to file.
    wanted, format
        As `ocr_pages`.

    Raises
    ------
    InputError
        Nothing can be read.

    Examples
    --------
    >>> list(read_ocr("examples"))
    Traceback (most recent call last):
        ...
    classify.errors.InputError: examples: is a folder; name its files, or use examples/*.txt
    """
    if path != "-" and (os.path.isdir(path) or known_format(path) == "zip"):
        yield from _read_issue(path, wanted, format)
        return
    with open_input(path, LIMITS.page) as stream:
        data = stream.read()
    yield from ocr_pages(data, path, wanted, format=format)


def _read_issue(
    path: str, wanted: Iterable[range] | None, format: str
) -> Iterator[PrintedPage | PageFailure]:
    ranges = None if wanted is None else list(wanted)
    number = files = 0
    for name, data in issue_files(path):
        files += 1
        before = number
        try:
            if isinstance(data, InputError):
                raise data
            for page in ocr_pages(data, name, format=format, first=number + 1):
                number = page.number
                if ranges is None or any(number in part for part in ranges):
                    yield page
        except NoPageError:
            continue
        except InputError as e:
            number = max(number, before + 1)
            yield PageFailure(number, str(e).removeprefix(path).lstrip("/" + os.sep))
    if not files and os.path.isdir(path):
        raise InputError(f"{path}: is a folder; name its files, or use {path}/*.txt")
    if not files:
        raise InputError(f"{path}: has no .xml or .hocr files; give -o FOLDER to read it as an archive")


def is_issue(path: str) -> bool:
    """Return whether a path is a folder or a zip file that has files of OCR programs, by their names.

    Files of other kinds may lie among them. Folders in a folder are not looked into.

    >>> is_issue("examples"), is_issue("第1版.xml")
    (False, False)
    """
    try:
        if os.path.isdir(path):
            return any(is_issue_file(name) for name in os.listdir(path))
        if known_format(path) != "zip" or not os.path.isfile(path):
            return False
        with open_regular(path) as file:
            check_readable(path, file.read(HEAD))  # an Office file has members that end in .xml
            with zipfile.ZipFile(file) as archive:
                return any(is_issue_file(name) for name in archive.namelist())
    except Exception:  # whatever is wrong with it, its reader tells
        return False


def is_issue_file(name: str) -> bool:
    """Return whether a file of a folder, or a member of a zip file, is one of an issue by its name.

    >>> is_issue_file("一/p9.xml"), is_issue_file("._p9.xml"), is_issue_file("p9.txt")
    (True, False, False)
    """
    hidden = os.path.basename(name).startswith(".") or name.startswith("__MACOSX/")
    return known_format(name) == "ocr" and not hidden


def natural_order(name: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that sorts numbers in names by their value.

    >>> sorted(["p10.xml", "p9.xml", "p9a.xml"], key=natural_order)
    ['p9.xml', 'p9a.xml', 'p10.xml']
    """
    parts = re.split(r"([0-9]{1,18})", name)
    return tuple((0, int(p), p) if p.isascii() and p.isdigit() else (1, 0, p) for p in parts if p)


def issue_files(path: str) -> Iterator[tuple[str, bytes | InputError]]:
    """Yield the files of OCR programs in a folder or a zip file, each with its bytes or why it can't be read.

    Parameters
    ----------
    path : str
        A folder; its files are taken, not those of folders in it. Or a zip file.

    Yields
    ------
    name : str
        The path of the file, or that of the zip file and the name in it.
    data : bytes or InputError
        Unpacked.

    Raises
    ------
    InputError
        The folder or zip file can't be read.

    Examples
    --------
    >>> list(issue_files("examples"))
    []
    """
    if os.path.isdir(path):
        with errors_named(path):
            names = sorted(os.listdir(path), key=natural_order)
        for name in names:
            if is_issue_file(name):
                yield _read_file(os.path.join(path, name))
        return
    with errors_named(path):
        file = open_regular(path)
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError) as e:
            raise InputError(f"{path}: damaged or no zip file ({e}); make it again") from None
        with archive:
            for member in sorted(archive.infolist(), key=lambda m: natural_order(m.filename)):
                if is_issue_file(member.filename) and not member.is_dir():
                    yield _read_member(archive, member, f"{path}/{member.filename}")


def _read_file(path: str) -> tuple[str, bytes | InputError]:
    try:
        with open_input(path, LIMITS.page) as stream:
            return path, stream.read()
    except InputError as e:
        return path, e


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str
) -> tuple[str, bytes | InputError]:
    try:
        with archive.open(member) as file:
            return name, UnpackedStream(file, name, LIMITS.page).read()
    except InputError as e:
        return name, e
    except RuntimeError:  # zipfile raises it for a member with a password
        return name, InputError(f"{name}: is encrypted; unpack it and give the files")
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error, NotImplementedError) as e:
        return name, InputError(f"{name}: can't be unpacked ({e}); make the zip file again")
