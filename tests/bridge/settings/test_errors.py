"""How errors are told: all at once, each at its place, and never with a secret."""

import json

import pytest

from bridge.settings import ConfigError, Problem
from bridge.settings.codes import CODES
from scripts.config_errors import ENVIRON
from tests.bridge.settings.files import LONG, Desk


def shown(problem: Problem) -> list[str]:
    """Return the lines of a problem, without the folder of the file."""
    return str(problem).replace(problem.source, "deskbridge.yaml").splitlines()


def test_an_error_is_told_with_its_place_its_line_a_caret_the_nearest_name_and_help(
    desk: Desk,
) -> None:
    problem = desk.problem("version: 1\nagents:\n  anna: {name: Анна, rol: agent}\n")
    assert shown(problem) == [
        'deskbridge.yaml:3:22: error[unknown_key] agents.anna.rol: there is no key "rol" here',
        "    3 |   anna: {name: Анна, rol: ***}",
        '      |                      ^^^ did you mean "role"?',
        (
            "   help: keys here: name, email, role, languages, limit, hours, slack, telegram, "
            "oidc, inboxes, bot"
        ),
    ]


def test_the_last_line_counts_the_errors(desk: Desk) -> None:
    one = desk.error("version: 2\n")
    assert str(one).splitlines()[-1] == "1 error. Nothing was changed."
    two = desk.error("version: 2\nserver: {demo: 1}\n")
    assert str(two).splitlines()[-1] == "2 errors. Nothing was changed."


def test_every_error_of_a_file_is_told_at_once_in_the_order_of_its_lines(desk: Desk) -> None:
    error = desk.error(
        """\
        version: 1
        server:
          listen: nonsense
          listen: again
          secret_key: hunter2
          public_url: ${PUBLIC}
        locale: {default: uk, available: [en]}
        agents:
          Anna: {name: A}
          b: {name: B, email: x@y.zz, unknown: 1}
          c: {name: C, email: x@y.zz}
        channels:
          site: {type: wigdet}
          shop: {type: widget, key: k, greeting: {es: Hola}, pre_chat: [{field: x}]}
          club: {type: widget, key: k}
        routing: {max_wait: 3}
        quick_replies: {a: {shortcut: a, text: "{{x}}"}}
        """,
        {"DESKBRIDGE_LOGGING__LEVEL": "loud"},
    )
    found = [(problem.line, problem.code, problem.path) for problem in error.problems]
    assert found == [
        (3, "bad_address", "server.listen"),
        (4, "duplicate_key", "server.listen"),
        (5, "inline_secret", "server.secret_key"),
        (6, "unset_variable", "server.public_url"),
        (7, "unknown_locale", "locale.default"),
        (9, "bad_id", "agents.Anna"),
        (10, "unknown_key", "agents.b.unknown"),
        (11, "duplicate_value", "agents.c.email"),
        (13, "unknown_kind", "channels.site.type"),
        (14, "unknown_locale", "channels.shop.greeting.es"),
        (14, "missing_key", "channels.shop.pre_chat.0.field"),
        (15, "duplicate_value", "channels.club.key"),
        (16, "bad_duration", "routing.max_wait"),
        (17, "unknown_variable", "quick_replies.a.text"),
        (None, "not_a_choice", "logging.level"),
    ]


def test_a_value_that_is_missing_from_outside_is_not_told_a_second_time(desk: Desk) -> None:
    problem = desk.problem("version: 1\nserver: {listen: '${A}'}\n")
    assert problem.code == "unset_variable"


def test_two_references_that_lead_nowhere_in_two_values_are_two_errors(desk: Desk) -> None:
    error = desk.error("version: 1\nserver: {listen: '${A}', public_url: 'https://${B}'}\n")
    assert [problem.column for problem in error.problems] == [19, 47]


def test_the_caret_stands_under_the_reference_inside_the_value(desk: Desk) -> None:
    problem = desk.problem("version: 1\nserver:\n  public_url: https://${HOST}:8443\n")
    assert problem.excerpt is not None
    assert problem.excerpt[problem.caret : problem.caret + problem.width] == "${HOST}"


def test_wide_and_combining_letters_do_not_move_the_caret(desk: Desk) -> None:
    problem = desk.problem("version: 1\nagents: {a: {name: '👋 é 日本', rol: x}}\n")
    caret = str(problem).splitlines()[2]
    # Six cells more than a line of single letters: the hand and two ideographs are two wide,
    # and the accent takes none.
    assert caret.index("^") == len("    2 | agents: {a: {name: '__ e ____', ")


def test_a_tab_takes_one_column(desk: Desk) -> None:
    problem = desk.problem('version: 1\nagents: {a: {name: "A\tB", rol: x}}\n')
    assert problem.excerpt is not None
    assert "\t" not in problem.excerpt
    assert problem.excerpt[problem.caret : problem.caret + problem.width] == "rol"


def test_a_very_long_line_is_cut_around_the_caret(desk: Desk) -> None:
    replies = ", ".join(f"r{n}: {{shortcut: s{n}, text: {'x' * 50}}}" for n in range(100))
    text = f"version: 1\nquick_replies: {{{replies}, bad: {{shortcut: a, txt: b}}}}\n"
    problem = next(p for p in desk.error(text).problems if p.code == "unknown_key")
    assert problem.excerpt is not None
    assert len(problem.excerpt) < 130
    assert problem.excerpt[problem.caret : problem.caret + problem.width] == "txt"


def test_control_characters_are_not_passed_on_to_the_terminal(desk: Desk) -> None:
    error = desk.error('version: 1\nagents: {"a\\e[31m": {name: A}, b: {name: "\\e[31m", x: 1}}\n')
    assert "\x1b" not in str(error)
    error = desk.error("version: 1\nserver: {listen: \x1b[31m}\n")
    assert "\x1b" not in str(error)


def test_an_error_in_a_list_names_the_item(desk: Desk) -> None:
    problem = desk.problem(
        "version: 1\nserver:\n  trusted_proxies:\n    - 127.0.0.1\n    - proxy\n"
    )
    assert (problem.path, problem.line, problem.column) == ("server.trusted_proxies.1", 5, 7)


def test_an_error_in_a_block_of_several_lines_is_told_at_its_beginning(desk: Desk) -> None:
    text = "version: 1\nquick_replies:\n  a:\n    shortcut: a\n    text: |\n      x\n      {{y}}\n"
    problem = desk.problem(text)
    assert (problem.line, problem.column) == (5, 11)


def test_an_error_reached_through_an_alias_is_told_at_the_value(desk: Desk) -> None:
    text = "version: 1\nagents:\n  a: &x {name: A, email: a@b.cd}\n  b: *x\n"
    assert desk.problem(text).code == "duplicate_value"


def test_a_syntax_error_looks_like_any_other(desk: Desk) -> None:
    problem = desk.problem("version: 1\nserver: {demo: true\nagents: {}\n")
    assert shown(problem)[0] == (
        "deskbridge.yaml:3:7: error[yaml_syntax] "
        "a { is opened and not closed, or a comma is missing"
    )
    assert shown(problem)[1:3] == ["    3 | agents: {}", "      |       ^"]


def test_a_limit_is_explained_by_the_setting_s_own_words(desk: Desk) -> None:
    problem = desk.problem("version: 1\nconversation: {max_length: 0}\n")
    assert problem.message == "this must be 1 or more"
    assert problem.help.startswith("The longest message")


# --- Codes ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", [code for code in CODES if CODES[code].wrong])
def test_the_example_of_a_code_earns_exactly_that_code(desk: Desk, code: str) -> None:
    try:
        found = desk.examined(CODES[code].wrong, ENVIRON).warnings
    except ConfigError as error:
        found = error.problems
    assert [problem.code for problem in found] == [code]


def test_only_codes_that_no_single_file_can_earn_have_no_example() -> None:
    without = {code for code in CODES if not CODES[code].wrong}
    assert without == {"file_unreadable", "env_file", "override_conflict"}


def test_every_code_says_what_it_means_and_what_to_do() -> None:
    for code in CODES.values():
        assert code.meaning.endswith(".")
        assert code.help
        assert not code.help.endswith(".")


# --- For programs --------------------------------------------------------------------


def test_json_holds_what_the_text_holds(desk: Desk) -> None:
    error = desk.error("version: 1\nserver: {listn: x, demo: 1}\n")
    told = json.loads(error.as_json())
    assert told["errors"] == 2
    first, second = told["problems"]
    assert first["code"] == "unknown_key"
    assert (first["line"], first["column"], first["nearest"]) == (2, 10, "listen")
    assert first["source"] == str(desk.path)
    assert second["help"] == CODES["wrong_type"].help


def test_an_error_says_how_many_problems_it_holds_even_without_rendering() -> None:
    error = ConfigError([Problem(code="bad_id", path="a", message="no", source="x.yaml")])
    assert error.args == ("1 problems",)


# --- Secrets -------------------------------------------------------------------------

CANARY = "Zx9-canary-Qw3rty0123456789abcdefGHIJ"


@pytest.mark.parametrize(
    "text",
    [
        # A secret where a reference is wanted.
        f"version: 1\nserver: {{secret_key: {CANARY}}}\n",
        f"version: 1\nserver: {{secret_key: '{CANARY}', listn: x}}\n",
        f'version: 1\nserver: {{secret_key: "{CANARY}", demo: 1}}\n',
        f"version: 1\nserver: {{secret_key: [{CANARY}]}}\n",
        f"version: 1\nserver: {{secret_key: {{{CANARY}: 1}}}}\n",
        f"version: 1\nserver: {{secret_key: {{a: {CANARY}, a: 2}}}}\n",
        f"version: 1\nserver: {{secret_key: '${{X:-{CANARY}}}'}}\n",
        f"version: 1\nserver: {{secret_key: '${{{CANARY}'}}\n",
        f"version: 1\nserver: {{secret_key: !x {CANARY}}}\n",
        f"version: 1\nserver:\n  secret_key: >\n    {CANARY}\n    more\n",
        f"version: 1\nchannels: {{a: {{type: widget, key: a, identity_secret: [{CANARY}]}}}}\n",
        # Under a key that is not known, or in a place that is not.
        f"version: 1\nserver: {{secret_kee: {CANARY}}}\n",
        f"version: 1\nserver: {{token: {CANARY}, listn: x}}\n",
        f"version: 1\nsecrets: {{a: {{b: [{CANARY}]}}}}\n",
        f"version: 1\nchannels: {{a: {{type: telepathy, token: {CANARY}}}}}\n",
        f"version: 1\nchannels: {{a: {{token: {CANARY}}}}}\n",
        f"version: 1\nserver: {{secret_key, {CANARY}}}\n",
        f"version: 1\n{CANARY}\n",
        f"- {CANARY}\n",
        f"{CANARY}\n",
        # Where something else is wanted.
        f"version: {CANARY}\n",
        f"version: 1\nserver: {{listen: {CANARY}}}\n",
        f"version: 1\nlogging: {{level: {CANARY}}}\n",
        f"version: 1\nlocale: {{timezone: {CANARY}, default: {CANARY}}}\n",
        f"version: 1\nagents: {{{CANARY}: {{name: A}}}}\n",
        f"version: 1\nchannels: {{a: {{type: {CANARY}}}}}\n",
        f"version: 1\nquick_replies: {{a: {{shortcut: a, text: '{{{{{CANARY}}}}}'}}}}\n",
        f"version: 1\nstorage: {{database: 'postgresql://anna:{CANARY}@db/x'}}\n",
        # In a comment beside a mistake.
        f"version: 1\nserver: {{demo: 1}} # was {CANARY}\n",
        f"version: 1\nserver: {{demo: 1, # {CANARY}\n  listn: 2}}\n",
        # In a file that is no YAML.
        f"version: 1\nserver: {{secret_key: {CANARY}: x}}\n",
        f"version: 1\nserver: {{secret_key: '{CANARY}}}\n",
        f"version: 1\nserver:\n  secret_key {CANARY}\n  demo: true\n",
        f"version: 1\nserver: {{secret_key: *{CANARY}}}\n",
        f"version: 1\nserver: {{secret_key: @{CANARY}}}\n",
        f"version: 1\nserver: {{secret_key: &{CANARY} a, x: &{CANARY} b}}\n",
        f"version: 1\nserver: {{secret_key: !{CANARY}!x a}}\n",
        f"version: 1\nserver: {{sec\x01ret_key: {CANARY}}}\n",
        f"version: 1\nserver: {{secret_key: {CANARY}\x01}}\n",
        f"version: 1\nserver: {{secret_key: {CANARY} # x\n",
    ],
)
def test_a_secret_written_anywhere_in_the_file_is_in_no_error(desk: Desk, text: str) -> None:
    error = desk.error(text)
    told = str(error) + error.as_json() + repr(error) + repr(error.problems)
    assert "canary" not in told


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nserver: {listen: '${C}'}\n",
        "version: 1\nserver: {public_url: 'https://${C}/x', demo: '${C}'}\n",
        "version: 1\nserver: {trusted_proxies: '${C}'}\n",
        "version: '${C}'\n",
        "version: 1\nagents: {a: {name: A, role: '${C}', email: '${C}'}}\n",
        "version: 1\nagents: {a: {name: A, email: 'x@${C}.d'}, b: {name: A, email: 'x@${C}.d'}}\n",
        "version: 1\nchannels: {a: {type: '${C}'}}\n",
        "version: 1\nchannels: {a: {type: widget, key: '${C}!', origins: ['${C}']}}\n",
        "version: 1\nlocale: {default: '${C}', timezone: '${C}', available: ['${C}']}\n",
        "version: 1\nrouting: {max_wait: '${C}', uncertain: '${C}'}\n",
        "version: 1\nstorage: {database: '${C}', media: {max_upload: '${C}'}}\n",
        "version: 1\nserver: {secret_key: '${file:c}', x: 1}\n",
        "version: 1\nserver: {listen: '${file:c}'}\n",
        "version: 1\nquick_replies: {a: {shortcut: '${C} x', text: '{{${C}}}'}}\n",
        "version: 1\nstaff: {a: {type: web, panel: '${C}'}}\n",
    ],
)
def test_a_value_from_outside_is_in_no_error(desk: Desk, text: str) -> None:
    # Neither a name nor long, so that nothing but where it comes from gives it away.
    secret = "hunter2"
    (desk.folder / "c").write_text(secret)
    error = desk.error(text, {"C": secret})
    told = str(error) + error.as_json() + repr(error) + repr(error.problems)
    assert secret not in told


def test_a_reference_is_shown_and_what_stands_beside_it_is_not(desk: Desk) -> None:
    text = "version: 1\nserver: {secret_key: '${KEY}', demo: 1}\n"
    assert "secret_key: '${KEY}', demo: 1" in str(desk.error(text, {"KEY": LONG}))
    text = "version: 1\nserver: {secret_key: 'x${KEY}', demo: 1}\n"
    assert "secret_key: ***, demo: 1" in str(desk.error(text, {"KEY": LONG}))


def test_an_error_has_no_secret_in_its_traceback(desk: Desk) -> None:
    error = desk.error(f"version: 1\nserver: {{secret_key: {CANARY}}}\n")
    # Python prints the causes of an error too.
    assert error.__cause__ is None
    assert error.__context__ is None
