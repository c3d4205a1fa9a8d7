import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { ProfileSheet } from "../src/components/profile-sheet.tsx";
import { AgentList } from "../src/components/agent-list.tsx";
import { Bubble } from "../src/components/bubble.tsx";
import { RowItem } from "../src/components/row-item.tsx";
import { adopt, agents, setPhotos } from "../src/store/session.ts";
import { dialog } from "../src/store/ui.ts";
import type { Profile } from "../src/api/types.ts";
import { own, row, session } from "./samples.ts";
import { press, show } from "./show.ts";

const anna: Profile = { id: "anna", name: "Анна Коваль 🦊", role: "agent", email: null, teams: ["sales"], languages: ["uk", "en"], limit: 6, hours: null, slack: ["U024BE7LH"], telegram: [], may_edit: true };

async function opened(profile: Profile): Promise<(key: string) => string | undefined> {
  vi.stubGlobal("fetch", async (path: string) => new Response(JSON.stringify(path === "/api/me/profile" ? profile : path === "/api/me/sessions" ? [] : {})));
  const page = show(<ProfileSheet />);
  await act(() => new Promise<void>((then) => setTimeout(then, 20)));
  return (key) => page.querySelector(`[data-profile=${key}]`)?.textContent ?? undefined;
}

const buttons = (): (string | null)[] => [...document.querySelectorAll(".portrait .btn")].map((one) => one.textContent);
const face = (): string | undefined => document.querySelector(".portrait img")?.getAttribute("src") ?? undefined;

async function choose(file: File): Promise<void> {
  const picker = document.querySelector<HTMLInputElement>(".portrait input")!;
  Object.defineProperty(picker, "files", { value: [file], configurable: true });
  await act(() => void picker.dispatchEvent(new Event("change", { bubbles: true })));
  await act(() => new Promise<void>((then) => setTimeout(then, 5)));
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

  it("tells an owner where each key stands, and nothing of it is to be edited", async () => {
    const told = await opened({ ...anna, role: "owner", where: { name: "desk.yaml:7" } });
    expect(told("name")).toBe("Анна Коваль 🦊desk.yaml:7");
    expect(told("role")).toBe("Owner");
    expect(document.querySelectorAll("dialog .facts :is(input, textarea, select)")).toHaveLength(0);
  });

  it("leads to what the agent may change themselves", async () => {
    await opened(anna);
    press([...document.querySelectorAll("dialog .btn")].at(-1));
    expect(dialog.value).toEqual({ kind: "settings" });
  });

  it("puts up a photo and takes it away, and shows what the server says", async () => {
    await opened(anna);
    const asked: [string, string, unknown][] = [];
    vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
      asked.push([init.method!, path, init.body instanceof FormData ? (init.body.get("file") as File).name : init.body]);
      return new Response("{}");
    });
    expect(buttons()).toEqual(["Add a photo…"]);
    await choose(new File(["x"], "я.png", { type: "image/png" }));
    act(() => setPhotos({ anna: "/media/p1?preview=1" }));
    expect(face()).toBe("/media/p1?preview=1");
    expect(buttons()).toEqual(["Another photo…", "Remove the photo"]);
    press(document.querySelectorAll(".portrait .btn")[1]);
    await act(() => new Promise<void>((then) => setTimeout(then, 5)));
    act(() => setPhotos({}));
    expect(face()).toBeUndefined();
    expect(document.querySelector(".portrait .avatar")!.textContent).toBe("АК");
    expect(asked).toEqual([
      ["PUT", "/api/me/photo", "я.png"],
      ["DELETE", "/api/me/photo", undefined],
    ]);
  });

  it("offers no photo without the right, and says so", async () => {
    await opened({ ...anna, may_edit: false });
    expect(buttons()).toEqual([]);
    expect(document.querySelector(".portrait input")).toBeNull();
    expect(document.querySelector(".portrait")!.textContent).toContain("Photos are switched off for your role.");
  });
});

describe("R13 a colleague's photo", () => {
  const photo = "/media/p1?preview=1";

  it("stands in a row of the list, beside what they said, and where colleagues are picked", () => {
    setPhotos({ anna: photo });
    const mine = row({ id: 1, assignee: "anna" });
    const page = show(
      <>
        <RowItem row={mine} stop={false} />
        <Bubble message={own({ id: 2 })} row={mine} first lit={false} />
        <AgentList label="x" without={[]} onChoose={() => undefined} />
      </>,
    );
    const where = [".assignee-initials img", ".by img", "[data-agent=anna] .avatar img"];
    expect(where.map((one) => page.querySelector(one)?.getAttribute("src"))).toEqual([photo, photo, photo]);
    expect(page.querySelectorAll("img")).toHaveLength(3);
  });

  it("goes where it cannot be loaded, and letters stand there instead", () => {
    setPhotos({ anna: photo });
    const page = show(<AgentList label="x" without={[]} onChoose={() => undefined} />);
    act(() => void page.querySelector("[data-agent=anna] img")!.dispatchEvent(new Event("error")));
    expect(page.querySelector("[data-agent=anna] .avatar")!.textContent).not.toBe("");
    expect(page.querySelector("img")).toBeNull();
  });

  it("is everybody's at once: who has none any more is shown without", () => {
    setPhotos({ anna: photo, lucia: "/media/p2?preview=1" });
    setPhotos({ lucia: "/media/p2?preview=1" });
    expect(agents.value.filter((one) => "avatar_url" in one).map((one) => one.id)).toEqual(["lucia"]);
  });
});
