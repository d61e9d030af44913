"""Texts made into sentences."""

from __future__ import annotations

import re


def opened(text: str) -> str:
    """Returns a text that begins as a sentence does, where it begins with a word."""
    return text[:1].upper() + text[1:] if re.match(r"[a-z]+[ ,]", text) else text


def sentence(text: str) -> str:
    """Returns a text that ends as a sentence does."""
    return text if not text or text[-1] in ".!?" else f"{text}."
