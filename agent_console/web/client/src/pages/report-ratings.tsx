import type { VNode } from "preact";
import { fullTime } from "@deskbridge/ui";
import type { Comment, Report } from "../api/pages.ts";
import { locale } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { go } from "../store/route.ts";
import { agentName } from "../store/session.ts";
import { nameOfContact } from "../store/words.ts";
import { number } from "./report-words.ts";

/** The average, how often each score was given, and what was said with it. */
export function Ratings({ report }: { report: Report }): VNode {
  const { total, scale, scores, comments } = report;
  if (total.rating === null || scale === null) return <p class="meta">{p("reports.noRatings")}</p>;
  const most = Math.max(...scores.map((one) => one.number));
  return (
    <>
      <p data-average>{p("reports.average", { rating: number(total.rating, 2), scale: number(scale) })}</p>
      <table class="scores">
        <tbody>
          {scores.map(({ scale: of, score, number: given }) => (
            <tr key={`${of}/${score}`}>
              <th scope="row">{p("reports.score", { score, scale: of })}</th>
              <td class="score-bar">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect class="chart-opened" width={(given / most) * 100} height={10} />
                </svg>
              </td>
              <td>{number(given)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {comments.length > 0 && (
        <>
          <h3>{p("reports.comments")}</h3>
          <ul class="comments">
            {comments.map((one) => (
              <Said key={`${one.conversation}/${one.at}`} comment={one} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Said({ comment: { conversation, customer, agent, at, score, scale, comment } }: { comment: Comment }): VNode {
  const name = nameOfContact({ id: conversation, name: customer });
  return (
    <li>
      <p dir="auto">{comment}</p>
      <p class="meta">
        {p("reports.score", { score, scale })} · {agent !== null && `${agentName(agent)} · `}
        <time dateTime={new Date(at).toISOString()}>{fullTime(at, locale.value)}</time> ·{" "}
        <button type="button" class="link" aria-label={`${p("reports.open")}: ${name}`} onClick={() => go({ conversation })}>
          {name}
        </button>
      </p>
    </li>
  );
}
