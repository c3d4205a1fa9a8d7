"""Inboxes and surfaces, whose keys their own kinds bring."""

from datetime import timedelta
from typing import ClassVar, Literal

import pytest
from pydantic import Field

from agent_console.registry import SETTINGS as SURFACES
from agent_console.web.settings import WebSettings
from bridge.settings import InboxSettings, Kinds, LocalText, Secret
from channels.registry import CHANNELS, SETTINGS, load_class, settings_classes
from channels.widget.settings import WidgetSettings
from tests.bridge.settings.files import LONG, Desk


class PigeonSettings(InboxSettings):
    unique: ClassVar[tuple[str, ...]] = ("loft",)

    type: Literal["pigeon"] = "pigeon"
    loft: str = Field(description="Where it lives.", examples=["Riga"])
    token: Secret = Field(description="Its ring.", examples=["${RING}"])


def widget(desk: Desk, keys: str) -> WidgetSettings:
    inbox = desk.load(f"version: 1\nchannels: {{site: {{type: widget, key: a, {keys}}}}}\n")
    found = inbox.channels["site"]
    assert isinstance(found, WidgetSettings)
    return found


def widget_problem(desk: Desk, keys: str) -> tuple[str, str]:
    text = f"version: 1\nchannels: {{site: {{type: widget, key: a, {keys}}}}}\n"
    problem = desk.problem(text)
    return problem.code, problem.path.removeprefix("channels.site.")


# --- Kinds ---------------------------------------------------------------------------


def test_a_kind_that_is_injected_brings_its_own_keys(desk: Desk) -> None:
    desk.kinds = Kinds(channels={"pigeon": PigeonSettings})
    text = "version: 1\nchannels: {coo: {type: pigeon, loft: Riga, token: '${T}'}}\n"
    inbox = desk.load(text, {"T": "x"}).channels["coo"]
    assert isinstance(inbox, PigeonSettings)
    assert inbox.loft == "Riga"
    assert inbox.token.reveal() == "x"


def test_a_secret_of_an_injected_kind_is_masked_where_it_stands_in_the_file(desk: Desk) -> None:
    desk.kinds = Kinds(channels={"pigeon": PigeonSettings})
    error = desk.error("version: 1\nchannels: {coo: {type: pigeon, loft: Riga, token: hunter2}}\n")
    assert [problem.code for problem in error.problems] == ["inline_secret"]
    assert "hunter2" not in str(error)
    assert "loft: Riga" in str(error)


def test_two_inboxes_of_a_kind_may_not_share_what_the_kind_says_is_unique(desk: Desk) -> None:
    desk.kinds = Kinds(channels={"pigeon": PigeonSettings, "widget": WidgetSettings})
    text = """\
        version: 1
        channels:
          a: {type: pigeon, loft: Riga, token: "${T}"}
          b: {type: pigeon, loft: riga, token: "${T}"}
        """
    problem = desk.problem(text, {"T": "x"})
    assert (problem.code, problem.path) == ("duplicate_value", "channels.b.loft")


def test_an_unknown_kind_is_refused_at_its_type_and_the_kinds_are_listed(desk: Desk) -> None:
    problem = desk.problem("version: 1\nchannels:\n  a: {type: fax, token: x}\n")
    assert (problem.code, problem.path) == ("unknown_kind", "channels.a.type")
    assert (problem.line, problem.column) == (3, 13)
    assert problem.help == f"kinds: {', '.join(sorted(SETTINGS))}"
    assert "token: ***" in str(problem)


def test_a_missing_type_is_refused_at_the_inbox_and_the_kinds_are_listed(desk: Desk) -> None:
    problem = desk.problem("version: 1\nstaff:\n  a: {session: 1h}\n")
    assert (problem.code, problem.path, problem.line) == ("missing_key", "staff.a.type", 3)
    assert problem.help == f"kinds: {', '.join(sorted(SURFACES))}"


@pytest.mark.parametrize("written", ["5", "[widget]", "{a: b}", "true"])
def test_a_type_that_is_no_text_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nchannels: {{a: {{type: {written}}}}}\n")
    assert problem.code == "unknown_kind"


@pytest.mark.parametrize("written", ["text", "[]", "5"])
def test_an_inbox_that_is_no_map_is_refused(desk: Desk, written: str) -> None:
    problem = desk.problem(f"version: 1\nchannels: {{a: {written}}}\n")
    assert (problem.code, problem.path) == ("wrong_type", "channels.a")


def test_an_inbox_without_a_name_is_called_by_its_id(desk: Desk) -> None:
    text = "version: 1\nchannels: {a: {type: widget, key: a}, b: {type: widget, key: b, name: Б}}\n"
    inboxes = desk.load(text).channels
    assert {name: inbox.name for name, inbox in inboxes.items()} == {"a": "a", "b": "Б"}


def test_an_inbox_and_a_surface_may_not_share_an_id(desk: Desk) -> None:
    text = "version: 1\nchannels: {a: {type: widget, key: a}}\nstaff: {a: {type: web}}\n"
    problem = desk.problem(text)
    assert (problem.code, problem.path, problem.line) == ("duplicate_value", "staff.a", 3)


def test_without_staff_there_is_the_web_console_and_with_an_empty_one_none(desk: Desk) -> None:
    assert desk.load("version: 1\n").staff == {"console": WebSettings()}
    assert desk.load("version: 1\nstaff: {}\n").staff == {}


def test_there_can_be_only_one_web_console(desk: Desk) -> None:
    problem = desk.problem("version: 1\nstaff: {a: {type: web}, b: {type: web}}\n")
    assert (problem.code, problem.path) == ("duplicate_value", "staff.b.type")


# --- The registry --------------------------------------------------------------------


def test_every_kind_of_channel_has_settings_and_every_settings_a_channel() -> None:
    assert set(CHANNELS) == set(SETTINGS) == set(settings_classes())


def test_every_settings_class_takes_its_own_kind() -> None:
    for kind, cls in settings_classes().items():
        assert cls.model_fields["type"].default == kind


def test_a_class_is_loaded_by_its_name() -> None:
    assert load_class("channels.widget.settings:WidgetSettings") is WidgetSettings


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("channels.nowhere:X", ImportError),
        ("channels.registry:Nothing", AttributeError),
        ("channels.registry:load_class", TypeError),
    ],
)
def test_a_class_that_is_not_there_is_an_error(reference: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        load_class(reference)


# --- The widget ----------------------------------------------------------------------


def test_a_widget_with_a_key_alone_has_every_default(desk: Desk) -> None:
    site = widget(desk, "")
    assert site.origins == ()
    assert site.identity_secret == ()
    assert site.greeting is None
    assert site.pre_chat == ()
    assert (site.theme.color, site.theme.position, site.theme.mode) == (None, "right", "auto")
    assert site.collect.page
    assert site.collect.utm
    assert site.collect.screen
    assert site.collect.ip is True
    assert site.messages_per_minute == 300


@pytest.mark.parametrize("key", ["a b", "a/b", "ключ", "''", "a" * 65])
def test_a_key_that_would_not_fit_an_address_is_refused(desk: Desk, key: str) -> None:
    problem = desk.problem(f"version: 1\nchannels: {{a: {{type: widget, key: {key}}}}}\n")
    assert problem.code == "bad_text"


def test_two_widgets_may_not_share_a_key(desk: Desk) -> None:
    text = "version: 1\nchannels: {a: {type: widget, key: k}, b: {type: widget, key: k}}\n"
    problem = desk.problem(text)
    assert (problem.code, problem.path) == ("duplicate_value", "channels.b.key")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://example.com", "https://example.com"),
        ("https://EXAMPLE.com", "https://example.com"),
        ("https://*.example.com", "https://*.example.com"),
        ("https://*.shop.example.com:8443", "https://*.shop.example.com:8443"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://example.com:443", "https://example.com"),
        ("http://[::1]:3000", "http://[::1]:3000"),
        ("https://пример.укр", "https://xn--e1afmkfd.xn--j1amh"),
        ("https://*.пример.укр", "https://*.xn--e1afmkfd.xn--j1amh"),
    ],
)
def test_an_origin_is_written_as_browsers_send_it(desk: Desk, written: str, meant: str) -> None:
    assert widget(desk, f"origins: ['{written}']").origins == (meant,)


@pytest.mark.parametrize(
    "written",
    [
        "example.com",
        "*",
        "https://*",
        "https://*.com",
        "https://example.com/",
        "https://example.com/path",
        "https://example.com?a=b",
        "https://user@example.com",
        "https://ex*mple.com",
        "https://a.*.com",
        "https://example.com:0",
        "https://example.com:99999",
        "https://",
        "ftp://example.com",
        "https://exa mple.com",
        "https://example.com; script-src *",
        "https://[::1",
        "null",
        "''",
        "https://a..b",
        "https://-a.com",
    ],
)
def test_what_is_no_origin_is_refused(desk: Desk, written: str) -> None:
    code, path = widget_problem(desk, f'origins: ["{written}"]')
    assert (code, path) == ("bad_origin", "origins.0")


def test_an_origin_with_a_path_is_told_how_to_be_written(desk: Desk) -> None:
    text = "version: 1\nchannels: {a: {type: widget, key: a, origins: ['https://a.example/b']}}\n"
    assert desk.problem(text).help == 'write it as "https://a.example"'


def test_origins_can_be_filled_from_one_variable(desk: Desk) -> None:
    text = "version: 1\nchannels: {a: {type: widget, key: a, origins: '${ORIGINS}'}}\n"
    settings = desk.load(text, {"ORIGINS": "https://a.example, https://b.example"})
    site = settings.channels["a"]
    assert isinstance(site, WidgetSettings)
    assert site.origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("written", "secrets"), [("'${NEW}'", 1), ("['${NEW}']", 1), ("['${NEW}', '${OLD}']", 2)]
)
def test_one_identity_secret_or_two_while_they_change(
    desk: Desk, written: str, secrets: int
) -> None:
    desk.environ = {"NEW": LONG, "OLD": LONG + "old"}
    found = widget(desk, f"identity_secret: {written}").identity_secret
    assert [secret.reveal() for secret in found] == [LONG, LONG + "old"][:secrets]


def test_three_identity_secrets_are_too_many(desk: Desk) -> None:
    desk.environ = {"S": LONG}
    code, path = widget_problem(desk, "identity_secret: ['${S}', '${S}', '${S}']")
    assert (code, path) == ("out_of_range", "identity_secret")


def test_each_identity_secret_is_held_to_32_bytes(desk: Desk) -> None:
    desk.environ = {"S": LONG, "SHORT": "x" * 31}
    code, path = widget_problem(desk, "identity_secret: ['${S}', '${SHORT}']")
    assert (code, path) == ("secret_too_short", "identity_secret.1")


@pytest.mark.parametrize(
    ("written", "greeting"),
    [
        ("Привет 👋", LocalText("Привет 👋", {})),
        ("{en: Hi, uk: Вітаю}", LocalText(None, {"en": "Hi", "uk": "Вітаю"})),
    ],
)
def test_a_greeting_is_one_text_or_one_for_each_language(
    desk: Desk, written: str, greeting: LocalText
) -> None:
    assert widget(desk, f"greeting: {written}").greeting == greeting


def test_a_field_before_the_chat_is_required_unless_it_says_otherwise(desk: Desk) -> None:
    fields = widget(desk, "pre_chat: [{field: name}, {field: email, required: false}]").pre_chat
    assert [(field.field, field.required) for field in fields] == [("name", True), ("email", False)]


def test_a_field_of_ones_own_needs_a_label(desk: Desk) -> None:
    code, path = widget_problem(desk, "pre_chat: [{field: order_number}]")
    assert (code, path) == ("missing_key", "pre_chat.0.field")
    assert widget(desk, "pre_chat: [{field: order_number, label: Номер заказа}]").pre_chat


def test_no_field_is_asked_twice(desk: Desk) -> None:
    code, path = widget_problem(desk, "pre_chat: [{field: name}, {field: name}]")
    assert (code, path) == ("duplicate_value", "pre_chat.1.field")


def test_more_than_five_fields_are_refused(desk: Desk) -> None:
    fields = ", ".join(f"{{field: f{number}, label: x}}" for number in range(6))
    assert widget_problem(desk, f"pre_chat: [{fields}]") == ("out_of_range", "pre_chat")


@pytest.mark.parametrize("color", ["red", "#fff", "#12345g", "rgb(0,0,0)", "#1f6feb;x"])
def test_a_colour_is_six_hexadecimal_digits(desk: Desk, color: str) -> None:
    assert widget_problem(desk, f"theme: {{color: '{color}'}}") == ("bad_text", "theme.color")


@pytest.mark.parametrize(
    ("written", "ip"), [("true", True), ("false", False), ("anonymised", "anonymised")]
)
def test_d32_the_address_is_collected_whole_not_at_all_or_anonymised(
    desk: Desk, written: str, ip: object
) -> None:
    assert widget(desk, f"collect: {{ip: {written}}}").collect.ip == ip


def test_another_word_for_the_address_is_refused(desk: Desk) -> None:
    assert widget_problem(desk, "collect: {ip: anonymized}") == ("not_a_choice", "collect.ip")


@pytest.mark.parametrize("number", ["0", "1000001", "-1"])
def test_messages_a_minute_have_limits(desk: Desk, number: str) -> None:
    code, path = widget_problem(desk, f"messages_per_minute: {number}")
    assert (code, path) == ("out_of_range", "messages_per_minute")


# --- The web console -----------------------------------------------------------------


def web(desk: Desk, keys: str) -> WebSettings:
    found = desk.load(f"version: 1\nstaff: {{c: {{type: web, {keys}}}}}\n").staff["c"]
    assert isinstance(found, WebSettings)
    return found


def test_a_session_lasts_twelve_hours_unless_it_says_otherwise(desk: Desk) -> None:
    assert web(desk, "").session == timedelta(hours=12)
    assert web(desk, "session: 7d").session == timedelta(days=7)


def test_a_session_of_more_than_a_year_is_refused(desk: Desk) -> None:
    assert web(desk, "session: 365d").session == timedelta(days=365)
    problem = desk.problem("version: 1\nstaff: {c: {type: web, session: 366d}}\n")
    assert problem.code == "bad_duration"


def test_s16_the_blocks_of_the_panel_and_their_order_come_from_the_file(desk: Desk) -> None:
    every = ("contact", "visit", "source", "notes", "attachments", "conversations", "history")
    assert web(desk, "").panel == every
    assert web(desk, "panel: [notes, contact]").panel == ("notes", "contact")
    assert web(desk, "panel: []").panel == ()


@pytest.mark.parametrize(
    ("panel", "code"),
    [("[contact, kontact]", "not_a_choice"), ("[notes, notes]", "duplicate_value")],
)
def test_a_block_there_is_not_and_a_block_twice_are_refused(
    desk: Desk, panel: str, code: str
) -> None:
    problem = desk.problem(f"version: 1\nstaff: {{c: {{type: web, panel: {panel}}}}}\n")
    assert (problem.code, problem.path) == (code, "staff.c.panel.1")


# --- Where a site's visitors are led on to ---------------------------------------------

ONWARD = """\
    version: 1
    channels:
      site: {{type: widget, key: a, continue_via: {0}}}
      blog: {{type: widget, key: b}}
      shop_vk: {{type: vk, group_id: 1, token: "${{T}}", mode: longpoll}}
      shop_tg: {{type: telegram, token: "${{TG}}"}}
    """
TOKENS = {"T": "x", "TG": "7000000001:AAtoken-canary-0123456789abcdefgh"}


def test_visitors_are_led_on_to_messengers_and_mailboxes_and_to_no_other_kind() -> None:
    on = {kind for kind, settings in settings_classes().items() if settings.leads_on}
    assert on == {"telegram", "vk", "viber", "email"}


def test_where_visitors_are_led_on_to_keeps_its_order(desk: Desk) -> None:
    site = desk.load(ONWARD.format("[shop_vk, shop_tg]"), TOKENS).channels["site"]
    assert isinstance(site, WidgetSettings)
    assert site.continue_via == ("shop_vk", "shop_tg")
    assert site.continue_within == timedelta(hours=1)


@pytest.mark.parametrize(
    ("inboxes", "code", "why"),
    [
        ("[shop_fax]", "unknown_inbox", 'no inbox "shop_fax"'),
        ("[shop_tg, blog]", "cannot_continue", "cannot go on in channels.blog"),
    ],
)
def test_an_inbox_nobody_can_be_led_on_to_is_refused_where_it_stands(
    desk: Desk, inboxes: str, code: str, why: str
) -> None:
    problem = desk.problem(ONWARD.format(inboxes), TOKENS)
    index = inboxes.count(",")
    assert (problem.code, problem.path) == (code, f"channels.site.continue_via.{index}")
    assert why in problem.message


# --- Going on in another inbox -----------------------------------------------------------

MAIL = (
    "mail: {type: email, address: a@b.cd, imap: {host: h, password: '${P}'}, "
    "smtp: {host: h, password: '${P}'}}"
)


def test_a_widget_goes_on_in_a_mailbox_of_the_same_file(desk: Desk) -> None:
    text = f"version: 1\nchannels:\n  {MAIL}\n  a: {{type: widget, key: a, continue_via: [mail]}}\n"
    assert desk.load(text, {"P": LONG}).channels["a"].continued_by == ("mail",)


@pytest.mark.parametrize(
    ("named", "code", "place", "words"),
    [
        ("[mial]", "unknown_inbox", 0, 'no inbox "mial"'),
        (
            "[mail, a]",
            "cannot_continue",
            1,
            "cannot go on in channels.a",
        ),
        ("[mail, mail]", "duplicate_value", 1, "twice"),
    ],
)
def test_what_a_widget_goes_on_in_must_be_there_and_able_to(
    desk: Desk, named: str, code: str, place: int, words: str
) -> None:
    text = (
        f"version: 1\nchannels:\n  {MAIL}\n  a: {{type: widget, key: a, continue_via: {named}}}\n"
    )
    desk.environ["P"] = LONG
    problem = desk.problem(text)
    assert (problem.code, problem.path) == (code, f"channels.a.continue_via.{place}")
    assert words in str(problem)


def test_which_inboxes_can_take_over_is_told(desk: Desk) -> None:
    text = f"version: 1\nchannels:\n  {MAIL}\n  a: {{type: widget, key: a, continue_via: [x]}}\n"
    desk.environ["P"] = LONG
    assert "inboxes that can take over: mail" in str(desk.problem(text))


def test_customers_are_mailed_after_a_minute_unless_it_is_off(desk: Desk) -> None:
    usual = desk.load("version: 1\n").notify.customer
    assert (usual.email_if_unseen, usual.max_messages) == (timedelta(minutes=1), 10)
    assert usual.min_interval == timedelta(minutes=5)
    off = desk.load("version: 1\nnotify: {customer: {email_if_unseen: off}}\n")
    assert off.notify.customer.email_if_unseen is None
