"""What the web server loads."""

import sys

from assetreg.app import create_app
from assetreg.config import BadSettings

try:
    app = create_app()
except BadSettings as problem:
    sys.exit(str(problem))
