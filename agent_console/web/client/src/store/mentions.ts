/** Whom the words of a note call: "@" and a colleague's whole name. */
import type { AgentRef } from "../api/types.ts";

/** The longer name counts where one begins with another ("Anna", "Anna Koval"); all who have it are called. */
export function mentionsIn(text: string, agents: readonly AgentRef[], myId: string): string[] {
  const here = agents.filter((agent) => !agent.retired);
  const called = new Set<string>();
  let rest = text;
  for (const name of [...new Set(here.map((agent) => agent.name))].sort((a, b) => b.length - a.length)) {
    const next = without(rest, `@${name}`);
    if (next === rest) continue;
    rest = next;
    for (const agent of here) if (agent.name === name && agent.id !== myId) called.add(agent.id);
  }
  return [...called];
}

const LETTER = /[\p{L}\p{N}_]/u;

/** The text without these words, where they stand for themselves. */
function without(text: string, words: string): string {
  return text
    .split(words)
    .reduce((before, after) => (LETTER.test(before.at(-1) ?? "") || LETTER.test(after[0] ?? "") ? before + words + after : `${before}\n${after}`));
}
