"""The closed lists of the register: the same words in the database, the spreadsheet contract and the filters."""

from __future__ import annotations

SERVICE_KINDS = ("activity", "group", "support", "place")
SERVICE_STATUSES = ("active", "temporarily_closed", "closed")
REFERRALS = ("none", "self", "professional")
STAGES = ("universal", "some_help", "targeted", "crisis")
TAKING_PEOPLE = ("yes", "waiting_list", "no")
AUDIENCES = ("everyone", "children", "adults_at_risk")
GENDERS = ("women", "men")
ACCESS_FEATURES = (
    "step-free",
    "hearing-loop",
    "quiet-space",
    "accessible-toilet",
    "bsl",
    "parking",
    "assistance-dogs",
    "companion-welcome",
    "easy-read",
)
VISIBILITIES = ("public", "area_only", "hidden")
PLACEMENTS = ("placed", "outside", "needs_location", "withheld")
AREA_KINDS = ("city", "ward", "constituency", "locality")
TERM_KINDS = ("need", "interest")
CONTACT_KINDS = ("phone", "email", "url")
OPENING_FREQUENCIES = ("weekly", "monthly")
ROLES = ("citizen", "adviser", "connector", "steward", "commissioner", "administrator")
MEMBERSHIP_ROLES = ("editor", "owner")
ASSURANCE_METHODS = ("phone", "email", "visit", "website", "import", "self")
# How a message reaches somebody. `call`: a person rings them. `kept`: shown to staff, because nothing else is set.
MESSAGE_CHANNELS = ("email", "text", "letter", "call", "kept")
# Needs whose pages somebody may have to leave at once, and whose names no tab should show (care.md, "Access").
SENSITIVE_NEEDS = frozenset({"domestic-abuse", "exploitation"})
