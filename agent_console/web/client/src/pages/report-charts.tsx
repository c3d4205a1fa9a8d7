import type { VNode } from "preact";
import type { Line } from "../api/pages.ts";
import { p } from "../i18n/pages/index.ts";
import { locale } from "../i18n/index.ts";
import { dayName, number } from "./report-words.ts";

const WIDE = 720;
const HIGH = 150;
const FOOT = 20;
const HEAD = 14;
const LABELS = 8;

/** Two bars a day: opened and closed. The table beside it says the same in words. */
export function DayBars({ days }: { days: readonly Line[] }): VNode {
  const most = Math.max(1, ...days.flatMap(({ figures }) => [figures.opened, figures.closed]));
  const step = WIDE / days.length;
  const bar = Math.max(1, Math.min(22, step * 0.38));
  const every = Math.ceil(days.length / LABELS);
  const top = (value: number): number => HEAD + HIGH * (1 - value / most);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDE} ${HEAD + HIGH + FOOT}`} role="img" aria-label={p("reports.byDay")} preserveAspectRatio="none">
        <line class="chart-line" x1={0} x2={WIDE} y1={HEAD} y2={HEAD} />
        <line class="chart-line" x1={0} x2={WIDE} y1={HEAD + HIGH} y2={HEAD + HIGH} />
        {days.map(({ key, figures }, at) => {
          const middle = step * (at + 0.5);
          return (
            <g key={key}>
              <title>{`${dayName(key)}: ${p("figure.opened")} ${number(figures.opened)}, ${p("figure.closed")} ${number(figures.closed)}`}</title>
              <rect class="chart-hit" x={step * at} y={0} width={step} height={HEAD + HIGH} />
              <rect class="chart-opened" x={middle - bar} y={top(figures.opened)} width={bar} height={HEAD + HIGH - top(figures.opened)} />
              <rect class="chart-closed" x={middle} y={top(figures.closed)} width={bar} height={HEAD + HIGH - top(figures.closed)} />
            </g>
          );
        })}
      </svg>
      <div class="chart-days" data-each={every} aria-hidden="true">
        {days.filter((_, at) => at % every === 0).map(({ key }) => (
          <span key={key}>{dayName(key, { day: "numeric", month: "short" })}</span>
        ))}
      </div>
      <figcaption class="chart-legend" aria-hidden="true">
        <span class="meta">{number(most)} ↑</span>
        <span class="opened">{p("figure.opened")}</span>
        <span class="closed">{p("figure.closed")}</span>
      </figcaption>
    </figure>
  );
}

const HOURS = Array.from({ length: 24 }, (_, hour) => hour);
const WEEK = Array.from({ length: 7 }, (_, day) => day);
const SHADES = 5;

/** The first Monday of 2024: weekdays are named by a week that begins with it. */
const weekday = (day: number): string => new Intl.DateTimeFormat(locale.value, { weekday: "short", timeZone: "UTC" }).format(new Date(Date.UTC(2024, 0, 1 + day)));

/** When customers write: a table whose cells are the darker the more there is. */
export function WeekHours({ hours }: { hours: readonly Line[] }): VNode {
  const written = new Map(hours.map(({ key, figures }) => [key, figures.incoming]));
  const most = Math.max(1, ...written.values());
  const shade = (count: number): string => (count === 0 ? "none" : String(Math.ceil((count / most) * SHADES)));
  return (
    <div class="wide-table" tabIndex={0} role="group" aria-label={p("reports.byHour")}>
      <table class="heat">
        <thead>
          <tr>
            <td />
            {HOURS.map((hour) => (
              <th key={hour} scope="col">
                {hour}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {WEEK.map((day) => (
            <tr key={day}>
              <th scope="row">{weekday(day)}</th>
              {HOURS.map((hour) => {
                const count = written.get(`${day}-${hour}`) ?? 0;
                return (
                  <td key={hour} data-shade={shade(count)}>
                    {count === 0 ? <span class="sr-only">0</span> : number(count)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
