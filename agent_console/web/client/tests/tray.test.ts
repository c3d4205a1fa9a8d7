import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { adopt } from "../src/store/session.ts";
import { addFiles, isWaiting, limitFor, removeFile, trayOf } from "../src/store/tray.ts";
import { toasts } from "../src/store/toasts.ts";
import { row, session } from "./samples.ts";

const MB = 1024 * 1024;
const site = row({ id: 1, inbox: "site" });
const telegram = row({ id: 2, inbox: "shop_tg" });

/** A file of that many bytes, without the bytes. */
function file(name: string, size: number): File {
  const made = new File([], name, { type: "application/pdf" });
  Object.defineProperty(made, "size", { value: size });
  return made;
}

/** An upload that ends when the test says so. */
class FakeXhr {
  static open: FakeXhr[] = [];
  upload: { onprogress?: (event: ProgressEvent) => void } = {};
  status = 0;
  response: unknown;
  responseType = "";
  onload = (): void => undefined;
  onerror = (): void => undefined;
  onabort = (): void => undefined;
  name = "";
  open(): void {
    FakeXhr.open.push(this);
  }
  setRequestHeader(): void {
    return;
  }
  send(form: FormData): void {
    this.name = (form.get("file") as File).name;
  }
  abort(): void {
    this.onabort();
  }
  finish(): void {
    this.status = 201;
    this.response = { id: `id-${this.name}`, name: this.name, type: "application/pdf", size: 1, kind: "file", url: "/media/x", state: "ready" };
    this.onload();
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

beforeEach(() => {
  localStorage.clear();
  FakeXhr.open = [];
  vi.stubGlobal("XMLHttpRequest", FakeXhr);
  toasts.value = [];
  adopt(session());
});
afterEach(() => vi.unstubAllGlobals());

describe("files", () => {
  it("d20 of exactly the limit pass, and one byte more is refused before the upload with the limit named", () => {
    addFiles(site, "reply", [file("рівно.pdf", 4 * MB), file("більше.pdf", 4 * MB + 1)]);
    expect(trayOf(1, "reply").map((item) => item.name)).toEqual(["рівно.pdf"]);
    expect(FakeXhr.open).toHaveLength(1);
    expect(toasts.value.at(-1)?.title).toBe("більше.pdf is too large: at most 4 MB.");
    removeFile(1, "reply", trayOf(1, "reply")[0]!.key);
  });

  it("d20 meet the network's own limit where it is smaller, but not in a note", () => {
    expect(limitFor(telegram, "reply")).toEqual({ bytes: MB, whose: "channel" });
    expect(limitFor(telegram, "note")).toEqual({ bytes: 4 * MB, whose: "ours" });
    addFiles(telegram, "reply", [file("x.pdf", MB + 1)]);
    expect(toasts.value.at(-1)?.title).toBe("x.pdf is too large for Shop bot: at most 1 MB.");
  });

  it("d19 s40 go up in the order they were chosen, and keep it", async () => {
    addFiles(site, "reply", [file("1.pdf", 10), file("2.pdf", 10), file("3.pdf", 10)]);
    for (let at = 0; at < 3; at += 1) {
      expect(FakeXhr.open).toHaveLength(at + 1);
      FakeXhr.open[at]!.finish();
      await settle();
    }
    expect(trayOf(1, "reply").map((item) => item.attachment?.id)).toEqual(["id-1.pdf", "id-2.pdf", "id-3.pdf"]);
    expect(trayOf(1, "reply").some(isWaiting)).toBe(false);
  });

  it("that are taken out while they go up are gone, and the next one follows", async () => {
    for (const item of trayOf(1, "reply")) removeFile(1, "reply", item.key);
    addFiles(site, "reply", [file("a.pdf", 10), file("b.pdf", 10)]);
    removeFile(1, "reply", trayOf(1, "reply")[0]!.key);
    await settle();
    expect(FakeXhr.open.map((xhr) => xhr.name)).toEqual(["a.pdf", "b.pdf"]);
    expect(trayOf(1, "reply").map((item) => item.name)).toEqual(["b.pdf"]);
  });
});
