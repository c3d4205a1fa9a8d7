import type { VNode } from "preact";
import type { Counted, Figures, Report, TableId, Timed, Times } from "../api/pages.ts";
import { p } from "../i18n/pages/index.ts";
import { inTime, length, lineName, number, ordered, percent } from "./report-words.ts";

export const COUNTS: readonly Counted[] = ["opened", "reopened", "closed", "missed", "blocked", "incoming", "outgoing", "automatic"];
const TIMED: readonly Timed[] = ["first_answers", "further_answers", "closings"];

/** Everything together: how much, and how long it took. */
export function Totals({ report }: { report: Report }): VNode {
  const { total, scale, max_wait } = report;
  return (
    <dl class="tiles">
      {COUNTS.map((name) => (
        <div key={name} class="tile" data-figure={name}>
          <dt>{p(`figure.${name}`)}</dt>
          <dd>{number(total[name])}</dd>
        </div>
      ))}
      {TIMED.map((name) => (
        <TimeTile key={name} name={name} times={total[name]} maxWait={max_wait} />
      ))}
      <div class="tile" data-figure="rating">
        <dt>{p("figure.rating")}</dt>
        <dd>{total.rating === null || scale === null ? "–" : `${number(total.rating, 2)} / ${number(scale)}`}</dd>
      </div>
    </dl>
  );
}

function TimeTile({ name, times, maxWait }: { name: Timed; times: Times; maxWait: number | null }): VNode {
  const share = inTime(times, maxWait);
  return (
    <div class="tile" data-figure={name}>
      <dt>{p(`figure.${name}`)}</dt>
      <dd>
        {length(times.median)}
        {times.count > 0 && <small>{p("reports.ninety", { time: length(times.ninety) })}</small>}
        {share !== null && <small>{share}</small>}
      </dd>
    </div>
  );
}

/** A table with a line for each agent, team, channel, topic, tag or day. */
export function FiguresTable({ report, table }: { report: Report; table: TableId }): VNode {
  const timed = TIMED.map((name) => p(`figure.${name}`));
  return (
    <div class="wide-table" tabIndex={0} role="group" aria-label={p(`table.${table}`)}>
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">{p(`table.${table}`)}</th>
            {[...COUNTS.map((name) => p(`figure.${name}`)), ...timed, p("figure.rating")].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {ordered(report, table).map(({ key, figures }) => (
            <tr key={key} data-line={key}>
              <th scope="row" dir="auto">
                {lineName(table, key)}
              </th>
              <Cells figures={figures} />
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ figures }: { figures: Figures }): VNode {
  return (
    <>
      {COUNTS.map((name) => (
        <td key={name} data-figure={name}>
          {number(figures[name])}
        </td>
      ))}
      {TIMED.map((name) => (
        <td key={name} data-figure={name}>
          {length(figures[name].median)}
          {figures[name].in_time !== null && figures[name].count > 0 && <small>{percent(figures[name].in_time, figures[name].count)}</small>}
        </td>
      ))}
      <td data-figure="rating">{figures.rating === null ? "–" : number(figures.rating, 2)}</td>
    </>
  );
}
