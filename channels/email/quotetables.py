"""How mail programs introduce what they quote, forward and sign, in four languages.

Gathered from Outlook, Gmail, Apple Mail, Yandex, Mail.ru, Thunderbird and ukr.net. All in
small letters.
"""

# "Anna wrote:", at the end of the line before a quote.
WROTE = (
    "wrote",
    "написал",
    "написала",
    "написал(а)",
    "написал (а)",
    "написали",
    "пишет",
    "писал(а)",
    "пише",
    "написав",
    "написав(-ла)",
    "написав(ла)",
    "написав/ла",
    "escribió",
    "escribio",
)
# With what such a line begins, where it is broken into several.
BEGINNINGS = (
    "on ", "el ", "в ", "у ", "le ",
    "mon", "tue", "wed", "thu", "fri", "sat", "sun",
    "lun", "mar", "mié", "mie", "jue", "vie", "sáb", "sab", "dom",
    "пн", "вт", "ср", "чт", "пт", "сб", "вс", "нд",
    "понедельник", "вторник", "среда", "среду", "четверг", "пятница", "пятницу", "суббота",
    "субботу", "воскресенье", "понеділок", "вівторок", "середа", "середу", "четвер", "п'ятниця",
    "п’ятниця", "п'ятницю", "субота", "суботу", "неділя", "неділю",
)  # fmt: skip
# "-----Original Message-----", without its dashes.
ORIGINAL = frozenset(
    {
        "original message",
        "original appointment",
        "исходное сообщение",
        "оригинальное сообщение",
        "оригінальне повідомлення",
        "вихідне повідомлення",
        "початкове повідомлення",
        "mensaje original",
        "mensaje de origen",
    }
)
# What follows these was sent on by the customer, so it is theirs to be read.
FORWARDED = frozenset(
    {
        "forwarded message",
        "begin forwarded message",
        "forwarded by",
        "пересланное сообщение",
        "пересылаемое сообщение",
        "начало переадресованного сообщения",
        "начало пересылаемого сообщения",
        "переслане повідомлення",
        "переадресоване повідомлення",
        "початок переадресованого повідомлення",
        "mensaje reenviado",
        "inicio del mensaje reenviado",
    }
)
FORWARD_SUBJECTS = ("fw:", "fwd:", "пересл:", "переслать:", "пд:", "пер:", "rv:", "reenv:", "tr:")
# The head that Outlook puts above a quote: who, when, to whom, what.
HEADS = (
    (("from",), ("sent", "date"), ("to",), ("subject",)),
    (("от", "от кого"), ("отправлено", "дата", "отправлен"), ("кому",), ("тема",)),
    (("від", "від кого"), ("надіслано", "дата", "відправлено"), ("кому",), ("тема",)),
    (("de",), ("enviado", "enviado el", "fecha"), ("para",), ("asunto",)),
)
# The line a telephone or a program adds under what a person wrote.
SENT_FROM = (
    "sent from my",
    "sent from mail for",
    "sent from outlook",
    "sent from yahoo mail",
    "sent via",
    "get outlook for",
    "отправлено с ",
    "отправлено из",
    "отправлено от",
    "послано с ",
    "надіслано з ",
    "надіслано із ",
    "відправлено з ",
    "відправлено із ",
    "отримати outlook для",
    "enviado desde mi",
    "enviado desde",
    "obtener outlook para",
    "скачать outlook для",
    "получить outlook для",
)
