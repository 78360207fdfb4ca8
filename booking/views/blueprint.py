"""The blueprint that booking's pages hang on. Endpoints are `booking.<view>`."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("booking", __name__)
