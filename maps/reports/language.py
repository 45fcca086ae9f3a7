"""In which language a paper is asked for."""

from django.utils.translation import get_language

from core.errors import Invalid
from maps.reports.words import LANGUAGES, Language


class UnknownLanguage(Invalid):
    """There are sheets in zh-Hans and en, not in '{lang}'."""

    zh = "认定单有 zh-Hans 和 en 两种语言，没有“{lang}”。"


def language_asked(asked: str) -> Language:
    """The one that is named, else the reader's own. Raises UnknownLanguage."""
    if not asked:
        return "en" if (get_language() or "").startswith("en") else "zh-Hans"
    for language in LANGUAGES:
        if asked == language:
            return language
    raise UnknownLanguage(lang=asked)
