"""What agents read on surfaces, in each language: one file a language, the same keys in all.

Where the console says the same thing, the words are the console's (a test holds them to it).
A text that counts something is a map from the plural's category to its words.
"""

from collections.abc import Mapping

from agent_console.verbs.catalogue import en, es, ru, uk

Texts = Mapping[str, str | Mapping[str, str]]

CATALOGUES: Mapping[str, Texts] = {
    "en": en.TEXTS,
    "ru": ru.TEXTS,
    "uk": uk.TEXTS,
    "es": es.TEXTS,
}
