"""What a surface's buttons, commands and forms do, and what is said in its threads.

Free of any platform: each function runs inside a transaction, and what comes back is of
`agent_console.surface`, in the language that is asked for.
"""

from agent_console.verbs.buttons import buttons_of
from agent_console.verbs.cards import card_of, customer_of
from agent_console.verbs.failing import mail_trouble, trouble, why_failed
from agent_console.verbs.front import Asked, Front, InboxName, front_of
from agent_console.verbs.linking import agent_of, link, make_code, put_link, unlink
from agent_console.verbs.looks import look_of, state_of
from agent_console.verbs.posts import event_line
from agent_console.verbs.pressing import ALIASES, HELP, VERBS, inbox_of, is_verb, press
from agent_console.verbs.refusals import refused, sentence
from agent_console.verbs.saying import in_words
from agent_console.verbs.words import Words, words_in

__all__ = [
    "ALIASES",
    "HELP",
    "VERBS",
    "Asked",
    "Front",
    "InboxName",
    "Words",
    "agent_of",
    "buttons_of",
    "card_of",
    "customer_of",
    "event_line",
    "front_of",
    "in_words",
    "inbox_of",
    "is_verb",
    "link",
    "look_of",
    "mail_trouble",
    "make_code",
    "press",
    "put_link",
    "refused",
    "sentence",
    "state_of",
    "trouble",
    "unlink",
    "why_failed",
    "words_in",
]
