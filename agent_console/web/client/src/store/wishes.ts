/** What this agent wants to be told of: their own word where they have one, else the company's. */
import { computed } from "@preact/signals";
import type { Ways, Wishes } from "./calling.ts";
import { current, prefs, settings } from "./session.ts";

const chosen = <T>(own: T | null, company: T): T => own ?? company;

/** The inboxes whose customers they are not told of. */
export const muted = computed<readonly string[]>(() => {
  const named = settings.value.notify.inboxes;
  const others = current.value.inboxes.filter((one) => named !== null && !named.includes(one.id));
  return chosen<readonly string[]>(prefs.value.muted, others.map((one) => one.id));
});

export const wishes = computed<Wishes>(() => {
  const { level, customers, colleagues, notes, quiet_off_shift } = settings.value.notify;
  const own = prefs.value;
  return {
    level: chosen(own.level, level),
    customers: chosen(own.customers, customers),
    colleagues: chosen(own.colleagues, colleagues),
    notes: chosen(own.notes, notes),
    quiet_off_shift: chosen(own.quiet_off_shift, quiet_off_shift),
    muted: muted.value,
  };
});

/** The company allows it in the YAML, and the agent has not switched it off. */
export const ways = computed<Ways>(() => {
  const company = settings.value.notify;
  const { toasts, sound, call_sound, title_flash, desktop } = prefs.value;
  return {
    toasts,
    sound: sound && company.sound,
    call_sound: call_sound && company.call_sound,
    title_flash: title_flash && company.title_flash,
    desktop: desktop && company.desktop,
  };
});

/** Whether the sound comes again until somebody has taken the conversation. */
export const repeats = computed(() => ways.value.sound && chosen(prefs.value.repeat, settings.value.notify.repeat));

/** Whether a conversation of this team is theirs to answer: whoever is in no team stands for all of them. */
export function isMyTeam(team: string | undefined): boolean {
  const { teams } = settings.value.notify;
  return team === undefined || teams.length === 0 || teams.includes(team);
}
