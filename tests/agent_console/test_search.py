"""Finding messages and people."""

from tests.agent_console.office import Agent, Office


async def test_d48_two_hits_in_one_dialog_are_two_results_each_with_its_message(
    office: Office, pavel: Agent
) -> None:
    conversation, first = await office.customer_writes("Где мой заказ?")
    _, second = await office.customer_writes("Заказ номер 7 🎁")
    await office.customer_writes("погода хорошая")

    hits = (await pavel.get("/api/search", q="заказ"))["hits"]

    assert [hit["message"]["id"] for hit in hits] == [second, first]
    assert {hit["row"]["conversation"]["id"] for hit in hits} == {conversation}
    assert [p["text"] for p in hits[1]["message"]["snippet"] if p["hit"]] == ["заказ"]


async def test_d48_nothing_found_is_an_empty_list(office: Office, pavel: Agent) -> None:
    await office.customer_writes()

    assert await pavel.get("/api/search", q="нетакогослова") == {"hits": [], "next": None}
    assert await pavel.get("/api/search", q="") == {"hits": [], "next": None}
    assert await pavel.get("/api/search", q='"*(^:-') == {"hits": [], "next": None}


async def test_a_word_is_found_by_its_beginning_whatever_its_case(
    office: Office, pavel: Agent
) -> None:
    _, message = await office.customer_writes("Доставка в Ужгород")

    hits = (await pavel.get("/api/search", q="УЖГ дост"))["hits"]

    assert [hit["message"]["id"] for hit in hits] == [message]


async def test_a_person_is_found_by_name(office: Office, pavel: Agent) -> None:
    conversation, _ = await office.customer_writes(sender={"name": "Олена Коваль"})

    (hit,) = (await pavel.get("/api/search", q="коваль"))["hits"]

    assert hit["message"] is None
    assert hit["row"]["conversation"]["id"] == conversation


async def test_r12_search_and_filter_combine(office: Office, pavel: Agent) -> None:
    mine, _ = await office.customer_writes("заказ раз", customer="a-customer")
    other, _ = await office.customer_writes("заказ два", customer="b-customer", inbox="blog")
    await pavel.act("take", mine)

    async def found(**filters: str) -> set[int]:
        hits = (await pavel.get("/api/search", q="заказ", **filters))["hits"]
        return {hit["row"]["conversation"]["id"] for hit in hits}

    assert await found() == {mine, other}
    assert await found(folder="mine") == {mine}
    assert await found(folder="new") == {other}
    assert await found(inbox="blog") == {other}
    assert await found(folder="mine", inbox="blog") == set()


async def test_pages_of_hits_follow_each_other(office: Office, pavel: Agent) -> None:
    ids = [(await office.customer_writes(f"заказ {n}"))[1] for n in range(5)]

    first = await pavel.get("/api/search", q="заказ", limit=2)
    second = await pavel.get("/api/search", q="заказ", limit=2, after=first["next"])
    third = await pavel.get("/api/search", q="заказ", limit=2, after=second["next"])

    found = [hit["message"]["id"] for page in (first, second, third) for hit in page["hits"]]
    assert found == ids[::-1]
    assert third["next"] is None


async def test_notes_are_found_too_and_answers_by_who_wrote_them(
    office: Office, pavel: Agent
) -> None:
    conversation, _ = await office.customer_writes()
    await pavel.says(conversation, "секретное слово", kind="note")

    (hit,) = (await pavel.get("/api/search", q="секретн"))["hits"]

    assert hit["message"]["kind"] == "note"
    assert hit["message"]["author"] == {"kind": "agent", "id": "pavel", "name": "Павел"}
