"""What every payload is to become: the whole table, beside the payloads."""

import dataclasses

from bridge.channel import (
    ButtonPressed,
    ContactReachable,
    ContactUnreachable,
    InboundEvent,
    InboundMedia,
    MessageEdited,
    ReactionChanged,
    Sender,
    Visit,
)
from tests.channels.telegram.payloads import ANNA, edited, film, image, paper, written

NOW = 1_793_448_500_000
CHAT = "5000000101"

EXPECTED: dict[str, list[InboundEvent]] = {
    "message_new": [written("message_new", "Добрый день! Где мой заказ №1024?")],
    "message_formatted": [
        written(
            "message_formatted",
            "Привет 🐤🇺🇦, цена: **жирная и _косая_**, код `x<1`, "
            "[ссылка](https://example.com/?q=1) и https://example.com/a_b?x=1 ~~зачёркнуто~~",
            format="markdown",
        )
    ],
    "message_blocks": [
        written(
            "message_blocks",
            "> цитата\n> ещё\nответ\n```\nprint(1)\n```\nконец",
            format="markdown",
        )
    ],
    "message_unmarked": [written("message_unmarked", "@shop_bot #тег подчёркнуто тайна")],
    "message_rtl": [written("message_rtl", "שלום, היכן ההזמנה שלי? مرحبا 👩‍🚀")],
    "message_longest": [written("message_longest", "🐤" * 2048)],
    "message_empty": [written("message_empty", "❔")],
    "message_photo": [
        written(
            "message_photo",
            "Вот **так** пришло",
            format="markdown",
            media=(image("AgAClarge01", 98765),),
        )
    ],
    "message_document": [
        written(
            "message_document",
            media=(
                InboundMedia(
                    kind="file",
                    ref="BQACdoc001",
                    name="Рахунок №7.pdf",
                    mime="application/pdf",
                    size=54321,
                ),
            ),
        )
    ],
    "message_voice": [
        written(
            "message_voice",
            media=(
                InboundMedia(
                    kind="voice", ref="AwACvoice1", name="voice.ogg", mime="audio/ogg", size=8123
                ),
            ),
        )
    ],
    "message_video": [
        written(
            "message_video",
            "🎬",
            media=(
                InboundMedia(
                    kind="video",
                    ref="BAACvideo1",
                    name="відео.mp4",
                    mime="video/mp4",
                    size=25_000_000,
                ),
            ),
        )
    ],
    "message_video_note": [
        written(
            "message_video_note",
            media=(
                InboundMedia(
                    kind="video",
                    ref="DQACnote01",
                    name="video_note.mp4",
                    mime="video/mp4",
                    size=400_000,
                ),
            ),
        )
    ],
    "message_audio": [
        written(
            "message_audio",
            media=(
                InboundMedia(
                    kind="audio",
                    ref="CQACaudio1",
                    name="song.mp3",
                    mime="audio/mpeg",
                    size=5_000_000,
                ),
            ),
        )
    ],
    "message_animation": [
        written(
            "message_animation",
            media=(
                InboundMedia(
                    kind="video",
                    ref="CgACanim01",
                    name="cat.gif.mp4",
                    mime="video/mp4",
                    size=70_000,
                ),
            ),
        )
    ],
    "message_sticker": [
        written(
            "message_sticker",
            media=(
                InboundMedia(
                    kind="sticker",
                    ref="CAACstick1",
                    name="sticker.webp",
                    mime="image/webp",
                    size=23456,
                ),
            ),
        )
    ],
    "message_sticker_animated": [
        written(
            "message_sticker_animated",
            "🦆",
            media=(
                InboundMedia(
                    kind="sticker",
                    ref="AAMCthumb2",
                    name="sticker.webp",
                    mime="image/webp",
                    size=4444,
                ),
            ),
        )
    ],
    "message_location": [
        written(
            "message_location",
            "📍 50.450001, 30.523333\nhttps://maps.google.com/?q=50.450001,30.523333",
        )
    ],
    "message_venue": [
        written(
            "message_venue",
            "📍 Майдан, Хрещатик, 1\nhttps://maps.google.com/?q=50.45,30.5233",
        )
    ],
    "message_contact_own": [
        written(
            "message_contact_own",
            "👤 Анна 380501234567",
            sender=dataclasses.replace(ANNA, phone="380501234567"),
        )
    ],
    "message_contact_other": [written("message_contact_other", "👤 Пётр Ильин +380671112233")],
    "message_poll": [written("message_poll", "📊 Коли зручно?\n- Зранку\n- Ввечері")],
    "message_dice": [written("message_dice", "🎲 6")],
    "message_story": [written("message_story", "📖 https://t.me/anna_koval/s/12")],
    "message_checklist": [written("message_checklist", "☑ Покупки\n- хліб\n- сіль")],
    "message_rich": [written("message_rich", "Добрый день\nраз")],
    "message_reply": [written("message_reply", "Так, саме цей", reply_to=f"{CHAT}/33")],
    "message_quoted_elsewhere": [written("message_quoted_elsewhere", "» Знижки\n» до 50%\nщо це?")],
    "message_forwarded_user": [
        written("message_forwarded_user", "↪ Іван\\_\\*\n**дивись**", format="markdown")
    ],
    "message_forwarded_hidden": [written("message_forwarded_hidden", "↪ Хтось\nтаємно")],
    "message_forwarded_channel": [
        written("message_forwarded_channel", "↪ Новини", media=(image("AgACfwd001", 5),))
    ],
    "message_start": [written("message_start", "/start")],
    "message_start_payload": [
        written("message_start_payload", "/start", visit=Visit(source="w_3fZk-81token"))
    ],
    "message_deleted_account": [
        written("message_deleted_account", "…", sender=Sender(external_id="5000000102"))
    ],
    "message_edited": [
        MessageEdited(
            sender=ANNA,
            external_id=f"{CHAT}/41",
            edited_at=1793448099000,
            text="Добрый день! Где мой заказ №1025?",
            media=(),
        )
    ],
    "message_edited_caption": [
        edited("message_edited_caption", "Пришло вот так", (image("AgAClarge01", 98765),))
    ],
    "message_edited_photo": [
        edited("message_edited_photo", "Пришло вот так", (image("AgACother01", 87654),))
    ],
    "album_photo_1": [written("album_photo_1", media=(image("AgACalb001", 1000),))],
    "album_photo_2": [written("album_photo_2", "Три вида", media=(image("AgACalb101", 1001),))],
    "album_photo_3": [written("album_photo_3", media=(image("AgACalb201", 1002),))],
    "button_pressed": [
        ButtonPressed(
            sender=ANNA,
            external_id="callback/4382bfdwdsb323b2d9",
            button="Так, все добре 🙂",
            at=NOW,
            id="yes:1",
        )
    ],
    "button_pressed_under_old": [
        ButtonPressed(
            sender=ANNA,
            external_id="callback/4382bfdwdsb323b2e0",
            button="no:1",
            at=NOW,
            id="no:1",
        )
    ],
    "reaction_changed": [
        ReactionChanged(
            sender=ANNA,
            external_id=f"{CHAT}/77",
            reactions=["👍", "❔", "⭐"],
            at=1793448005000,
        )
    ],
    "reaction_withdrawn": [
        ReactionChanged(sender=ANNA, external_id=f"{CHAT}/77", reactions=[], at=1793448006000)
    ],
    "bot_blocked": [ContactUnreachable(sender=ANNA, at=1793448007000, reason="blocked")],
    "bot_unblocked": [ContactReachable(sender=ANNA, at=1793448007000)],
    "message_sticker_video": [
        written(
            "message_sticker_video",
            "🕺",
            media=(
                InboundMedia(
                    kind="sticker",
                    ref="AAMCvideo3",
                    name="sticker.webp",
                    mime="image/webp",
                    size=4100,
                ),
            ),
        )
    ],
    "message_location_live": [
        written(
            "message_location_live",
            "📍 50.450001, 30.523333\nhttps://maps.google.com/?q=50.450001,30.523333",
        )
    ],
    "message_location_moved": [
        edited(
            "message_location_moved",
            "📍 50.4511, 30.523333\nhttps://maps.google.com/?q=50.4511,30.523333",
        )
    ],
    "message_paid_media": [
        written(
            "message_paid_media",
            "↪ Курси\n⭐ 25\nУрок перший",
            media=(
                image("AgACpaid02", 9000),
                film("video", "BAACpaid03", 70_000),
                film("live_photo", "BAACpaid04", 8000),
            ),
        )
    ],
    "message_live_photo": [
        written("message_live_photo", "ось так", media=(image("AgAClive02", 5000),))
    ],
    "message_via_bot": [written("message_via_bot", "🎬 Кіт 🐈")],
    "message_game": [written("message_game", "🎮 Lumberjack")],
    "message_gift": [written("message_gift", "🎁 🧸")],
    "message_gift_worded": [written("message_gift_worded", "🎁 🧸 Дякую за допомогу! 💛")],
    "message_gift_unique": [
        written("message_gift_unique", "🎁 Plush Pepe #42\nhttps://t.me/nft/PlushPepe-42")
    ],
    "message_invoice": [written("message_invoice", "↪ Іван\n🧾 Замовлення №7\nПіони, 11 шт.")],
    "message_giveaway": [written("message_giveaway", "🎁 Курси\nТри книжки")],
    "message_payment": [written("message_payment", "❔ successful payment")],
    "message_web_app": [written("message_web_app", '🌐 Обрати розмір\n{"size":"M"}')],
    "message_poll_quiz": [
        written("message_poll_quiz", "📊 Столиця?\nБез підказок\n- Київ\n- Львів")
    ],
    "message_contact_nameless": [written("message_contact_nameless", "👤 +380671112244")],
    "message_dart": [written("message_dart", "🎯 1")],
    "message_story_private": [written("message_story_private", "📖 Іван")],
    "message_reply_to_story": [
        written("message_reply_to_story", "» 📖 https://t.me/shop_bot/s/8\nЦе є в наявності?")
    ],
    "message_reply_elsewhere": [written("message_reply_elsewhere", "» Новини\nоце хочу")],
    "message_quoted": [written("message_quoted", "ось про це", reply_to=f"{CHAT}/33")],
    "message_effect": [written("message_effect", "🎉")],
    "message_topic": [written("message_topic", "Питання в темі")],
    "message_edited_rtl": [edited("message_edited_rtl", "ההזמנה №7 👩‍🚀 مرحبا")],
    "album_edited": [edited("album_edited", "Три види, не два", (image("AgACalb101", 1001),))],
    "album_document_1": [
        written("album_document_1", media=(paper("BQACalb001", "Договір.pdf", 1001),))
    ],
    "album_document_2": [
        written(
            "album_document_2",
            "Обидва примірники",
            media=(paper("BQACalb002", "עותק.pdf", 1002),),
        )
    ],
}
# What nobody wrote, what was said elsewhere than to the bot, and what was said to no bot.
NOTHING = [
    "bot_added_to_group",
    "business_connected",
    "business_message",
    "business_message_edited",
    "business_messages_deleted",
    "channel_post",
    "channel_post_edited",
    "group_anonymous_admin",
    "group_bot_added",
    "group_member_left",
    "group_migrated",
    "group_topic_message",
    "inline_query",
    "join_requested",
    "message_group",
    "message_pinned",
    "payment_checked",
    "poll_answered",
    "reaction_anonymous",
    "reaction_count",
    "service_auto_delete",
    "service_background",
    "service_contact_shared",
    "service_topic_closed",
    "service_topic_created",
    "service_topic_edited",
    "service_write_access",
]
EXPECTED |= {name: [] for name in NOTHING}
BROKEN = {"update_unknown": "an update of a kind that is not known"}
