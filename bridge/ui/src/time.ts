/** Moments in the reader's own zone and language. All moments are milliseconds since the epoch. */

const DAY = 86_400_000;
const made = new Map<string, Intl.DateTimeFormat>();

const CLOCK: Intl.DateTimeFormatOptions = { hour: "numeric", minute: "2-digit" };
const DATE: Intl.DateTimeFormatOptions = { day: "numeric", month: "short" };
const DATE_OF_OTHER_YEAR: Intl.DateTimeFormatOptions = { ...DATE, year: "numeric" };
const MOMENT: Intl.DateTimeFormatOptions = { dateStyle: "medium", timeStyle: "short" };
const DAY_THIS_YEAR: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", weekday: "long" };
const DAY_OF_OTHER_YEAR: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", year: "numeric" };

/** Making an Intl formatter costs far more than using one, and a list asks for hundreds. */
function format(at: number, locale: string, options: Intl.DateTimeFormatOptions): string {
  const written = regional(locale);
  const key = written + JSON.stringify(options);
  let formatter = made.get(key);
  if (!formatter) made.set(key, (formatter = new Intl.DateTimeFormat(written, options)));
  return formatter.format(at);
}

/** A language as it is written where the reader lives, where the browser says so: "en-GB" for "en". */
function regional(locale: string): string {
  return navigator.languages.find((one) => one.startsWith(`${locale}-`) && isTag(one)) ?? locale;
}

/** A browser without a language of its own tells of "en-US@posix", which is no tag. */
function isTag(language: string): boolean {
  return /^[\da-z]+(-[\da-z]+)*$/i.test(language);
}

/** A number that is the same for all moments of one local day; consecutive days differ by one. */
export function dayOf(at: number): number {
  const date = new Date(at);
  return Math.round(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY);
}

/** "14:02". */
export function clockTime(at: number, locale: string): string {
  return format(at, locale, CLOCK);
}

/** In a list: the time today, "12 Mar" this year, "12 Mar 2025" before. */
export function shortTime(at: number, locale: string, now: number): string {
  if (dayOf(at) === dayOf(now)) return clockTime(at, locale);
  return format(at, locale, sameYear(at, now) ? DATE : DATE_OF_OTHER_YEAR);
}

/** The whole moment, for tooltips. */
export function fullTime(at: number, locale: string): string {
  return format(at, locale, MOMENT);
}

/** A day separator: "Today", "Yesterday", "Thursday, 12 March", "12 March 2025". */
export function dayLabel(at: number, locale: string, now: number): string {
  const ago = dayOf(now) - dayOf(at);
  if (ago === 0 || ago === 1)
    return capital(new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(-ago, "day"), locale);
  return capital(format(at, locale, sameYear(at, now) ? DAY_THIS_YEAR : DAY_OF_OTHER_YEAR), locale);
}

/** "0:07", "12:30", "1:02:05". Negative lengths (clocks that disagree) count as zero. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function sameYear(a: number, b: number): boolean {
  return new Date(a).getFullYear() === new Date(b).getFullYear();
}

function capital(text: string, locale: string): string {
  return text.slice(0, 1).toLocaleUpperCase(locale) + text.slice(1);
}
