import type { ComponentChildren, VNode } from "preact";
import { useId } from "preact/hooks";

/** A block of the panel with its heading. */
export function Section({ title, id, side, children }: { title: string; id: string; side?: ComponentChildren; children: ComponentChildren }): VNode {
  const heading = useId();
  return (
    <section class="panel-section" aria-labelledby={heading} data-block={id}>
      <header>
        <h3 id={heading}>{title}</h3>
        {side}
      </header>
      {children}
    </section>
  );
}

export function Fact({ name, children }: { name: string; children: ComponentChildren }): VNode {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{children}</dd>
    </>
  );
}
