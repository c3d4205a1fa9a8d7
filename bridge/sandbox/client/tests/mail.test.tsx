import { render, type VNode } from "preact";
import { act } from "preact/test-utils";
import { afterEach, expect, test, vi } from "vitest";
import { Bubble } from "../src/components/bubble.tsx";
import { MailComposer } from "../src/components/mail-composer.tsx";
import { begin } from "../src/store/desk.ts";
import type { Message, Owner, Phone } from "../src/store/types.ts";

const letter: Message = {
  id: "7",
  mine: false,
  at: 0,
  subject: "Re: <b>Дві куртки</b>",
  spans: [{ text: "Які саме?", marks: [] }],
  files: [],
  mark: "",
  edited: false,
  quote: "",
  buttons: [],
};
const owner: Owner = { id: "i@b.example", name: "Ірина", blocked: false, open: true, typing: false, messages: [letter] };
const phone: Phone = { id: "m", network: "email", inbox: "Квіти", can: ["mail", "quote", "bounce"], owners: [owner], faults: 0 };

function drawn(what: VNode): HTMLElement {
  const place = document.createElement("div");
  act(() => render(what, place));
  return place;
}

function names(place: HTMLElement): (string | null)[] {
  return [...place.querySelectorAll("button")].map((one) => one.getAttribute("aria-label"));
}

function type(place: HTMLElement, selector: string, text: string): void {
  const field = place.querySelector<HTMLInputElement>(selector)!;
  field.value = text;
  act(() => void field.dispatchEvent(new Event("input", { bubbles: true })));
}

/** Sends, and waits until the answer that is there at once has been seen. */
async function submit(place: HTMLElement): Promise<void> {
  await act(async () => {
    place.querySelector("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await new Promise((done) => setTimeout(done));
  });
}

afterEach(() => {
  begin(phone.id, undefined);
  vi.unstubAllGlobals();
});

test("a subject is set as text, whatever it looks like", () => {
  expect(drawn(<Bubble phone={phone} owner={owner} message={letter} />).querySelector(".subject")!.innerHTML).toBe(
    "Re: &lt;b&gt;Дві куртки&lt;/b&gt;",
  );
});

test("what has come can be answered and returned, and what was sent cannot come back", () => {
  expect(names(drawn(<Bubble phone={phone} owner={owner} message={letter} />))).toEqual(["Reply", "Return as undeliverable"]);
  expect(names(drawn(<Bubble phone={phone} owner={owner} message={{ ...letter, mine: true }} />))).toEqual(["Reply"]);
});

test("an answer has no subject of its own", () => {
  begin(phone.id, { verb: "quote", owner: owner.id, message: letter });
  const place = drawn(<MailComposer phone={phone} owner={owner} />);
  expect(place.querySelector("input.subject")).toBeNull();
  expect(place.textContent).toContain("Answering: Re: <b>Дві куртки</b>");
});

test("a letter is sent with what it answers, and the composer is empty then", async () => {
  const sent = vi.fn((_path: string, _given: RequestInit) => Promise.resolve(new Response("{}")));
  vi.stubGlobal("fetch", sent);
  begin(phone.id, { verb: "quote", owner: owner.id, message: letter });
  const place = drawn(<MailComposer phone={phone} owner={owner} />);
  type(place, "textarea", " Червоні ");
  await submit(place);
  expect(place.querySelector("textarea")!.value).toBe("");
  const [path, given] = sent.mock.calls[0]!;
  expect(path).toBe("/api/m/owners/i%40b.example/mail");
  expect(JSON.parse(String(given.body))).toEqual({ subject: "", text: "Червоні", quote: "7", files: [] });
});

test("a letter that was refused stays to be sent again", async () => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response("No", { status: 409 })));
  const place = drawn(<MailComposer phone={phone} owner={owner} />);
  type(place, "textarea", "Червоні");
  await submit(place);
  expect(place.querySelector("textarea")!.value).toBe("Червоні");
});

test("what is written before the letter has gone is of the next one", async () => {
  let went = (_answer: Response): void => undefined;
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (went = resolve)));
  const place = drawn(<MailComposer phone={phone} owner={owner} />);
  type(place, "textarea", "Червоні");
  await submit(place);
  type(place, "input.subject", "Шарфи");
  await act(async () => {
    went(new Response("{}"));
    await new Promise((done) => setTimeout(done));
  });
  expect(place.querySelector<HTMLInputElement>("input.subject")!.value).toBe("Шарфи");
  expect(place.querySelector("textarea")!.value).toBe("");
});

test("a letter that was refused does not take the place of the next one", async () => {
  let went = (_answer: Response): void => undefined;
  vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (went = resolve)));
  const place = drawn(<MailComposer phone={phone} owner={owner} />);
  type(place, "textarea", "Червоні");
  await submit(place);
  type(place, "textarea", "А ще шарфи");
  await act(async () => {
    went(new Response("No", { status: 409 }));
    await new Promise((done) => setTimeout(done));
  });
  expect(place.querySelector("textarea")!.value).toBe("А ще шарфи");
});
