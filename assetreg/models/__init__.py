"""What is stored, and the constraints that keep its promises."""

from assetreg.models.area import Area, AreaLink, Postcode, PostcodeCentre
from assetreg.models.location import Location, Space
from assetreg.models.organisation import ContactPoint, Organisation, Source
from assetreg.models.record import Audit, ImportRun, Message, Outbox, RateCounter
from assetreg.models.service import (
    Assurance,
    OpeningTime,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceTerm,
)
from assetreg.models.shortlist import Shortlist, ShortlistEntry, ShortlistLink
from assetreg.models.term import Term
from assetreg.models.user import Membership, User

__all__ = [
    "Area",
    "AreaLink",
    "Assurance",
    "Audit",
    "ContactPoint",
    "ImportRun",
    "Location",
    "Membership",
    "Message",
    "OpeningTime",
    "Organisation",
    "Outbox",
    "Postcode",
    "PostcodeCentre",
    "RateCounter",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "ServiceTerm",
    "Shortlist",
    "ShortlistEntry",
    "ShortlistLink",
    "Source",
    "Space",
    "Term",
    "User",
]
