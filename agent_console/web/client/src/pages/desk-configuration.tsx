import type { VNode } from "preact";
import { useState } from "preact/hooks";
import type { DeskState } from "../api/pages.ts";
import { p } from "../i18n/pages/index.ts";
import { Section } from "./page.tsx";

/** What the file, the environment and the defaults come to: to be read, and changed in the file. */
export function Configuration({ desk }: { desk: DeskState }): VNode {
  const [wanted, setWanted] = useState("");
  const words = wanted.trim().toLowerCase();
  const found = desk.keys.filter(({ key, value }) => key.toLowerCase().includes(words) || value.toLowerCase().includes(words));
  return (
    <>
      <Section title={p("desk.warnings")}>
        <Warnings of={desk.warnings} />
      </Section>
      <Section
        title={p("desk.configuration")}
        tools={
          <label class="field">
            <span>{p("desk.find")}</span>
            <input type="search" name="key" value={wanted} autocomplete="off" onInput={(event) => setWanted(event.currentTarget.value)} />
          </label>
        }
      >
        <p class="meta">
          {p("desk.readOnly")} {desk.file !== null && <code>{desk.file}</code>} {p("desk.hash")}: <code>{desk.hash}</code>
        </p>
        <div class="wide-table" tabIndex={0} role="group" aria-label={p("desk.configuration")}>
          <table class="keys-table">
            <thead>
              <tr>
                {(["desk.key", "desk.value", "desk.where"] as const).map((key) => (
                  <th key={key} scope="col">
                    {p(key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {found.map(({ key, value, where }) => (
                <tr key={key} data-key={key}>
                  <th scope="row">
                    <code>{key}</code>
                  </th>
                  <td dir="auto">{value}</td>
                  <td class="meta">{where ?? p("desk.default")}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
    </>
  );
}

function Warnings({ of }: { of: DeskState["warnings"] }): VNode {
  if (of.length === 0) return <p class="meta">{p("desk.noWarnings")}</p>;
  return (
    <ul class="aside-list">
      {of.map(({ where, message, help }) => (
        <li key={where + message}>
          <span>
            <code>{where}</code> {message}
          </span>
          <span class="meta">{help}</span>
        </li>
      ))}
    </ul>
  );
}
