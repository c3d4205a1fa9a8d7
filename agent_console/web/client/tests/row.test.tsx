import { beforeEach, describe, expect, it } from "vitest";
import { act } from "preact/test-utils";
import { RowItem } from "../src/components/row-item.tsx";
import { rowMenu } from "../src/components/row-menu.ts";
import { isItem } from "../src/components/menu.tsx";
import { now } from "../src/store/clock.ts";
import { recallDrafts, writeDraft } from "../src/store/drafts.ts";
import { adopt } from "../src/store/session.ts";
import { nobodyTypes, somebodyTypes } from "../src/store/signs.ts";
import { row, session, T0 } from "./samples.ts";
import { show } from "./show.ts";
import type { Row } from "../src/api/types.ts";

const last = { kind: "incoming" as const, author: null, text: "Де моє замовлення? <img onerror=x>", at: T0, message_id: 3 };
const draw = (of: Row): HTMLElement => show(<RowItem row={of} stop />);
const words = (of: Row): string => draw(of).querySelector(".row-link")!.textContent!;

beforeEach(() => {
  localStorage.clear();
  adopt(session());
  recallDrafts();
  now.value = T0 + 60_000;
});

describe("a row of the list", () => {
  it("r17 r19 s14 names the customer and shows the last message as text", () => {
    const place = draw(row({ id: 1, last }));
    expect(place.querySelector(".row-name")!.textContent).toBe("Олена 1");
    expect(place.querySelector(".row-text")!.textContent).toBe("Де моє замовлення? <img onerror=x>");
    expect(place.querySelector("img")).toBeNull();
  });

  it("r18 says who spoke last", () => {
    expect(words(row({ id: 1, last: { ...last, kind: "outgoing", author: "lucia", text: "Перевіряю" } }))).toContain("Lucía: Перевіряю");
    expect(words(row({ id: 1, last: { ...last, kind: "outgoing", author: "anna", text: "Перевіряю" } }))).toContain("You: Перевіряю");
  });

  it("r14 marks a new conversation until it was opened or taken", () => {
    expect(draw(row({ id: 1, is_new: true })).querySelector("[data-new]")!.textContent).toContain("New conversation");
    expect(draw(row({ id: 1 })).querySelector("[data-new]")).toBeNull();
  });

  it("r15 says who is responsible in words", () => {
    expect(words(row({ id: 1, assignee: "olena" }))).toContain("Responsible: Олена Шевчук");
    expect(words(row({ id: 1 }))).not.toContain("Responsible");
  });

  it("r16 s15 has the channel's icon with a name, and tells two of one kind apart", () => {
    const name = (inbox: string): string | null | undefined => draw(row({ id: 1, inbox })).querySelector(".avatar-channel [role=img]")?.getAttribute("aria-label");
    expect(name("shop_tg")).toBe("Telegram: Shop bot");
    expect(name("other_tg")).toBe("Telegram: Служба доставки");
    expect(words(row({ id: 1, inbox: "other_tg" }))).toContain("Служба доставки");
  });

  it("j01 bears the channel's badge and the bot's for as long as only the program has answered", () => {
    const bot = (of: Row): HTMLElement | null => draw(of).querySelector("[data-bot]");
    const place = draw(row({ id: 1, inbox: "shop_tg", answered_by: "program" }));
    expect(place.querySelector(".avatar-channel [role=img]")!.getAttribute("aria-label")).toBe("Telegram: Shop bot");
    const badge = place.querySelector("[data-bot]")!;
    expect(badge.querySelector("[aria-hidden=true]:not(svg)")!.textContent).toBe("Bot");
    expect(badge.querySelector(".sr-only")!.textContent).toBe("So far only the program has answered");
    expect(bot(row({ id: 1, answered_by: "agent" }))).toBeNull();
    expect(bot(row({ id: 1 }))).toBeNull();
  });

  it("j25 shows what the customer gave it, in words as well", () => {
    const chip = draw(row({ id: 1, rated: 4 })).querySelector("[data-rated]")!;
    expect(chip.textContent).toBe("★ 4Rated 4 by the customer");
    expect(draw(row({ id: 1 })).querySelector("[data-rated]")).toBeNull();
  });

  it("d07 r20 s14 o15 counts the unread, and is bold then", () => {
    const place = draw(row({ id: 1, incoming_count: 5 }, { mark: { seen: 3, message_id: 1 } }));
    expect(place.querySelector(".badge")!.textContent).toContain("2 unread messages");
    expect(place.querySelector(".row")!.classList).toContain("unread");
    expect(draw(row({ id: 1, incoming_count: 5 }, { mark: { seen: 5, message_id: 1 } })).querySelector(".badge")).toBeNull();
  });

  it("r21 shows the time today and the date before", () => {
    const at = (moment: number): string => draw(row({ id: 1, last: { ...last, at: moment } })).querySelector("time")!.textContent!;
    expect(at(T0)).toMatch(/^\d{1,2}:\d{2}/);
    expect(at(T0 - 40 * 86_400_000)).toMatch(/[A-Z][a-z]{2}/);
  });

  it("r22 has the wait as text, icon and state", () => {
    const place = draw(row({ id: 1, waiting_since: T0 + 60_000 - 222_000 }));
    const chip = place.querySelector("[data-wait]")!;
    expect(chip.getAttribute("data-wait")).toBe("over");
    expect(chip.textContent).toContain("3:42");
    expect(chip.textContent).toContain("+0:42");
    expect(chip.textContent).toContain("over the limit by 0:42");
    expect(chip.querySelector("svg")).not.toBeNull();
  });

  it("s21 shows a draft as the last communication, and typing before it", () => {
    const place = draw(row({ id: 1, last }));
    act(() => writeDraft(1, "reply", "Вітаю, Олено"));
    expect(place.querySelector(".row-text")!.textContent).toBe("Draft: Вітаю, Олено");
    act(() => somebodyTypes(1, { kind: "customer" }));
    expect(place.querySelector(".row-text")!.textContent).toBe("typing…");
    act(() => nobodyTypes(1));
    expect(place.querySelector(".row-text")!.textContent).toContain("Draft");
  });

  it("is one link, to the conversation's own address", () => {
    expect(draw(row({ id: 42 })).querySelector("a")!.getAttribute("href")).toBe("/console/c/42");
  });
});

describe("a row's menu", () => {
  const ids = (of: Row): string[] => rowMenu(of).filter(isItem).map((item) => item.id);

  it("s10 offers to mark it unread, or read where it is unread", () => {
    expect(ids(row({ id: 1, incoming_count: 0 }))).toContain("unread");
    expect(ids(row({ id: 1, incoming_count: 2 }))).toContain("read");
  });

  it("offers only the verbs that the row allows", () => {
    expect(ids(row({ id: 1 }, { can: ["take", "close"] }))).toEqual(["open", "read", "link", "follow", "only", "select", "take", "close"]);
    expect(ids(row({ id: 1 }, { can: [] }))).toEqual(["open", "read", "link", "follow", "only", "select"]);
  });
});
