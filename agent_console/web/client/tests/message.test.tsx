import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import type { Attachment, MarkState, Message, Row } from "../src/api/types.ts";
import { Bubble } from "../src/components/bubble.tsx";
import { pictureBox } from "../src/components/attachments.tsx";
import { Lightbox } from "../src/components/lightbox.tsx";
import { AttachmentsBlock } from "../src/components/panel-attachments.tsx";
import { Tray } from "../src/components/tray.tsx";
import { changeDraft } from "../src/store/drafts.ts";
import { adopt } from "../src/store/session.ts";
import { dialog } from "../src/store/ui.ts";
import { caps, message, row, session } from "./samples.ts";
import { press, show } from "./show.ts";

const site = row({ id: 1, assignee: "anna" }, { mine: true, can: ["reply", "note", "retry"] });
const sent = (state: MarkState, part: Partial<Message["mark"]> = {}): Message =>
  message({ id: 5, kind: "outgoing", author: { kind: "agent", id: "anna" }, text: "Уже в дорозі", mark: { state, at: 1_760_000_000_000, ...part } });
function draw(of: Message, where: Row = site): HTMLElement {
  const place = show(<Bubble message={of} row={where} first lit={false} />);
  act(() => {
    place.querySelector("article")!.dispatchEvent(new FocusEvent("focusin", { bubbles: true }));
  });
  return place;
}
const tip = (place: HTMLElement): string | null | undefined => place.querySelector("[data-mark]")?.getAttribute("aria-label");
const buttons = (place: HTMLElement): string[] => [...place.querySelectorAll("button")].map((button) => button.getAttribute("aria-label") ?? button.textContent ?? "");

beforeEach(() => adopt(session()));

describe("delivery marks", () => {
  it.each<[MarkState, string]>([
    ["queued", "Waiting to be sent"],
    ["sending", "Being sent"],
    ["sent", "Sent, not delivered yet"],
    ["delivered", "Delivered"],
    ["read", "Read"],
  ])("s46 s47 s48 %s is told in words, with the time and the channel", (state, text) => {
    const place = draw(sent(state));
    expect(place.querySelector("[data-mark]")!.getAttribute("data-mark")).toBe(state);
    expect(tip(place)).toMatch(new RegExp(`^${text} · \\d{1,2}:\\d{2}.* · Website$`));
  });

  it.each([
    [{ reports_delivered: false, reports_read: false }, "sent"],
    [{ reports_delivered: true, reports_read: false }, "delivered"],
    [{ reports_delivered: true, reports_read: true }, "read"],
  ])("S51 where the channel reports %j, a read message bears the mark %s", (reports, state) => {
    adopt(session({ inboxes: [{ id: "site", kind: "telegram", name: "Shop bot", starts_by_link: false, capabilities: caps(reports) }] }));
    const place = draw(sent("read"));
    expect(place.querySelector("[data-mark]")!.getAttribute("data-mark")).toBe(state);
  });

  it("s49 a failure says why and offers to retry and to copy", () => {
    const place = draw(sent("failed", { reason: "visitor_left" }));
    expect(place.querySelector(".trouble")!.textContent).toContain("Not sent: the visitor has left the site.");
    expect(buttons(place)).toContain("Retry");
    expect(buttons(place)).toContain("Copy");
  });

  it("a failure offers no retry to somebody who may not", () => {
    expect(buttons(draw(sent("failed"), row({ id: 1 }, { can: ["note"] })))).not.toContain("Retry");
  });

  it("an uncertain one asks: send again, or did it arrive", () => {
    const place = draw(sent("uncertain"));
    expect(place.querySelector(".trouble")!.textContent).toContain("This may not have arrived.");
    expect(buttons(place)).toEqual(expect.arrayContaining(["Send again", "It arrived"]));
  });

  it("says when it may have arrived twice", () => {
    expect(draw(sent("sent", { may_be_double: true })).textContent).toContain("May have arrived twice.");
  });
});

describe("mails to who has left", () => {
  const mailed = (state: MarkState, part: Partial<Message["mail"]> = {}): Message => ({
    ...sent("failed", { reason: "visitor_left" }),
    mail: { state, at: 1_760_000_000_000, to: "o…@example.net", ...part },
  });
  const line = (place: HTMLElement): string => place.querySelector("[data-mail]")!.textContent!;

  it("S52 one that failed says why and offers to retry", () => {
    const place = draw(mailed("failed", { reason: "mailbox_full" }));
    expect(line(place)).toContain("The mail to o…@example.net has failed: ");
    expect(buttons(place)).toContain("Retry");
  });

  it("an uncertain one asks: send again, or did it arrive", () => {
    const place = draw(mailed("uncertain"));
    expect(line(place)).toContain("may not have arrived");
    expect(buttons(place)).toEqual(expect.arrayContaining(["Send again", "It arrived"]));
  });

  it("offer nothing to somebody who may not answer, and nothing of one that went", () => {
    const foreign = row({ id: 1 }, { can: ["note"] });
    expect(draw(mailed("failed"), foreign).querySelector("[data-mail] button")).toBeNull();
    expect(draw(mailed("uncertain"), foreign).querySelector("[data-mail] button")).toBeNull();
    expect(draw(mailed("sent")).querySelector("[data-mail] button")).toBeNull();
  });

  it("say when one may have arrived twice", () => {
    expect(line(draw(mailed("sent", { may_be_double: true })))).toContain("May have arrived twice.");
    expect(line(draw(mailed("sent")))).not.toContain("twice");
  });
});

describe("changes that did not arrive", () => {
  it.each<["edit" | "delete", string]>([
    ["edit", "Change not delivered, the customer still sees the old text: the network is out of reach."],
    ["delete", "Deleted here only, the customer still sees it: the network is out of reach."],
  ])("J34 a failed %s is told in words, with a way to try again", (of, words) => {
    const place = draw({ ...sent("failed", { of, reason: "unavailable" }), ...(of === "delete" && { text: "", deleted: true }) });
    expect(place.querySelector(".trouble")!.textContent).toContain(words);
    expect(tip(place)).toContain(words);
    expect(buttons(place)).toContain("Retry");
  });

  it("an uncertain one asks in its own words", () => {
    expect(draw(sent("uncertain", { of: "edit" })).querySelector(".trouble")!.textContent).toContain("The change may not have arrived.");
    const gone = draw({ ...sent("uncertain", { of: "delete" }), text: "", deleted: true });
    expect(gone.querySelector(".trouble")!.textContent).toContain("The customer may still see this message.");
    expect(buttons(gone)).toEqual(expect.arrayContaining(["Send again", "It is gone"]));
  });

  it("one on its way is not called an unsent message", () => {
    expect(tip(draw(sent("queued", { of: "edit" })))).toContain("The change is on its way");
  });
});

describe("messages", () => {
  it("d49 a note is told apart in words", () => {
    const place = draw(message({ id: 6, kind: "note", author: { kind: "agent", id: "lucia" }, text: "Третя коробка" }));
    expect(place.querySelector(".by")!.textContent).toContain("only your team sees this");
    expect(place.querySelector("article")!.getAttribute("aria-label")).toContain("Note by Lucía");
  });

  it("j01 the program's own are told apart by a name and a sign", () => {
    const place = draw(message({ id: 6, kind: "outgoing", author: { kind: "system" }, text: "Отримали ваше повідомлення" }));
    expect(place.querySelector(".by")!.textContent).toBe("Automatic answer");
    expect(place.querySelector(".by svg")).not.toBeNull();
    expect(place.querySelector("article")!.getAttribute("aria-label")).toContain("Automatic answer");
    expect(place.querySelector("article")!.classList).toContain("out");
  });

  it("s17 a quote of the program's own is not put into the customer's mouth", () => {
    const place = draw(message({ id: 7, reply_to: { id: 3, text: "Отримали", author: null, kind: "outgoing" } }));
    expect(place.querySelector(".quote")!.textContent).toBe("Automatic answerОтримали");
  });

  it("s17 quote what they answer", () => {
    const place = draw(message({ id: 7, reply_to: { id: 3, text: "коробка була відкрита", author: null, kind: "incoming" } }));
    expect(place.querySelector(".quote")!.textContent).toBe("Олена 1коробка була відкрита");
  });

  it("s17 s18 s19 offer a quote and a quick reply, and nothing the row does not allow", () => {
    expect(buttons(draw(message({ id: 8 })))).toEqual(["Quote", "Make a quick reply of it", "Copy", "Select", "Mark unread from here"]);
    expect(buttons(draw(message({ id: 8 }), row({ id: 1 }, { can: [] })))).toEqual(["Copy", "Select", "Mark unread from here"]);
  });

  it("J34 S19 offer to edit and to delete only where the row, the network and the writer allow it", () => {
    const ours = sent("read");
    const may = row({ id: 1, assignee: "anna" }, { can: ["reply", "note", "edit_message", "delete_message"] });
    expect(buttons(draw(ours, may))).not.toEqual(expect.arrayContaining(["Edit"]));
    adopt(session({ inboxes: [{ id: "site", kind: "widget", name: "Website", starts_by_link: false, capabilities: caps({ edits: true, deletes: true }) }] }));
    expect(buttons(draw(ours, may))).toEqual(expect.arrayContaining(["Edit", "Delete"]));
    expect(buttons(draw(message({ id: 8 }), may))).not.toEqual(expect.arrayContaining(["Edit"]));
    const gone = buttons(draw({ ...ours, text: "", deleted: true }, may));
    for (const name of ["Edit", "Delete", "Quote"]) expect(gone).not.toContain(name);
  });

  it("J34 say that they were edited, or taken back", () => {
    expect(draw({ ...sent("read"), edited_at: 1_760_000_060_000 }).querySelector(".stamp")!.textContent).toContain("edited");
    expect(draw({ ...sent("read"), text: "", deleted: true }).querySelector(".bubble")!.textContent).toContain("This message was deleted");
  });

  it("say when they were written, where they came much later, with the day if it was another", () => {
    const at = Date.UTC(2026, 2, 12, 12, 0);
    const stamp = (sent_at?: number): string => draw({ ...message({ id: 8 }), at, ...(sent_at !== undefined && { sent_at }) }).querySelector(".stamp")!.textContent;
    expect(stamp()).not.toContain("written");
    expect(stamp(at - 3_600_000)).toMatch(/written \d+:\d\d/);
    expect(stamp(at - 3 * 86_400_000)).toMatch(/written .*Mar/);
  });

  it("show markup as text, never as elements", () => {
    const place = draw(message({ id: 9, text: "<img src=x onerror=alert(1)><b>hi</b>" }));
    expect(place.querySelector(".bubble img, .bubble b")).toBeNull();
    expect(place.textContent).toContain("<img src=x onerror=alert(1)>");
  });

  it("fold when they are very long", () => {
    const place = draw(message({ id: 10, text: "довго ".repeat(400) }));
    expect(place.querySelector(".folded")).not.toBeNull();
    expect(buttons(place)).toContain("Show all");
  });

  it("s42 show pictures, and d22 every other file as a download", () => {
    const file = { id: "f", name: "Рахунок.pdf", type: "application/pdf", size: 4096, kind: "file" as const, url: "/media/f", state: "ready" as const };
    const picture = { ...file, id: "p", name: "фото.png", type: "image/png", kind: "image" as const, preview_url: "/media/p?preview=1", width: 800, height: 400 };
    const place = draw(message({ id: 11, text: "", attachments: [picture, file] }));
    expect(place.querySelector("img")!.getAttribute("src")).toBe("/media/p?preview=1");
    expect(place.querySelector("a.file")!.getAttribute("href")).toBe("/media/f?download=1");
    expect(place.querySelector("a.file")!.getAttribute("download")).toBe("Рахунок.pdf");
  });

  it("say of a file that was too large how large it is, what the limit is, and where it still lies", () => {
    const file = { id: "f", name: "кіно.mp4", type: "video/mp4", size: 120 * 1024 ** 2, kind: "video" as const, url: "/media/f", state: "failed" as const };
    const told = (more: object): string => draw(message({ id: 12, text: "", attachments: [{ ...file, ...more }] })).querySelector("small")!.textContent!;
    expect(told({ size_limit: 25 * 1024 ** 2 })).toBe("120 MB, larger than the limit of 25 MB: not kept. Open it in the network.");
    expect(told({ size_limit: 25 * 1024 ** 2, size: 0 })).toBe("Larger than the limit of 25 MB: not kept. Open it in the network.");
    expect(told({})).toBe("Could not be fetched");
  });

  it("keep a picture's room before it has loaded", () => {
    expect(pictureBox({ width: 800, height: 400 })).toEqual({ width: 320, height: 160 });
    expect(pictureBox({ width: 100, height: 50 })).toEqual({ width: 100, height: 50 });
    expect(pictureBox({ width: 400, height: 4000 })).toEqual({ width: 48, height: 280 });
  });
});

describe("a picture that fails to load", () => {
  const picture = (id: string): Attachment => ({
    id,
    name: `${id}.png`,
    type: "image/png",
    size: 4096,
    kind: "image",
    url: `/media/${id}`,
    preview_url: `/media/${id}?preview=1`,
    state: "ready",
    width: 100,
    height: 50,
  });
  const fail = async (image: Element | null): Promise<void> => {
    act(() => void image!.dispatchEvent(new Event("error")));
    await act(() => new Promise<void>((resolve) => setTimeout(resolve)));
  };
  const server = (answer: () => Promise<Response>): unknown => vi.stubGlobal("fetch", answer);
  const refused = async (): Promise<Response> => new Response(null, { status: 404 });
  afterEach(() => vi.unstubAllGlobals());

  it("becomes a file to save when the server cannot draw it, and stays one when the row is drawn again", async () => {
    server(refused);
    const broken = message({ id: 13, text: "", attachments: [picture("cut")] });
    const place = draw(broken);
    await fail(place.querySelector("img"));
    expect(place.querySelector("img, .picture")).toBeNull();
    expect(place.querySelector("a.file")!.textContent).toContain("cut.png4 kB");
    expect(place.querySelector("a.file")!.getAttribute("href")).toBe("/media/cut?download=1");
    expect(draw(broken).querySelector("a.file")).not.toBeNull();
  });

  it("keeps its room while the connection is lost, and is drawn when that is back", async () => {
    server(() => Promise.reject(new TypeError("Failed to fetch")));
    const place = draw(message({ id: 14, text: "", attachments: [picture("whole")] }));
    await fail(place.querySelector("img"));
    const room = place.querySelector<HTMLElement>(".picture .picture-room")!;
    expect([room.style.width, room.style.height]).toEqual(["100px", "50px"]);
    server(async () => new Response(null));
    act(() => void dispatchEvent(new Event("online")));
    await vi.waitFor(() => expect(place.querySelector("img")!.getAttribute("src")).toBe("/media/whole?preview=1"));
  });

  it("is a file to save among the others that are opened large", async () => {
    server(refused);
    const place = show(<Lightbox items={[picture("large")]} at={0} />);
    await fail(place.querySelector("img"));
    expect(place.querySelector(".lightbox-stage a.file")!.getAttribute("href")).toBe("/media/large?download=1");
  });

  it("is a file in the panel too, as one is that is still being fetched", async () => {
    const { preview_url: _, ...pending } = { ...picture("pending"), state: "pending" as const };
    const items = [picture("panel"), pending, picture("fine")].map((attachment) => ({ attachment, message_id: 1, at: 0 }));
    server(async () => Response.json({ items }));
    const place = show(<AttachmentsBlock row={site} />);
    await vi.waitFor(() => expect(place.querySelectorAll(".thumbs > *")).toHaveLength(3));
    expect(place.querySelector(".thumbs .file.pending")).not.toBeNull();
    server(refused);
    await fail(place.querySelector("img"));
    expect([...place.querySelectorAll("img")].map((image) => image.getAttribute("src"))).toEqual(["/media/fine?preview=1"]);
    expect(place.querySelector(".thumbs a.file")!.getAttribute("href")).toBe("/media/panel?download=1");
    press(place.querySelector(".thumbs button.picture"));
    expect(dialog.value).toMatchObject({ kind: "images", items: [{ id: "panel" }, { id: "fine" }], at: 1 });
    dialog.value = null;
  });

  it("is drawn as any file before it is sent", async () => {
    server(refused);
    changeDraft(1, "reply", (draft) => ({ ...draft, attachments: [picture("draft")] }));
    const place = show(<Tray row={site} kind="reply" />);
    await fail(place.querySelector("img"));
    expect(place.querySelector(".tray-item img")).toBeNull();
    expect(place.querySelector(".tray-item svg")).not.toBeNull();
  });
});
