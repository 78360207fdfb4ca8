"""Made-up examples: the same on every machine, without a time limit, and leaving no folder behind."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("same everywhere", deadline=None, derandomize=True, database=None)
settings.load_profile("same everywhere")
