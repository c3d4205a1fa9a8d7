import { beforeEach, expect, describe, it } from "vitest";
import type { Contact } from "../src/api/types.ts";
import { ContactBlock } from "../src/components/panel-contact.tsx";
import { adopt } from "../src/store/session.ts";
import { row, session, T0 } from "./samples.ts";
import { press, show } from "./show.ts";

const contact: Contact = { id: 1, name: "Олена", email: null, phone: null, language: null, created_at: T0, attributes: { number: "К-77", size: "XL", plan: "gold" }, identities: [], joins: [], blocks: [] };
const field = (id: string, in_panel: boolean) => ({ id, label: id, in_panel });
const known = session();

function enter(sizeAtOnce: boolean, shows_responsible = true): void {
  adopt({
    ...known,
    inboxes: known.inboxes.map((one) => ({ ...one, shows_responsible })),
    settings: { ...known.settings, contact_fields: [field("number", true), field("size", sizeAtOnce)] },
  });
}

const panel = (): HTMLElement => show(<ContactBlock row={row({ id: 1, assignee: "lucia" })} detail={{ contact, visit: null, stamp: 0 }} />);
const names = (place: HTMLElement): string[] => [...place.querySelectorAll("[data-field]")].map((one) => one.getAttribute("data-field")!);

beforeEach(() => localStorage.clear());

describe("the fields of a person", () => {
  it("R37 are in the brief panel those that the YAML shows there, and after a press all of them", () => {
    enter(false);
    const place = panel();
    expect(names(place)).not.toContain("size");
    expect(names(place)).toContain("number");
    press(place.querySelector("[data-whole-panel]"));
    expect(names(place)).toContain("size");
    expect(names(panel())).toContain("size");
  });

  it("R37 stay as they were unfolded, even if the page is loaded anew before it is drawn", () => {
    enter(false);
    panel().querySelector<HTMLElement>("[data-whole-panel]")!.click();
    expect(localStorage.getItem("deskbridge.panel.whole")).toBe("true");
  });

  it("R37 are all there at once where none is kept out", () => {
    enter(true);
    expect(panel().querySelector("[data-whole-panel]")).toBeNull();
    expect(names(panel())).toContain("size");
  });
});

it("R38 the panel names who answers, unless the inbox has that switched off", () => {
  enter(true);
  expect(panel().querySelector("[data-responsible]")!.textContent).toBe("Lucía");
  enter(true, false);
  expect(panel().querySelector("[data-responsible]")).toBeNull();
});
