"""Languages spoken in an English city, by the names people use, with their ISO 639 codes."""

from __future__ import annotations

from search.phrases.words import listed

# name → (code, name on screen, codes that would do as well)
LANGUAGES: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "albanian": ("sq", "Albanian", ()),
    "amharic": ("am", "Amharic", ()),
    "arabic": ("ar", "Arabic", ()),
    "arabi": ("ar", "Arabic", ()),
    "bangla": ("bn", "Bengali", ()),
    "bengali": ("bn", "Bengali", ()),
    "bengla": ("bn", "Bengali", ()),
    "bulgarian": ("bg", "Bulgarian", ()),
    "cantonese": ("yue", "Cantonese", ("zh",)),
    "chinese": ("zh", "Chinese", ("yue", "cmn")),
    "czech": ("cs", "Czech", ()),
    "dari": ("fa", "Dari", ("prs",)),
    "english": ("en", "English", ()),
    "farsi": ("fa", "Farsi", ()),
    "french": ("fr", "French", ()),
    "german": ("de", "German", ()),
    "greek": ("el", "Greek", ()),
    "gujarati": ("gu", "Gujarati", ()),
    "gujerati": ("gu", "Gujarati", ()),
    "gujrati": ("gu", "Gujarati", ()),
    "hakka": ("hak", "Hakka", ("zh",)),
    "hausa": ("ha", "Hausa", ()),
    "hebrew": ("he", "Hebrew", ()),
    "hindi": ("hi", "Hindi", ()),
    "hindko": ("pa", "Hindko", ("ur",)),
    "hungarian": ("hu", "Hungarian", ()),
    "igbo": ("ig", "Igbo", ()),
    "italian": ("it", "Italian", ()),
    "japanese": ("ja", "Japanese", ()),
    "kannada": ("kn", "Kannada", ()),
    "kashmiri": ("ks", "Kashmiri", ("ur",)),
    "kiswahili": ("sw", "Swahili", ()),
    "korean": ("ko", "Korean", ()),
    "kurdish": ("ku", "Kurdish", ("ckb", "kmr")),
    "latvian": ("lv", "Latvian", ()),
    "lingala": ("ln", "Lingala", ()),
    "lithuanian": ("lt", "Lithuanian", ()),
    "malay": ("ms", "Malay", ()),
    "malayalam": ("ml", "Malayalam", ()),
    "mandarin": ("zh", "Mandarin", ("cmn",)),
    "marathi": ("mr", "Marathi", ()),
    "mirpuri": ("pa", "Mirpuri", ("ur", "phr")),
    "nepali": ("ne", "Nepali", ()),
    "nepalese": ("ne", "Nepali", ()),
    "oromo": ("om", "Oromo", ()),
    "pahari": ("pa", "Pahari", ("ur", "phr")),
    "pashto": ("ps", "Pashto", ()),
    "pashtu": ("ps", "Pashto", ()),
    "patois": ("jam", "Patois", ("en",)),
    "persian": ("fa", "Farsi", ()),
    "polish": ("pl", "Polish", ()),
    "polski": ("pl", "Polish", ()),
    "portuguese": ("pt", "Portuguese", ()),
    "potwari": ("pa", "Potwari", ("ur", "phr")),
    "pothwari": ("pa", "Potwari", ("ur", "phr")),
    "punjabi": ("pa", "Punjabi", ()),
    "panjabi": ("pa", "Punjabi", ()),
    "pushto": ("ps", "Pashto", ()),
    "romani": ("rom", "Romani", ()),
    "romanian": ("ro", "Romanian", ()),
    "rumanian": ("ro", "Romanian", ()),
    "russian": ("ru", "Russian", ()),
    "serbian": ("sr", "Serbian", ()),
    "shona": ("sn", "Shona", ()),
    "sindhi": ("sd", "Sindhi", ()),
    "sinhala": ("si", "Sinhala", ()),
    "slovak": ("sk", "Slovak", ()),
    "somali": ("so", "Somali", ()),
    "sorani": ("ckb", "Kurdish", ("ku",)),
    "spanish": ("es", "Spanish", ()),
    "swahili": ("sw", "Swahili", ()),
    "sylheti": ("bn", "Sylheti", ("syl",)),
    "syleti": ("bn", "Sylheti", ("syl",)),
    "tagalog": ("tl", "Tagalog", ("fil",)),
    "tamil": ("ta", "Tamil", ()),
    "telugu": ("te", "Telugu", ()),
    "thai": ("th", "Thai", ()),
    "tigrinya": ("ti", "Tigrinya", ()),
    "tigrigna": ("ti", "Tigrinya", ()),
    "turkish": ("tr", "Turkish", ()),
    "twi": ("ak", "Twi", ("tw",)),
    "ukrainian": ("uk", "Ukrainian", ()),
    "ukranian": ("uk", "Ukrainian", ()),
    "urdu": ("ur", "Urdu", ()),
    "vietnamese": ("vi", "Vietnamese", ()),
    "welsh": ("cy", "Welsh", ()),
    "wolof": ("wo", "Wolof", ()),
    "yoruba": ("yo", "Yoruba", ()),
}

# Nothing but languages, or so seldom anything else that the bare word asks for speakers of it. "Polish", "French" or
# "Turkish" need "in", "speak" or "speakers" beside them.
COMMUNITY = listed(
    "amharic arabic bangla bengali cantonese dari farsi gujarati gujerati gujrati hausa hindi hindko igbo kiswahili"
    " kurdish lingala mandarin malayalam mirpuri nepali oromo pahari pashto pashtu pushto potwari pothwari punjabi"
    " panjabi polski romanian shona sindhi sinhala somali sorani swahili sylheti syleti tagalog tamil telugu"
    " tigrinya tigrigna twi ukrainian ukranian urdu vietnamese yoruba slovak albanian"
)
ASKED_FOR = listed("in speak speaks speaking spoken talks talk interpreter interpreters translator speakers")
SPEAKERS = listed(
    "speaking speaker speakers speak spoken interpreter interpreters translator translators translation interpreting"
    " language advisor adviser worker"
)
# "Polish mums", "Turkish families": who they are says which language.
THEIR_PEOPLE = listed("mums mum mothers people community families family parents women men elders ladies")
LEARNING_BEFORE = listed("learn learning teach teaching study studying practise practice improve read write")
CLASSES = listed("class classes lesson lessons course courses tutor tuition gcse")
LEARNING_AFTER = CLASSES | listed(
    "food cooking music film films movie movies poetry literature dance dancing"
    " recipe recipes restaurant takeaway wedding dress clothes art calligraphy exam school novel novels"
    " songs song karaoke new"
)
