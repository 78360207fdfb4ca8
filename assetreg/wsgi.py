"""What the web server loads."""

from assetreg.app import create_app

app = create_app()
