"""How often a visitor, and an address, may do what."""

from tests.channels.widget.desk import KEY, Desk, Visitor, failure


async def test_a_visitor_who_writes_too_fast_is_told_when_to_go_on() -> None:
    desk = Desk(messages_per_minute=3)
    desk.open()
    visitor, other = await desk.visitor(), await desk.visitor()
    codes = [(await visitor.write(f"{n}")).status_code for n in range(4)]
    assert codes == [201, 201, 201, 429]
    slow = await visitor.write("again")
    assert failure(slow)["code"] == "slow_down"
    assert failure(slow)["detail"] == {"retry_after": 20}
    assert slow.headers["retry-after"] == "20"
    assert (await other.write("I am somebody else")).status_code == 201
    desk.clock.tick(20)
    assert (await visitor.write("now")).status_code == 201


async def test_a_crowd_of_sessions_from_one_address_is_slowed_down_and_another_is_not() -> None:
    desk = Desk(messages_per_minute=10)
    desk.open()
    async with desk.client("203.0.113.7") as crowd, desk.client("198.51.100.1") as other:
        url = f"/widget/{KEY}/api/session"
        codes = [(await crowd.post(url, json={})).status_code for _ in range(12)]
        assert codes == [200] * 10 + [429] * 2
        assert (await other.post(url, json={})).status_code == 200


async def test_messages_of_many_sessions_from_one_address_are_slowed_down_together() -> None:
    desk = Desk(messages_per_minute=1)
    desk.open()
    codes = []
    for n in range(25):
        visitor = Visitor(desk, desk.client("203.0.113.7"))
        session = desk.parts.tokens.anonymous()
        visitor.token = desk.parts.tokens.issue(session)
        codes.append((await visitor.write(f"{n}")).status_code)
    assert codes == [201] * 20 + [429] * 5


async def test_a_forwarded_address_counts_only_from_a_trusted_proxy() -> None:
    desk = Desk(messages_per_minute=10, trusted_proxies=["10.0.0.1"])
    desk.open()
    url = f"/widget/{KEY}/api/session"
    async with desk.client("10.0.0.1") as proxy, desk.client("203.0.113.9") as liar:
        through = [
            await proxy.post(url, json={}, headers={"x-forwarded-for": f"1.2.3.4, 198.51.100.{n}"})
            for n in range(15)
        ]
        lied = [
            await liar.post(url, json={}, headers={"x-forwarded-for": f"198.51.100.{n}"})
            for n in range(15)
        ]
    assert {one.status_code for one in through} == {200}
    assert [one.status_code for one in lied].count(429) == 5


async def test_uploads_are_counted_too() -> None:
    desk = Desk(messages_per_minute=20)
    desk.open()
    visitor = await desk.visitor()
    codes = [(await visitor.upload(b"a")).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
