/** The one listener for keys. Fields, dialogs and menus take theirs first. */
import { prefs } from "../store/session.ts";
import { dialog } from "../store/ui.ts";
import { begins, match, type Situation } from "./chords.ts";
import { COMMANDS } from "./commands.ts";
import { BINDINGS } from "./map.ts";

const SEQUENCE_LASTS = 1_200;

let prefix: { code: string; at: number } | null = null;

export function isField(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  return element.isContentEditable || element.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])");
}

function isEmptyComposer(element: EventTarget | null): boolean {
  return element instanceof HTMLTextAreaElement && element.value === "" && element.closest("[data-composer]") !== null;
}

function situation(target: EventTarget | null): Situation {
  const fresh = prefix !== null && performance.now() - prefix.at < SEQUENCE_LASTS;
  return { typing: isField(target), empty: isEmptyComposer(target), single: prefs.peek().single_keys, prefix: fresh ? prefix!.code : null };
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || dialog.peek() !== null) return;
  const now = situation(event.target);
  const binding = match(BINDINGS, event, now);
  if (event.repeat && binding?.place !== "list") return;
  prefix = null;
  if (binding) {
    const command = COMMANDS[binding.id];
    const pressed = event.code === "Enter" && event.target instanceof HTMLElement && event.target.matches("a, button");
    if (!command.when() || pressed) return;
    event.preventDefault();
    command.run();
  } else if (now.prefix === null && begins(BINDINGS, event, now)) {
    prefix = { code: event.code, at: performance.now() };
  }
}

export function listenToKeys(): () => void {
  addEventListener("keydown", onKeyDown);
  return () => removeEventListener("keydown", onKeyDown);
}
