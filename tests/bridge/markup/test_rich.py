from typing import Any

from hypothesis import given

from bridge.markup import parse, to_rich
from tests.bridge.markup.rich import PIECES, check, letters, walk


def t(value: str) -> dict[str, Any]:
    return {"t": "text", "v": value}


def mark(kind: str, value: str) -> dict[str, Any]:
    return {"t": kind, "c": [t(value)]}


def rich(text: str) -> list[dict[str, Any]] | None:
    return to_rich(text, "markdown")


def test_bold_italic_struck_out_and_code_are_marks() -> None:
    assert rich("**жир** _наклон_ *тоже* ~~нет~~ `x*y*`") == [
        mark("b", "жир"),
        t(" "),
        mark("i", "наклон"),
        t(" "),
        mark("i", "тоже"),
        t(" "),
        mark("s", "нет"),
        t(" "),
        {"t": "code", "v": "x*y*"},
    ]


def test_text_without_formatting_is_left_to_be_shown_as_it_is() -> None:
    assert rich("Добрый день!\n\nВсё пришло 👍🏽, спасибо. 5 * 3 = 15, a_b_c, #1") is None


def test_plain_text_is_never_formatted_but_its_addresses_are_links() -> None:
    assert to_rich("**нет**\n> нет", "plain") is None
    assert to_rich("**нет** http://x.co/a_b\nда", "plain") == [
        t("**нет** "),
        {"t": "a", "href": "http://x.co/a_b", "c": [t("http://x.co/a_b")]},
        {"t": "br"},
        t("да"),
    ]


def test_asterisks_and_underscores_inside_words_stay() -> None:
    assert rich("коробка 10*20*30 и snake_case_name") is None


def test_two_asterisks_inside_a_word_are_bold() -> None:
    assert rich("**жир**ный") == [mark("b", "жир"), t("ный")]


def test_a_backslash_shows_a_mark_as_it_is() -> None:
    assert rich(r"\*не наклон\*") == [t("*не наклон*")]


def test_a_windows_path_keeps_its_backslashes() -> None:
    assert rich(r"\\server\share\.git C:\-x") is None


def test_two_backslashes_before_a_mark_are_one_and_the_mark_counts() -> None:
    assert rich(r"a\\**b**") == [t("a\\"), mark("b", "b")]


def test_an_answer_under_a_quoted_line_is_no_part_of_the_quote() -> None:
    assert rich("> вопрос\nответ") == [
        {"t": "quote", "c": [t("вопрос")]},
        mark("p", "ответ"),
    ]


def test_a_greater_than_sign_before_a_number_is_no_quote() -> None:
    assert rich(">100 грн") is None


def test_a_list_ends_where_its_lines_end() -> None:
    assert rich("Есть:\n- яблоки\n* груши\nСпасибо") == [
        mark("p", "Есть:"),
        {"t": "ul", "c": [[t("яблоки")], [t("груши")]]},
        mark("p", "Спасибо"),
    ]


def test_a_list_in_a_list_is_indented() -> None:
    assert rich("1. a\n   1. b\n\n2. c") == [
        {"t": "ol", "c": [[t("a"), {"t": "ol", "c": [[t("b")]]}], [t("c")]]}
    ]


def test_a_second_line_of_an_item_is_indented() -> None:
    assert rich("- a\n  b") == [{"t": "ul", "c": [[t("a"), {"t": "br"}, t("b")]]}]


def test_items_that_begin_indented_are_one_list() -> None:
    assert rich("   - a\n   - b") == [{"t": "ul", "c": [[t("a")], [t("b")]]}]


def test_numbers_that_do_not_count_from_one_stay_as_typed() -> None:
    assert rich("7. семь\n9. девять") is None
    assert rich("2026. Год") is None


def test_a_line_that_begins_with_an_escaped_sign_is_a_line() -> None:
    assert rich("\\- a\n\\> b\n1\\. c") == [t("- a"), {"t": "br"}, t("> b"), {"t": "br"}, t("1. c")]


def test_headings_rules_images_and_html_are_text() -> None:
    assert rich("# Заголовок\n---\n<b>нет</b> &amp;\n| a | b |") is None
    assert rich("![кот](http://x.co/c.png)") == [
        t("!"),
        {"t": "a", "href": "http://x.co/c.png", "c": [t("кот")]},
    ]


def test_a_fence_makes_a_block_of_code_and_its_language_is_left_out() -> None:
    assert rich("```python\nx * 2\n\n  y\n```") == [{"t": "pre", "v": "x * 2\n\n  y"}]


def test_a_word_after_a_fence_that_is_no_language_is_code() -> None:
    assert rich("```привет\nкак```") == [{"t": "pre", "v": "привет\nкак"}]


def test_an_unclosed_fence_is_text() -> None:
    assert rich("```\nпривет") is None


def test_a_link_shows_its_label() -> None:
    assert rich("[прайс](https://x.co/a_(1)?b=1&c=2)") == [
        {"t": "a", "href": "https://x.co/a_(1)?b=1&c=2", "c": [t("прайс")]}
    ]


def test_a_link_without_a_label_shows_its_address() -> None:
    assert rich("[](https://x.co)") == [
        {"t": "a", "href": "https://x.co", "c": [t("https://x.co")]}
    ]


def test_a_link_that_leads_nowhere_good_is_text() -> None:
    for href in (
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "//x.co/a",
        "/console",
        "#x",
        "",
        "java\tscript:x",
        "\x01javascript:x",
    ):
        nodes = parse(f"[x]({href})", "markdown")
        assert [node["t"] for node in walk(nodes) if node["t"] == "a"] == [], href


def test_phones_and_mail_may_be_linked() -> None:
    nodes = parse("[a](tel:+380441234567) [b](mailto:a@b.co)", "markdown")
    assert [n["href"] for n in nodes if n["t"] == "a"] == ["tel:+380441234567", "mailto:a@b.co"]


def test_marks_do_not_break_an_address() -> None:
    nodes = parse("**https://x.co/__init__.py** _http://x.co/_", "markdown")
    assert [n["href"] for n in walk(nodes) if n["t"] == "a"] == [
        "https://x.co/__init__.py",
        "http://x.co/",
    ]


def test_no_link_stands_in_a_link() -> None:
    nodes = parse("[see example.com](https://x.co)", "markdown")
    assert [n["href"] for n in walk(nodes) if n["t"] == "a"] == ["https://x.co"]


def test_marks_too_deep_stay_as_typed() -> None:
    source = "**a _b " * 20 + "_ b** " * 20
    nodes = parse(source, "markdown")
    assert depth(nodes) < 20
    check(nodes)


def test_quotes_too_deep_stay_as_typed() -> None:
    nodes = parse("> " * 50 + "слово", "markdown")
    assert depth(nodes) < 10
    assert letters("".join(n.get("v", "") for n in walk(nodes))) == list("слово")


def depth(nodes: list[dict[str, Any]]) -> int:
    inner = [child for n in nodes for child in (n["c"] if n["t"] in ("ul", "ol") else [n.get("c")])]
    return 1 + max((depth(child) for child in inner if child), default=0)


@given(PIECES)
def test_every_node_is_one_of_the_wires_and_no_address_is_unsafe(source: str) -> None:
    check(parse(source, "markdown"))
    check(parse(source, "plain"))


@given(PIECES)
def test_rich_is_nothing_only_where_the_bare_text_says_the_same(source: str) -> None:
    if rich(source) is None:
        shown = [node["v"] for node in walk(parse(source, "markdown")) if "v" in node]
        assert "".join("".join(shown).split()) == "".join(source.split())
