/** Who is told of what, and how: the one rule, pure; `tests/calling.json` is the table it is held to. */

/** What happens: a customer's message, a colleague's answer, a note, a note that calls me, a conversation I am given. */
export type Kind = "customer" | "colleague" | "note" | "mention" | "handed";
export type Level = "all" | "teams" | "mine" | "nothing";

export type Happening = {
  kind: Kind;
  inbox: string;
  /** I answer the conversation. */
  mine: boolean;
  /** I take part in its notes. */
  following: boolean;
  untaken: boolean;
  /** It is my team's to answer, or anybody's. */
  my_team: boolean;
};

export type Wishes = {
  level: Level;
  customers: boolean;
  colleagues: boolean;
  notes: boolean;
  muted: readonly string[];
  quiet_off_shift: boolean;
};

/** What the tabs of this browser show, and which of them this is. */
export type Stage = {
  /** This tab has the conversation before the agent's eyes. */
  here: boolean;
  /** Some tab has. */
  anywhere: boolean;
  /** Some tab of the console has the focus. */
  focused: boolean;
  /** This tab is behind another one. */
  hidden: boolean;
  /** This is the tab that speaks for all. */
  leads: boolean;
};

/** The ways that neither the company nor the agent has switched off. */
export type Ways = { toasts: boolean; title_flash: boolean; sound: boolean; call_sound: boolean; desktop: boolean };
export type Signal = "toast" | "title" | "sound" | "call_sound" | "desktop";

const isCall = (kind: Kind): boolean => kind === "mention" || kind === "handed";

/** Whether the agent is told of it at all. A muted inbox still tells of what is theirs alone to answer. */
export function calls(what: Happening, wishes: Wishes, onShift: boolean): boolean {
  if (wishes.level === "nothing" || (wishes.quiet_off_shift && !onShift)) return false;
  if (isCall(what.kind)) return true;
  if (wishes.muted.includes(what.inbox) && !what.mine) return false;
  const wanted = { customer: wishes.customers, colleague: wishes.colleagues, note: wishes.notes }[what.kind as "customer" | "colleague" | "note"];
  return wanted && within(what, wishes.level);
}

function within(what: Happening, level: Level): boolean {
  const own = what.mine || (what.kind === "note" && what.following);
  if (level === "all" || own) return true;
  return level === "teams" && what.kind === "customer" && what.untaken && what.my_team;
}

/** The whole rule: which signals this tab gives. Of several tabs one sounds, and none for what is being looked at. */
export function signals(what: Happening, wishes: Wishes, onShift: boolean, stage: Stage, ways: Ways): Signal[] {
  if (!calls(what, wishes, onShift)) return [];
  const speaks = stage.leads && !stage.anywhere;
  const sound = isCall(what.kind) ? "call_sound" : "sound";
  const given: Record<Signal, boolean> = {
    toast: ways.toasts && !stage.here,
    title: ways.title_flash && stage.hidden,
    sound: sound === "sound" && ways.sound && speaks,
    call_sound: sound === "call_sound" && ways.call_sound && speaks,
    desktop: ways.desktop && speaks && !stage.focused,
  };
  return (Object.keys(given) as Signal[]).filter((one) => given[one]);
}
