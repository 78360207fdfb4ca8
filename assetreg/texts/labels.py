"""What the closed lists of the register are called on screen."""

from __future__ import annotations

from assetreg.texts.translate import lazy_gettext

KINDS = {
    "activity": lazy_gettext("Activities and classes"),
    "group": lazy_gettext("Groups and clubs"),
    "support": lazy_gettext("Advice and support"),
    "place": lazy_gettext("Places to go"),
}
KIND_OF_ONE = {
    "activity": lazy_gettext("Activity"),
    "group": lazy_gettext("Group"),
    "support": lazy_gettext("Support"),
    "place": lazy_gettext("Place"),
}
ACCESS = {
    "step-free": lazy_gettext("Step-free"),
    "hearing-loop": lazy_gettext("Hearing loop"),
    "quiet-space": lazy_gettext("Quiet space"),
    "accessible-toilet": lazy_gettext("Accessible toilet"),
    "bsl": lazy_gettext("British Sign Language"),
    "parking": lazy_gettext("Parking"),
    "assistance-dogs": lazy_gettext("Assistance dogs welcome"),
    "companion-welcome": lazy_gettext("Bring somebody with you"),
    "easy-read": lazy_gettext("Easy read information"),
}
ACCESS_IN_FULL = {
    "step-free": lazy_gettext("You can get in without steps"),
    "hearing-loop": lazy_gettext("There is a hearing loop"),
    "quiet-space": lazy_gettext("There is a quiet space"),
    "accessible-toilet": lazy_gettext("There is a toilet for disabled people"),
    "bsl": lazy_gettext("Somebody signs in British Sign Language"),
    "parking": lazy_gettext("You can park there"),
    "assistance-dogs": lazy_gettext("Assistance dogs are welcome"),
    "companion-welcome": lazy_gettext("You can bring somebody with you"),
    "easy-read": lazy_gettext("There is information in easy read"),
}
STAGES = {
    "universal": lazy_gettext("Open to all"),
    "some_help": lazy_gettext("A bit of help"),
    "targeted": lazy_gettext("Help for a set group"),
    "crisis": lazy_gettext("Help in a crisis"),
}
TAKING_PEOPLE = {
    "yes": lazy_gettext("Taking new people"),
    "waiting_list": lazy_gettext("Has a waiting list"),
    "no": lazy_gettext("Not taking new people"),
}
GENDERS = {"women": lazy_gettext("Women only"), "men": lazy_gettext("Men only")}
AUDIENCES = {
    "everyone": lazy_gettext("Everyone"),
    "children": lazy_gettext("Children and young people"),
    "adults_at_risk": lazy_gettext("Adults who need extra care"),
}
REFERRALS = {
    "none": lazy_gettext("You do not need to book or be sent by anybody"),
    "self": lazy_gettext("Get in touch first to ask for a place"),
    "professional": lazy_gettext("Somebody such as a doctor, teacher or support worker must refer you"),
}
ASSURED_HOW = {
    "phone": lazy_gettext("by phone"),
    "email": lazy_gettext("by e-mail"),
    "visit": lazy_gettext("on a visit"),
    "website": lazy_gettext("on their website"),
    "import": lazy_gettext("in a list we were given"),
    "self": lazy_gettext("by the people who run it"),
}
AREA_KINDS = {
    "ward": lazy_gettext("Ward"),
    "constituency": lazy_gettext("Constituency"),
    "locality": lazy_gettext("Locality"),
    "city": lazy_gettext("City"),
}
ROLES = {
    "citizen": lazy_gettext("You have an account. Nobody needs one to look things up."),
    "adviser": lazy_gettext("You are an adviser: you look things up for the person in front of you."),
    "connector": lazy_gettext("You are a Community Connector: you help people find what they want to do."),
    "steward": lazy_gettext("You are a steward: you keep what we say about groups and places right."),
    "commissioner": lazy_gettext("You are a commissioner: you see numbers, and nothing about single people."),
    "administrator": lazy_gettext("You are an administrator: you look after accounts and settings."),
}
MEMBERSHIPS = {
    "editor": lazy_gettext("you can change its pages"),
    "owner": lazy_gettext("you can change its pages, and say who else can"),
}
