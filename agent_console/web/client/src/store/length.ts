import { countNonSpace } from "@deskbridge/ui";
import type { Caps } from "../api/types.ts";

export type Length = {
  /** Characters that are not white space, as the product's own limit counts them. */
  count: number;
  limit: number;
  over: boolean;
  /** The network's limit, when the text is longer than one of its messages may be. */
  channelLimit: number | null;
};

/** The length of a text in the unit that a network counts in. */
export function lengthIn(text: string, unit: Caps["text_unit"]): number {
  if (unit === "utf16") return text.length;
  if (unit === "bytes") return new TextEncoder().encode(text).length;
  return [...text].length;
}

export function measure(text: string, limit: number, caps: Pick<Caps, "max_text" | "text_unit"> | null): Length {
  const count = countNonSpace(text);
  const max = caps?.max_text ?? null;
  const tooLong = caps !== null && max !== null && lengthIn(text, caps.text_unit) > max;
  return { count, limit, over: count > limit, channelLimit: tooLong ? max : null };
}
