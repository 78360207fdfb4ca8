"""The sample city: a believable register for showing and measuring, made from hand-written texts.

Everything in it is the same for the same seed, size and day. It never changes what it did not make.
"""

from __future__ import annotations

from assetreg.actions.sample_city.making import SERVICES, SampleMade, SampleRefused, add_sample_city
from assetreg.actions.sample_city.removing import SampleRemoved, remove_sample_city

__all__ = [
    "SERVICES",
    "SampleMade",
    "SampleRefused",
    "SampleRemoved",
    "add_sample_city",
    "remove_sample_city",
]
