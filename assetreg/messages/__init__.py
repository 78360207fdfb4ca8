"""What we tell people. Each function writes one message in plain words; nothing here sends anything.

A message never says why it was sent beyond what its subject needs to say: letter boxes are shared and screens are
seen. No needs, no names of services in subjects.
"""

from assetreg.messages.wording import Wording

__all__ = ["Wording"]
