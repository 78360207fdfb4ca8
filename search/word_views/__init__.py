"""The stewards' pages: phrases, help at once, and what nobody found. HTTP only."""

from search.word_views import misses, phrases, urgent
from search.word_views.blueprint import blueprint

__all__ = ["blueprint", "misses", "phrases", "urgent"]
