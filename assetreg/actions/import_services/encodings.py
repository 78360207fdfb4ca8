"""Which encoding a file is written in: UTF-8, UTF-16 or Windows-1252, found out by reading all of it once."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import BinaryIO

CHUNK = 1 << 20
_HEAD = 1 << 16
_BOMS = (
    (codecs.BOM_UTF32_LE, "", ""),
    (codecs.BOM_UTF32_BE, "", ""),
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
_OTHER_FILES = (
    (b"PK\x03\x04", "an Excel or OpenDocument workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
_MOST_CONTROL_CHARACTERS = 0.02  # more than one in fifty, and it is no text
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f]")
_BAD_BYTE = re.compile(r"[\udc80-\udcff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f\udc80-\udcff]")


class UnreadableFile(ValueError):
    """Nothing in this file can be read; `str()` is a sentence that says why and what to do."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """How to decode a file. `note` is for the person, when it is not plain UTF-8 or when some of it is damaged."""

    codec: str
    name: str
    errors: str = "strict"
    note: str = ""


def find_encoding(file: BinaryIO) -> Encoding:
    """The encoding of a whole file, which must be seekable and is left at its beginning. Raises UnreadableFile."""
    file.seek(0)
    head = file.read(_HEAD)
    if not head.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile("The file is empty.")
    for beginning, what in _OTHER_FILES:
        if head.startswith(beginning):
            raise UnreadableFile(f"This is {what}, not a CSV file. Open it and save it as “CSV UTF-8”.")
    encoding = from_first_bytes(head) or from_every_byte(file)
    if encoding.codec != "utf-8":
        check(file, encoding)
    file.seek(0)
    return encoding


def from_first_bytes(head: bytes) -> Encoding | None:
    """What a byte order mark says, or the zeros that every second byte of UTF-16 is; None when nothing is said."""
    for mark, codec, name in _BOMS:
        if head.startswith(mark):
            if not codec:
                raise UnreadableFile("This file is UTF-32, which we do not read. Save it as “CSV UTF-8”.")
            note = "" if name == "UTF-8" else f"Read as {name}."
            return Encoding(codec, name, note=note)
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) // 5 and min(even, odd) <= len(head) // 50:
        return Encoding("utf-16-le" if odd > even else "utf-16-be", "UTF-16", note="Read as UTF-16.")
    if len(_CONTROL.findall(head)) > _MOST_CONTROL_CHARACTERS * len(head):
        raise UnreadableFile("This is not a text file. Open it in your spreadsheet program and save it as “CSV UTF-8”.")
    return None


def from_every_byte(file: BinaryIO) -> Encoding:
    """UTF-8 when every byte fits; UTF-8 with damage when most do; Windows-1252 otherwise."""
    wrong, right = 0, 0
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    file.seek(0)
    while chunk := file.read(CHUNK):
        text = decoder.decode(chunk)
        if not text.isascii():
            wrong += len(_BAD_BYTE.findall(text))
            right += len(_NOT_ASCII.findall(text))
    wrong += len(_BAD_BYTE.findall(decoder.decode(b"", final=True)))
    if wrong == 0:
        return Encoding("utf-8", "UTF-8")
    if right >= wrong:  # in Windows-1252 hardly any two bytes happen to be a character of UTF-8
        note = "Read as UTF-8, but some characters are in another encoding; their rows are rejected below."
        return Encoding("utf-8", "UTF-8", "surrogateescape", note)
    note = "Read as Windows-1252, an older encoding. If accents look wrong, save the file as “CSV UTF-8”."
    return Encoding("windows-1252", "Windows-1252", note=note)


def check(file: BinaryIO, encoding: Encoding) -> None:
    """Decode everything once, so that a file that breaks off says so before a row of it is saved."""
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    file.seek(0)
    try:
        while chunk := file.read(CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise UnreadableFile(
            f"The file looks like {encoding.name}, but it is damaged or breaks off. Save it again as “CSV UTF-8”."
        ) from None


def mend(text: str) -> str:
    """Text with the bytes that were not UTF-8 read as Windows-1252, which is what they mostly are."""
    if not _BAD_BYTE.search(text):
        return text
    return _BAD_BYTE.sub(lambda bad: bytes([ord(bad[0]) - 0xDC00]).decode("windows-1252", "replace"), text)
