"""The blueprint that the pages of this floor hang on. Endpoints are `assetreg.<view>`."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("assetreg", __name__)
