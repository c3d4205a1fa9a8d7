import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test } from "vitest";
import { Thread } from "../src/components/thread.tsx";
import type { Message, Owner, Phone } from "../src/store/types.ts";

const photo: Message = {
  id: "1",
  mine: false,
  at: 0,
  spans: [],
  files: [{ kind: "photo", name: "лампа.png", url: "/files/tg/1/1/0" }],
  mark: "",
  edited: false,
  quote: "",
  buttons: [],
};
const owner: Owner = { id: "1", name: "Олена", blocked: false, open: true, typing: false, messages: [photo] };
const phone: Phone = { id: "tg", network: "telegram", inbox: "Квіти", can: [], owners: [owner], faults: 0 };

/** Draws the dialog, whose picture makes it 500 px high once it has loaded. */
function drawn(): { log: HTMLElement; load: () => void } {
  const place = document.createElement("div");
  act(() => render(<Thread phone={phone} owner={owner} />, place));
  const log = place.querySelector<HTMLElement>("[role=log]")!;
  Object.defineProperty(log, "scrollHeight", { value: 500 });
  Object.defineProperty(log, "clientHeight", { value: 200 });
  return { log, load: () => act(() => void log.querySelector("img")!.dispatchEvent(new Event("load"))) };
}

test("a picture that loads late leaves the dialog at its end", () => {
  const { log, load } = drawn();
  load();
  expect(log.scrollTop).toBe(500);
});

test("whoever has scrolled away from the end stays there", () => {
  const { log, load } = drawn();
  log.scrollTop = 40;
  act(() => void log.dispatchEvent(new Event("scroll")));
  load();
  expect(log.scrollTop).toBe(40);
});
