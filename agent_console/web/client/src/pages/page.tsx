/** What every page beside the conversations has: its heading, what is being loaded, and what could not be. */
import type { ComponentChildren, VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "@deskbridge/ui";
import "../styles/pages.css";
import { IconButton } from "../components/button.tsx";
import { Failure } from "../components/failure.tsx";
import { focusOnMount } from "../components/hooks.ts";
import { ArrowLeft, Download } from "../components/icons.ts";
import { p } from "../i18n/pages/index.ts";
import { Icon } from "@deskbridge/ui";
import { go } from "../store/route.ts";

export function PageFrame({ title, children, tools }: { title: string; children: ComponentChildren; tools?: ComponentChildren }): VNode {
  return (
    <main class="page" aria-label={title}>
      <div class="bar page-bar">
        <IconButton icon={ArrowLeft} label={p("page.back")} side="right" onClick={() => go({ conversation: null })} />
        <h1 tabIndex={-1} ref={focusOnMount}>
          {title}
        </h1>
        {tools}
      </div>
      <div class="page-body">{children}</div>
    </main>
  );
}

export type Loaded<T> = { value: T | null; error: ApiError | null; busy: boolean; again: () => void };

/** Loads whenever one of `on` is another; what was loaded before stays on the screen meanwhile. */
export function useLoaded<T>(load: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Loaded<T> {
  const [state, setState] = useState<{ value: T | null; error: ApiError | null; busy: boolean }>({ value: null, error: null, busy: true });
  const [tries, setTries] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const stop = new AbortController();
    setState((old) => ({ ...old, busy: true }));
    latest.current(stop.signal).then(
      (value) => setState({ value, error: null, busy: false }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        if (!(error instanceof ApiError)) throw error;
        setState((old) => ({ ...old, error, busy: false }));
      },
    );
    return () => stop.abort();
  }, [...on, tries]);
  return { ...state, again: () => setTries((n) => n + 1) };
}

/** What was loaded, or why it was not. */
export function Shown<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }): VNode {
  if (of.error) return <Failure error={of.error} retry={of.again} />;
  if (of.value === null) return <p class="meta" role="status">{p("page.loading")}</p>;
  return (
    <div class="page-sections" aria-busy={of.busy}>
      {children(of.value)}
    </div>
  );
}

export function Section({ title, tools, children }: { title: string; tools?: ComponentChildren; children: ComponentChildren }): VNode {
  return (
    <section class="page-section" aria-label={title}>
      <div class="section-head">
        <h2>{title}</h2>
        {tools}
      </div>
      {children}
    </section>
  );
}

export type Choice = { value: string; label: string };

/** A choice of one; the first of them is all. */
export function Select({ label, value, choices, onPick, name }: { label: string; value: string; choices: readonly Choice[]; onPick: (value: string) => void; name: string }): VNode {
  return (
    <label class="field">
      <span>{label}</span>
      <select name={name} value={value} onChange={(event) => onPick(event.currentTarget.value)}>
        {choices.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}

export const all = (choices: readonly Choice[]): Choice[] => [{ value: "", label: p("page.all") }, ...choices];

export function CsvLink({ href, label }: { href: string; label: string }): VNode {
  return (
    <a class="btn" href={href} download aria-label={`${label}: ${p("page.csv")}`}>
      <Icon of={Download} size={16} />
      <span>CSV</span>
    </a>
  );
}
