import { createElement, type VNode } from "preact";

/** An icon as the `lucide` package exports it: `import { Paperclip } from "lucide"` (only those used are bundled). */
export type IconShape = readonly (readonly [
  tag: string,
  attributes: Readonly<Record<string, string | number | undefined>>,
])[];

/** Decoration by default; give `label` when the icon alone carries the meaning. */
export function Icon({ of, size = 20, label }: { of: IconShape; size?: number; label?: string }): VNode {
  const name = label === undefined ? { "aria-hidden": true } : { role: "img" as const, "aria-label": label };
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
      stroke-linecap="round"
      stroke-linejoin="round"
      {...name}
    >
      {of.map(([tag, attributes], at) => createElement(tag, { ...attributes, key: at }))}
    </svg>
  );
}
