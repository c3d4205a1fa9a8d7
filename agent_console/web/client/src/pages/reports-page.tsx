import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { exportUrl, getReport, TABLES, type Report, type ReportQuery, type TableId } from "../api/pages.ts";
import { t } from "../i18n/index.ts";
import { p } from "../i18n/pages/index.ts";
import { has } from "../store/pages.ts";
import { CsvLink, PageFrame, Section, Select, Shown, useLoaded } from "./page.tsx";
import { DayBars, WeekHours } from "./report-charts.tsx";
import { ReportFilters } from "./report-filters.tsx";
import { Ratings } from "./report-ratings.tsx";
import { FiguresTable, Totals } from "./report-table.tsx";

/** What happened in a period: totals, by day and hour, by whatever it is sorted by, and how customers rated it. */
export function ReportsPage(): VNode {
  const [query, setQuery] = useState<ReportQuery>({ days: "7" });
  const report = useLoaded((signal) => getReport(query, signal), [query]);
  return (
    <PageFrame title={t("page.reports")}>
      <ReportFilters query={query} onChange={(change) => setQuery({ ...query, ...change })} />
      {!has("reports") && <p class="meta">{p("reports.own")}</p>}
      <Shown of={report}>{(found) => <Sections report={found} query={query} />}</Shown>
    </PageFrame>
  );
}

function Sections({ report, query }: { report: Report; query: ReportQuery }): VNode {
  const [table, setTable] = useState<TableId>("agents");
  const csv = (of: TableId | "ratings"): VNode | false => has("export") && <CsvLink href={exportUrl(query, of)} label={p(`table.${of}`)} />;
  const choices = TABLES.map((value) => ({ value, label: p(`table.${value}`) }));
  const several = table === "topics" || table === "tags" ? p(`reports.several.${table}`) : null;
  return (
    <>
      <p class="meta">{p("reports.zone", { zone: report.timezone })}</p>
      <Totals report={report} />
      <Section title={p("reports.byDay")} tools={csv("days")}>
        <DayBars days={report.tables.days} />
        <details>
          <summary>{p("reports.asTable")}</summary>
          <FiguresTable report={report} table="days" />
        </details>
      </Section>
      <Section
        title={p(`table.${table}`)}
        tools={
          <>
            <Select name="table" label={p("reports.table")} value={table} choices={choices} onPick={(value) => setTable(value as TableId)} />
            {csv(table)}
          </>
        }
      >
        {several !== null && <p class="meta">{several}</p>}
        {report.tables[table].length === 0 ? <p class="meta">{p("reports.empty")}</p> : <FiguresTable report={report} table={table} />}
      </Section>
      <Section title={p("reports.byHour")}>
        <WeekHours hours={report.tables.hours} />
      </Section>
      <Section title={p("reports.ratings")} tools={csv("ratings")}>
        <Ratings report={report} />
      </Section>
    </>
  );
}
