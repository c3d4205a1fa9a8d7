import { beforeEach, describe, expect, it, vi } from "vitest";
import { act } from "preact/test-utils";
import { ApiError } from "@deskbridge/ui";
import * as server from "../src/api/endpoints.ts";
import { Composer } from "../src/components/composer.tsx";
import { COMMANDS } from "../src/keys/commands.ts";
import { draftOf, recallDrafts, writeDraft } from "../src/store/drafts.ts";
import { applyRows } from "../src/store/desk.ts";
import { route } from "../src/store/route.ts";
import { adopt, settings } from "../src/store/session.ts";
import { toasts } from "../src/store/toasts.ts";
import { writing } from "../src/store/ui.ts";
import { row, session } from "./samples.ts";
import { show } from "./show.ts";

const mine = row({ id: 7, assignee: "anna" }, { can: ["reply", "note"], mine: true });
const button = (place: HTMLElement): HTMLButtonElement | null => place.querySelector("[data-suggest]");
const link = (place: HTMLElement): HTMLButtonElement | null => place.querySelector(".editor-conflict .link");

function withModel(on: boolean): void {
  adopt(session());
  adopt(session({ settings: { ...settings.value, suggestions: on } }));
}

beforeEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
  withModel(true);
  recallDrafts();
  writing.value = "reply";
  toasts.value = [];
  applyRows([mine], 1);
  route.value = { conversation: 7 };
  writeDraft(7, "reply", "");
});

describe("a suggested reply", () => {
  it("j35 is put into the composer, said to be one, and taken back by one press", async () => {
    vi.spyOn(server, "postSuggestion").mockResolvedValue({ text: "<b>Ваш заказ</b> в пути." });
    const send = vi.spyOn(server, "postMessage");
    writeDraft(7, "reply", "Здравствуйте, ");
    const place = show(<Composer row={mine} />);
    await act(async () => button(place)!.click());
    expect(place.querySelector("textarea")!.value).toBe("<b>Ваш заказ</b> в пути.");
    expect(place.querySelector(".editor-conflict")!.textContent).toContain("Read it before you send it");
    await act(async () => link(place)!.click());
    expect(place.querySelector("textarea")!.value).toBe("Здравствуйте, ");
    expect(link(place)).toBeNull();
    expect(send).not.toHaveBeenCalled();
  });

  it("a word changed in it makes it the agent's own", async () => {
    vi.spyOn(server, "postSuggestion").mockResolvedValue({ text: "Черновик" });
    const place = show(<Composer row={mine} />);
    await act(async () => button(place)!.click());
    await act(async () => writeDraft(7, "reply", "Черновик!"));
    expect(link(place)).toBeNull();
  });

  it("while one is on its way, no other is asked for", async () => {
    let answer = (_: { text: string }): void => undefined;
    const asked = vi.spyOn(server, "postSuggestion").mockImplementation(() => new Promise((resolve) => (answer = resolve)));
    const place = show(<Composer row={mine} />);
    await act(async () => button(place)!.click());
    expect(button(place)!.disabled).toBe(true);
    await act(async () => COMMANDS.suggest.run());
    expect(asked).toHaveBeenCalledTimes(1);
    await act(async () => answer({ text: "Готово" }));
    expect(button(place)!.disabled).toBe(false);
    expect(draftOf(7, "reply").text).toBe("Готово");
  });

  it("what goes wrong is said in a line, and what was written stays", async () => {
    vi.spyOn(server, "postSuggestion").mockRejectedValue(new ApiError(504, { code: "suggestion_timeout", message: "x" }));
    writeDraft(7, "reply", "Моё");
    const place = show(<Composer row={mine} />);
    await act(async () => button(place)!.click());
    expect(toasts.value.map((one) => one.title)).toEqual(["The model took too long. Try again, or write the reply yourself."]);
    expect(place.querySelector("textarea")!.value).toBe("Моё");
  });

  it("there is neither button nor command without a model, and none in a note", async () => {
    expect(COMMANDS.suggest.when()).toBe(true);
    writing.value = "note";
    expect(button(show(<Composer row={mine} />))).toBeNull();
    writing.value = "reply";
    withModel(false);
    expect(button(show(<Composer row={mine} />))).toBeNull();
    expect(COMMANDS.suggest.when()).toBe(false);
  });
});
