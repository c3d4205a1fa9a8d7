import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { PersonDialog } from "../src/components/person-dialog.tsx";
import type { Contact } from "../src/api/types.ts";
import { adopt } from "../src/store/session.ts";
import { toasts } from "../src/store/toasts.ts";
import { show, press } from "./show.ts";
import { session } from "./samples.ts";

const olena = { id: 118, name: "Олена", email: null, phone: null, language: null, created_at: 0, attributes: {}, identities: [], joins: [], blocks: [] } as Contact;

const fetched = vi.fn();

beforeEach(() => {
  adopt(session());
  toasts.value = [];
  fetched.mockImplementation(() => Promise.resolve(Response.json({ conversations: 2, files: 1, surfaces: [{ surface: "slack", ours: 5, staffs: 3 }] })));
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

function type(page: Element, text: string): void {
  const field = page.querySelector("input")!;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

describe("all there is of a person", () => {
  it("is a file to take away", () => {
    const link = show(<PersonDialog contact={olena} />).querySelector("[data-export-person]")!;
    expect(link.getAttribute("href")).toBe("/api/contacts/118/export");
  });

  it("goes for ever only once their number was typed, and says what stays", async () => {
    const page = show(<PersonDialog contact={olena} />);
    const button = (): HTMLButtonElement => page.querySelector("button[type=submit]")!;
    expect(button().disabled).toBe(true);
    type(page, "Олена");
    await vi.waitFor(() => expect(page.querySelector("input")!.value).toBe("Олена"));
    expect(button().disabled).toBe(true);
    type(page, "118");
    await vi.waitFor(() => expect(button().disabled).toBe(false));
    press(button());
    await vi.waitFor(() => expect(toasts.value).toHaveLength(1));
    const [address, init] = fetched.mock.lastCall as [string, RequestInit];
    expect(address).toContain("/api/contacts/118/erase");
    expect(init.body).toBe('{"confirm":"118"}');
    expect(toasts.value[0]!.text).toContain("slack");
    expect(toasts.value[0]!.text).toContain("3");
  });
});
