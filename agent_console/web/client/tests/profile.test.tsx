import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { ProfileSheet } from "../src/components/profile-sheet.tsx";
import { adopt } from "../src/store/session.ts";
import { dialog } from "../src/store/ui.ts";
import type { Profile } from "../src/api/types.ts";
import { session } from "./samples.ts";
import { press, show } from "./show.ts";

const anna: Profile = { id: "anna", name: "Анна Коваль 🦊", role: "agent", email: null, teams: ["sales"], languages: ["uk", "en"], limit: 6, hours: null, slack: ["U024BE7LH"], telegram: [] };

async function opened(profile: Profile): Promise<(key: string) => string | undefined> {
  vi.stubGlobal("fetch", async (path: string) => new Response(JSON.stringify(path === "/api/me/profile" ? profile : {})));
  const page = show(<ProfileSheet />);
  await act(() => new Promise<void>((then) => setTimeout(then, 20)));
  return (key) => page.querySelector(`[data-profile=${key}]`)?.textContent ?? undefined;
}

beforeEach(() => {
  const desk = session();
  adopt({ ...desk, settings: { ...desk.settings, teams: [{ id: "sales", label: { en: "Sales" } }] } });
});

afterEach(() => vi.unstubAllGlobals());

describe("R13 my profile", () => {
  it("shows what the YAML says, and what it does not", async () => {
    const told = await opened(anna);
    expect([told("name"), told("role"), told("teams"), told("languages"), told("limit"), told("slack")]).toEqual(["Анна Коваль 🦊", "Agent", "Sales", "Ukrainian, English", "6", "U024BE7LH"]);
    expect([told("email"), told("telegram"), told("hours")]).toEqual(["not set", "not set", "not set"]);
  });

  it("tells an owner where each key stands, and nothing is to be edited", async () => {
    const told = await opened({ ...anna, role: "owner", where: { name: "desk.yaml:7" } });
    expect(told("name")).toBe("Анна Коваль 🦊desk.yaml:7");
    expect(told("role")).toBe("Owner");
    expect(document.querySelectorAll("dialog :is(input, textarea, select)")).toHaveLength(0);
  });

  it("leads to what the agent may change themselves", async () => {
    await opened(anna);
    press([...document.querySelectorAll("dialog .btn")].at(-1));
    expect(dialog.value).toEqual({ kind: "settings" });
  });
});
