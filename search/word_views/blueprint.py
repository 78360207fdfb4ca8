"""The blueprint of the stewards' pages."""

from flask import Blueprint

blueprint = Blueprint("words", __name__)
WRONG_FORM = 422
CHANGED_MEANWHILE = 409
