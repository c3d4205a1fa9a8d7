import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { Attachments } from "../src/components/attachments.tsx";
import { ForwardDialog } from "../src/components/forward-dialog.tsx";
import { findTargets, tooLargeText } from "../src/store/forwarding.ts";
import { adopt } from "../src/store/session.ts";
import { dialog } from "../src/store/ui.ts";
import type { Attachment } from "../src/api/types.ts";
import { caps, message, row, session } from "./samples.ts";
import { press, show } from "./show.ts";

const MB = 1024 * 1024;
const file: Attachment = { id: "f1", name: "счёт 😀.pdf", type: "application/pdf", size: 3 * MB, kind: "file", url: "/media/f1", state: "ready" };
const mine = row({ id: 1, inbox: "site" }, { can: ["reply"] });
const small = row({ id: 2, inbox: "shop_tg" }, { can: ["reply", "note"] });
const theirs = row({ id: 3 }, { can: ["note"] });

const asked: { path: string; body: unknown }[] = [];
let refuse: object | null = null;

const answered = (value: unknown, status = 200): Response => new Response(JSON.stringify(value), { status });

beforeEach(() => {
  const desk = session();
  adopt({ ...desk, inboxes: desk.inboxes.map((one) => (one.id === "shop_tg" ? { ...one, capabilities: caps({ limits: { file: MB } }) } : one)) });
  dialog.value = null;
  asked.length = 0;
  refuse = null;
  vi.stubGlobal("fetch", async (path: string, init: RequestInit) => {
    asked.push({ path, body: init.body === undefined ? null : JSON.parse(String(init.body)) });
    if (path.startsWith("/api/search")) return answered({ hits: [mine, mine, theirs].map((one) => ({ row: one, message: null })), next: null });
    if (path.startsWith("/api/conversations?")) return answered({ rows: [mine, small, theirs], next: null, cursor: "e-1" });
    if (refuse) return answered({ error: refuse }, 409);
    return answered({ message: message({ id: 9, conversation_id: 1 }), row: mine, cursor: "e-1" }, 201);
  });
});

afterEach(() => vi.unstubAllGlobals());

const settle = (): Promise<void> => act(() => new Promise<void>((then) => setTimeout(then, 20)));

async function opened(): Promise<HTMLElement> {
  const page = show(<ForwardDialog file={file} />);
  await settle();
  return page;
}

describe("S13 forwarding a file", () => {
  it("is offered beside a file that was sent, and not beside one that is on its way or to who only looks", () => {
    press(show(<Attachments of={[file]} sent />).querySelector(".forward"));
    expect(dialog.value).toEqual({ kind: "forward", file });
    expect(show(<Attachments of={[file]} />).querySelector(".forward")).toBeNull();
    expect(show(<Attachments of={[{ ...file, state: "pending" }]} sent />).querySelector(".forward")).toBeNull();
    const desk = session();
    adopt({ ...desk, agent: { ...desk.agent, role: "viewer" } });
    expect(show(<Attachments of={[file]} sent />).querySelector(".forward")).toBeNull();
  });

  it("finds only whom one may answer, each once", async () => {
    const ids = async (words: string): Promise<number[]> => (await findTargets(words, new AbortController().signal)).map((one) => one.conversation.id);
    expect(await ids(" ")).toEqual([1, 2]);
    expect(await ids("Олена")).toEqual([1]);
    expect(asked.at(-1)!.path).toContain(`q=${encodeURIComponent("Олена")}`);
  });

  it("sends it with words to the one who was chosen, and closes", async () => {
    const page = await opened();
    dialog.value = { kind: "forward", file };
    press(page.querySelector("[data-target='1']"));
    const words = page.querySelector("textarea")!;
    act(() => {
      words.value = "Вот он";
      words.dispatchEvent(new Event("input", { bubbles: true }));
    });
    press(page.querySelector("[type=submit]"));
    await settle();
    const { path, body } = asked.at(-1)!;
    expect(path).toBe("/api/conversations/1/forwards");
    expect(body).toMatchObject({ attachment: "f1", text: "Вот он" });
    expect(dialog.value).toBeNull();
  });

  it("names the network's limit before it is sent, and does not send", async () => {
    const page = await opened();
    press(page.querySelector("[data-target='2']"));
    expect(page.querySelector("[role=alert]")!.textContent).toBe("счёт 😀.pdf is too large for Shop bot: at most 1 MB.");
    expect(page.querySelector<HTMLButtonElement>("[type=submit]")!.disabled).toBe(true);
  });

  it("says that it goes as a link where the YAML has it so", () => {
    const desk = session();
    adopt({ ...desk, inboxes: desk.inboxes.map((one) => ({ ...one, capabilities: caps({ limits: { file: MB } }) })), settings: { ...desk.settings, large_files: "link" } });
    expect(tooLargeText(small, file)).toContain("goes as a link");
    expect(tooLargeText(small, { ...file, size: MB })).toBeNull();
  });

  it("stays open and tells why where it is refused, and sends the same again under one id", async () => {
    const page = await opened();
    dialog.value = { kind: "forward", file };
    refuse = { code: "blocked", message: "This customer is blocked." };
    press(page.querySelector("[data-target='1']"));
    press(page.querySelector("[type=submit]"));
    await settle();
    expect(page.querySelector("[role=alert]")).not.toBeNull();
    refuse = null;
    press(page.querySelector("[type=submit]"));
    await settle();
    const sent = asked.filter(({ path }) => path.endsWith("/forwards")).map(({ body }) => (body as { client_id: string }).client_id);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toBe(sent[1]);
  });
});
