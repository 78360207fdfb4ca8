"""Longer texts with a little form: simple HTML or Markdown in, safe HTML out.

What may stay is what a leaflet needs: paragraphs, line breaks, lists, emphasis, small headings, quotations and links.
Everything else (scripts, styles, pictures, forms, attributes) goes; words always stay.
"""

from __future__ import annotations

import html
import re

import nh3
from markdown_it import MarkdownIt

TAGS = {"p", "br", "ul", "ol", "li", "strong", "em", "b", "i", "h3", "h4", "blockquote", "a"}
SCHEMES = {"http", "https", "mailto", "tel"}

_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}},
    url_schemes=SCHEMES,
    url_relative="deny",  # an address without a website would lead to a page of ours, or of whoever shows the text
    link_rel="noopener noreferrer nofollow",
    clean_content_tags={"script", "style", "template", "noscript", "title", "textarea", "select", "iframe", "object"},
)
# A line end is a line break: in a spreadsheet it was typed on purpose. Code, pictures and rules are only text here.
_UNWANTED = ["code", "fence", "backticks", "image", "hr", "html_block"]
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable([*_UNWANTED, "html_inline"])
_MARKDOWN_WITH_TAGS = MarkdownIt("commonmark", {"html": True, "breaks": True}).disable(_UNWANTED)
_KNOWN_TAG = re.compile(
    r"</?(?:p|br|ul|ol|li|strong|em|b|i|u|h[1-6]|blockquote|a|div|span|font|script|style|img|table|tr|td|th|tbody|iframe"
    r"|svg|form|input|button|center|section|article|body|html|head|meta|link|object|embed|video|audio|details|marquee)"
    r"(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_HAS_BLOCKS = re.compile(r"<(?:p|ul|ol|h[1-6]|blockquote|div|table|section|article|br)\b", re.IGNORECASE)
_BLOCK = re.compile(r"<(/?)(?:div|section|article|center|tr|table|h[56])\b[^<>]*>", re.IGNORECASE)
_HEADING = re.compile(r"<(/?)h[12]\b[^<>]*>", re.IGNORECASE)
_MARKUP = re.compile(r"[*_#\[\]<>`~|\\]|^[ \t]*(?:[-+=]|\d+[.)])|&\w+;|&#|[ \t]\n", re.MULTILINE)
_PARAGRAPH = re.compile(r"\n{2,}")
_EMPTY = re.compile(r"<p>(?:\s|<br>)*</p>")


def clean_rich_text(text: str) -> str:
    """Safe HTML of a text that is simple HTML or Markdown. Cleaning what was cleaned changes nothing."""
    stripped = text.strip()
    if not stripped:
        return ""
    if _KNOWN_TAG.search(stripped):
        found = stripped if _HAS_BLOCKS.search(stripped) else _MARKDOWN_WITH_TAGS.render(stripped)
    elif _MARKUP.search(stripped):
        found = _MARKDOWN.render(stripped)
    else:
        found = "\n".join(
            f"<p>{escape(paragraph.strip())}</p>" for paragraph in _PARAGRAPH.split(stripped) if paragraph.strip()
        )
    # The page has its own first headings, and blocks that go would glue their words together.
    return _EMPTY.sub("", _CLEANER.clean(_HEADING.sub(r"<\1h3>", _BLOCK.sub(r"<\1p>", found)))).strip()


def escape(paragraph: str) -> str:
    """Plain words as HTML, with their line breaks."""
    return html.escape(paragraph, quote=False).replace("\n", "<br>\n")


def words_of(cleaned: str) -> str:
    """The words of cleaned HTML without its tags, for checks and counts."""
    return html.unescape(re.sub(r"<[^>]*>", " ", cleaned))
