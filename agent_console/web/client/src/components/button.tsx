import type { ComponentChildren, JSX, VNode } from "preact";
import { Icon, type IconShape } from "@deskbridge/ui";

type Native = Omit<JSX.IntrinsicElements["button"], "icon" | "size">;

type ButtonProps = Native & { tone?: "plain" | "go" | "quiet" | "danger"; icon?: IconShape; children: ComponentChildren };

export function Button({ tone = "plain", icon, children, class: extra, ...rest }: ButtonProps): VNode {
  return (
    <button type="button" {...rest} class={`btn ${tone} ${String(extra ?? "")}`}>
      {icon && <Icon of={icon} size={16} />}
      <span>{children}</span>
    </button>
  );
}

type IconButtonProps = Native & { icon: IconShape; label: string; size?: number; tip?: string | false; side?: "left" | "right" | "below" };

/** A button that is only an icon: its name is spoken, and shown on hover and focus. */
export function IconButton({ icon, label, size = 18, tip, side, class: extra, ...rest }: IconButtonProps): VNode {
  const shown = tip === false ? undefined : (tip ?? label);
  return (
    <button type="button" {...rest} class={`icon-btn ${String(extra ?? "")}`} aria-label={label} data-tip={shown} data-tip-side={side}>
      <Icon of={icon} size={size} />
    </button>
  );
}
