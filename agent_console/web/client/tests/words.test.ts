import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { speak } from "../src/i18n/index.ts";
import { adopt } from "../src/store/session.ts";
import { errorText, eventLine, failureText, lastLine, markText, messageLine, nameOfContact, shortUrl } from "../src/store/words.ts";
import { message, session } from "./samples.ts";

beforeEach(() => adopt(session()));
afterEach(() => speak("en"));

describe("s50 reasons of a failure", () => {
  const failed = (reason?: string, detail?: string) => failureText({ state: "failed", at: 0, ...(reason !== undefined && { reason }), ...(detail !== undefined && { detail }) });

  it("are told apart, in the agent's language", async () => {
    await speak("uk");
    expect(failed("internal")).toContain("модуля каналу");
    expect(failed("not_yours")).toBe("це не ваш діалог.");
    expect(failed("visitor_left")).toBe("відвідувач пішов із сайту. Якщо повернеться, побачить.");
  });

  it("are the server's own sentence where we have no words for the code", () => {
    expect(failed("moon_phase", "The moon is wrong.")).toBe("The moon is wrong.");
    expect(failed()).toBe("the network gave no reason.");
  });

  it("never look a reason up among other words", () => {
    expect(failed("toString")).toBe("the network gave no reason.");
  });

  it("stand in the mark's tooltip", () => {
    expect(markText({ state: "failed", reason: "internal", at: 0 })).toBe("Not sent: the channel's module failed. Please tell your administrator.");
    expect(markText({ state: "delivered", at: 0 })).toBe("Delivered");
  });
});

describe("refusals", () => {
  it("d11 d14 name the colleague who was faster", () => {
    expect(errorText({ code: "taken", message: "", detail: { agent: "lucia", name: "Lucía" } })).toBe("Lucía was faster: the conversation is taken.");
    expect(errorText({ code: "taken", message: "", detail: { agent: "lucia" } })).toContain("Lucía");
  });

  it("d20 name the limit of a file", () => {
    expect(errorText({ code: "too_large", message: "", detail: { limit: 4 * 1024 * 1024 } })).toBe("The file is too large: at most 4 MB.");
  });

  it("keep the server's sentence for a code of a later version", () => {
    expect(errorText({ code: "brand_new", message: "Something new.", detail: {} })).toBe("Something new.");
  });
});

describe("s20 events", () => {
  const line = (verb: string, data: Record<string, unknown>): string => eventLine({ verb, data }, "José");

  it("name the actor, and call me you", () => {
    expect(line("taken", { by: "lucia" })).toBe("Lucía took the conversation");
    expect(line("taken", { by: "anna" })).toBe("You took the conversation");
    expect(line("assigned", { by: "lucia", to: "anna" })).toBe("Lucía assigned the conversation to you");
  });

  it("j24 j25 tell what customers answer, rate and add", () => {
    expect(line("no_questions", {})).toBe("José answered: no more questions");
    expect(line("rated", { score: 4, scale: 5 })).toBe("José rated the conversation 4 of 5");
    expect(line("commented", { comment: "Fast 🌷" })).toBe("José added to the rating: “Fast 🌷”");
    expect(line("closed", { reason: "customer" })).toBe("José has no more questions: the conversation is closed");
  });

  it("tell a person's closing from that of the clock", () => {
    expect(line("closed", { by: "lucia" })).toBe("Lucía closed the conversation");
    expect(line("closed", { reason: "inactivity" })).toBe("Closed: the customer went quiet");
  });

  it("tell where the customer came from", () => {
    expect(line("opened", { url: "https://shop.example.com/orders/4821?x=1", source: "spring" })).toBe("José began the conversation on /orders/4821?x=1 · from spring");
    expect(line("opened", {})).toBe("José began the conversation");
  });

  it("list the fields of an edited contact in words", () => {
    expect(line("contact_edited", { by: "lucia", fields: ["email", "phone"] })).toBe("Lucía edited the contact: email and phone");
  });
});

describe("lines", () => {
  it("r18 r19 the last line has its author and what it carries", () => {
    expect(lastLine({ kind: "outgoing", author: "anna", text: "Ок", at: 0, message_id: 1 })).toEqual({ author: "You", text: "Ок" });
    expect(lastLine({ kind: "incoming", author: null, text: "ось так", attachment: "image", at: 0, message_id: 1 })).toEqual({ author: null, text: "Photo · ось так" });
  });

  it("a message is told in one line", () => {
    expect(messageLine(message({ id: 1, text: "рядок\n\nдругий 🦊" }))).toBe("рядок другий 🦊");
    expect(messageLine(message({ id: 1, deleted: true }))).toBe("This message was deleted");
  });

  it("r17 a contact without a name is called by their address, or numbered", () => {
    expect(nameOfContact({ id: 7, name: null, email: "a@example.com" })).toBe("a@example.com");
    expect(nameOfContact({ id: 7, name: null })).toBe("Visitor 7");
  });

  it("an address that is none is shown as it came", () => {
    expect(shortUrl("not a url <img>")).toBe("not a url <img>");
  });
});

describe("r56 who comes back by a link", () => {
  it.each([
    ["mail", "Somebody came back to the site by the link in the mail"],
    ["invitation", "Somebody came back to the site by the invitation link"],
  ])("is told apart by the link (%s)", (origin, line) => {
    expect(eventLine({ verb: "came_back", data: { origin } }, "Olena")).toBe(line);
  });
});
