import type { VNode } from "preact";
import { tagLabel, tags } from "../store/labels.ts";

/** A tag in its colour. The words are drawn in ink on a tint of it, so that any colour can be read in either theme. */
export function Tag({ label, color }: { label: string; color: string | undefined }): VNode {
  return (
    <span class="chip tag" style={color === undefined ? undefined : { "--tag": color }} dir="auto">
      {label}
    </span>
  );
}

export function TagOf({ id }: { id: string }): VNode {
  return <Tag label={tagLabel(id)} color={tags.value.get(id)?.color} />;
}
