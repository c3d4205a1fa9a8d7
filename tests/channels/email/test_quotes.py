"""New words and old ones: what each mail program puts below an answer, in four languages."""

# What programs write is quoted as they write it, in one line.
# ruff: noqa: E501

import time

import pytest

from channels.email.htmltext import to_text
from channels.email.quotes import fold

NEW = "Дякую, все отримала.\nA second line."
OLD = "> Ваше замовлення вже їде.\n> --\n> Крамниця"

# Program, language, and what it writes below the new words.
BELOW = {
    "Gmail en": f"On Mon, Nov 2, 2026 at 10:15 AM Shop <help@example.com> wrote:\n\n{OLD}",
    "Gmail en, broken": f"On Mon, Nov 2, 2026 at 10:15 AM Shop With A Long Name\n<help@example.com> wrote:\n\n{OLD}",
    "Gmail ru": f"пн, 2 нояб. 2026 г. в 10:15, Магазин <help@example.com>:\n\n{OLD}",
    "Gmail uk": f"пн, 2 лист. 2026 р. о 10:15 Крамниця <help@example.com> пише:\n\n{OLD}",
    "Gmail es": f"El lun, 2 nov 2026 a las 10:15, Tienda (<help@example.com>) escribió:\n\n{OLD}",
    "Apple en": f"> On 2 Nov 2026, at 10:15, Shop <help@example.com> wrote:\n> \n{OLD}",
    "Apple en, unmarked": f"On 2 Nov 2026, at 10:15, Shop <help@example.com> wrote:\n\n{OLD}",
    "Apple ru": f"2 нояб. 2026 г., в 10:15, Магазин <help@example.com> написал(а):\n\n{OLD}",
    "Apple uk": f"2 лист. 2026 р. о 10:15 Крамниця <help@example.com> написав(-ла):\n\n{OLD}",
    "Apple es": f"El 2 nov 2026, a las 10:15, Tienda <help@example.com> escribió:\n\n{OLD}",
    "Outlook en": "________________________________\nFrom: Shop <help@example.com>\nSent: Monday, November 2, 2026 10:15 AM\nTo: Anna <anna@example.net>\nSubject: Re: Order\n\nYour order is on its way.",
    "Outlook en, classic": "-----Original Message-----\nFrom: Shop [mailto:help@example.com]\nSent: Monday, November 2, 2026 10:15 AM\nTo: Anna\nSubject: Order\n\nYour order.",
    "Outlook en, bold": "*From:* Shop <help@example.com>\n*Sent:* Monday\n*To:* Anna\n*Subject:* Order\n\nYour order.",
    "Outlook ru": "________________________________\nОт: Магазин <help@example.com>\nОтправлено: 2 ноября 2026 г. 10:15\nКому: Анна\nТема: Заказ\n\nВаш заказ едет.",
    "Outlook ru, classic": "-----Исходное сообщение-----\nОт: Магазин\nОтправлено: понедельник\nКому: Анна\nТема: Заказ\n\nВаш заказ.",
    "Outlook uk": "________________________________\nВід: Крамниця <help@example.com>\nНадіслано: 2 листопада 2026 р. 10:15\nКому: Анна\nТема: Замовлення\n\nВаше замовлення їде.",
    "Outlook uk, classic": "-----Оригінальне повідомлення-----\nВід: Крамниця\nНадіслано: понеділок\nКому: Анна\n\nВаше замовлення.",
    "Outlook es": "________________________________\nDe: Tienda <help@example.com>\nEnviado: lunes, 2 de noviembre de 2026 10:15\nPara: Anna\nAsunto: Pedido\n\nSu pedido.",
    "Outlook es, classic": "-----Mensaje original-----\nDe: Tienda\nEnviado el: lunes\nPara: Anna\nAsunto: Pedido\n\nSu pedido.",
    "Yandex ru": f'02.11.2026, 10:15, "Магазин" <help@example.com>:\n\n{OLD}',
    "Yandex ru, named": f"2 ноября 2026, 10:15, Магазин <help@example.com>:\n{OLD}",
    "Yandex en": f'02.11.2026, 10:15, "Shop" <help@example.com>:\n\n{OLD}',
    "Mail.ru": f"Понедельник, 2 ноября 2026, 10:15 +03:00 от Магазин <help@example.com>:\n\n{OLD}",
    "Mail.ru, unmarked": "Понедельник, 2 ноября 2026, 10:15 +03:00 от Магазин <help@example.com>:\n \nВаш заказ едет.\n\nС уважением",
    "Mail.ru uk": f"Понеділок, 2 листопада 2026, 10:15 +02:00 від Крамниця <help@example.com>:\n\n{OLD}",
    "Thunderbird en": f"On 02/11/2026 10:15, Shop wrote:\n{OLD}",
    "Thunderbird ru": f"02.11.2026 10:15, Магазин пишет:\n{OLD}",
    "Thunderbird uk": f"02.11.26 10:15, Крамниця пише:\n{OLD}",
    "Thunderbird es": f"El 02/11/2026 a las 10:15, Tienda escribió:\n{OLD}",
    "ukr.net": '--- Оригінальне повідомлення ---\nВід кого: "Крамниця" <help@example.com>\nДата: 2 листопада 2026, 10:15:00\n\nВаше замовлення їде.',
    "a bare quote": OLD,
}  # fmt: skip

SIGNED = {
    "dashes": "-- \nАнна Коваль\n+380 44 000 00 00",
    "dashes without a space": "--\nAnna",
    "iPhone en": "Sent from my iPhone",
    "iPhone ru": "Отправлено с iPhone",
    "iPhone uk": "Надіслано з iPhone",
    "iPhone es": "Enviado desde mi iPhone",
    "Outlook en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
    "Outlook ru": "Получить Outlook для Android",
    "Mail.ru": "Отправлено из мобильной Почты Mail.ru",
    "Yandex": "-- \nОтправлено из мобильного приложения Яндекс Почты",
    "Samsung": "Отправлено с моего устройства Samsung",
    "Windows": "Sent from Mail for Windows",
}


@pytest.mark.parametrize("program", BELOW)
def test_the_history_below_an_answer_is_folded(program: str) -> None:
    assert fold(f"{NEW}\n\n{BELOW[program]}") == NEW


@pytest.mark.parametrize("program", BELOW)
def test_the_same_with_the_ends_of_lines_of_windows_is_no_matter_of_folding(program: str) -> None:
    text = f"{NEW}\n\n{BELOW[program]}\n\n\n"
    assert fold(text) == NEW


@pytest.mark.parametrize("how", SIGNED)
def test_a_signature_is_folded(how: str) -> None:
    assert fold(f"{NEW}\n\n{SIGNED[how]}") == NEW


@pytest.mark.parametrize("how", SIGNED)
@pytest.mark.parametrize("program", ["Gmail en", "Outlook ru", "Yandex ru", "Mail.ru", "Apple uk"])
def test_a_signature_above_the_history_is_folded_with_it(program: str, how: str) -> None:
    assert fold(f"{NEW}\n\n{SIGNED[how]}\n\n{BELOW[program]}") == NEW


KEPT = {
    "nothing old": NEW,
    "answers in between": "On Mon, Nov 2, 2026 at 10:15 AM Shop <a@b.cd> wrote:\n> one?\nyes\n> two?\nno",
    "the answer below": f"On Mon, Nov 2, 2026 at 10:15 AM Shop <a@b.cd> wrote:\n{OLD}\n\nThank you!",
    "only history": f"On Mon, Nov 2, 2026 at 10:15 AM Shop <a@b.cd> wrote:\n{OLD}",
    "only a signature": "-- \nAnna",
    "a colon and a time": "Please call me at 10:15, my numbers:\n+380 44 000 00 00\n+380 44 000 00 01",
    "a colon and an address": "My addresses:\nanna@example.net\nbob@example.net",
    "a list of fields": "From: Kyiv\nI want to go\nby train",
    "Gmail forward": "See below.\n\n---------- Forwarded message ---------\nFrom: Bob <b@c.de>\nDate: Mon\nSubject: x\nTo: Anna\n\nHello Anna\n\nOn Mon, Nov 2, 2026 at 10:15 AM X <x@y.zz> wrote:\n> old",
    "Apple forward": "Begin forwarded message:\n\nFrom: Bob\nSubject: x\nDate: Mon\nTo: Anna\n\nHello",
    "Yandex forward": '-------- Пересылаемое сообщение --------\n02.11.2026, 10:15, "Bob" <b@c.de>:\n\nПривет',
    "ukr.net forward": "--- Переслане повідомлення ---\nВід кого: Bob\nТема: x\nДата: сьогодні\n\nПривіт",
    "Gmail forward es": "---------- Mensaje reenviado ---------\nDe: Bob\nFecha: lunes\nAsunto: x\nPara: Anna\n\nHola",
    "dashes in the middle": "one\n-----\ntwo",
}  # fmt: skip


@pytest.mark.parametrize("what", KEPT)
def test_what_is_no_history_stays(what: str) -> None:
    assert fold(KEPT[what]) == KEPT[what]


@pytest.mark.parametrize("prefix", ["Fwd:", "FW:", "Пересл:", "RV:", "Пд:"])
def test_outlooks_forward_has_no_line_of_its_own_and_is_known_by_its_subject(prefix: str) -> None:
    text = f"{NEW}\n\n{BELOW['Outlook en']}"
    assert fold(text, subject=f"{prefix} Order") == text
    assert fold(text, subject="Re: Order") == NEW


HTML = {
    "Gmail": '<div dir="ltr">{new}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Nov 2, 2026 at 10:15 AM Shop &lt;<a href="mailto:help@example.com">help@example.com</a>&gt; wrote:<br></div><blockquote class="gmail_quote">Your order</blockquote></div>',
    "Apple": '<html><body>{new}<br id="lineBreakAtBeginningOfMessage"><div><br><blockquote type="cite"><div>On 2 Nov 2026, at 10:15, Shop &lt;help@example.com&gt; wrote:</div><br><div>Your order</div></blockquote></div></body></html>',
    "Outlook": '<div>{new}</div><hr><div id="divRplyFwdMsg"><b>From:</b> Shop &lt;help@example.com&gt;<br><b>Sent:</b> Monday<br><b>To:</b> Anna<br><b>Subject:</b> Re: Order</div><div>Your order</div>',
    "Yandex": '<div>{new}</div><div>\xa0</div><div>02.11.2026, 10:15, "Магазин" &lt;help@example.com&gt;:</div><blockquote><p>Ваш заказ</p></blockquote>',
    "Mail.ru": '<BODY><div>{new}</div><blockquote style="border-left:1px solid #0857A6;">Понедельник, 2 ноября 2026, 10:15 +03:00 от Магазин &lt;help@example.com&gt;:<br><div>Ваш заказ</div></blockquote></BODY>',
}  # fmt: skip


@pytest.mark.parametrize("program", HTML)
def test_history_is_folded_in_html_too(program: str) -> None:
    text = to_text(HTML[program].replace("{new}", "Дякую!<br>A second line."))
    assert fold(text) == "Дякую!\nA second line."


BOMBS = {
    "quotes": ">" * 400_000,
    "lines of quotes": "> a\n" * 100_000,
    "introductions": "On Mon, Nov 2, 2026 at 10:15 <a@b.cd> wrote:\n> x\ny\n" * 1_600,
    "dashes": "-" * 400_000,
    "dashed lines": "----- a\n" * 50_000,
    "at signs": "@a" * 200_000,
    "colons": "From:\n" * 4_900,
    "spaces": " " * 400_000 + ":",
    "days": ("mon " * 90 + "\n") * 4_900,
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_folding_takes_no_longer_than_reading(bomb: str) -> None:
    begun = time.perf_counter()
    fold(f"hello\n{BOMBS[bomb]}")
    assert time.perf_counter() - begun < 3
