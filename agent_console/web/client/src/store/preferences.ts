import { putPreferences } from "../api/endpoints.ts";
import type { Preferences } from "../api/types.ts";
import { prefs, setPreferences } from "./session.ts";
import { store } from "./storage.ts";

/** Shows a change at once and keeps it on the server; if that fails, what the server has is shown again. */
export async function savePreferences(part: Partial<Preferences>): Promise<void> {
  const before = prefs.peek();
  setPreferences({ ...before, ...part });
  try {
    setPreferences(await putPreferences(part));
  } catch (error) {
    setPreferences(before);
    throw error;
  }
}

/** Puts theme and density on the page, and remembers the theme so that the next start does not flash. */
export function applyLook(look: Pick<Preferences, "theme" | "density">): void {
  const root = document.documentElement;
  root.dataset["theme"] = look.theme;
  root.dataset["density"] = look.density;
  store("look", look);
}
