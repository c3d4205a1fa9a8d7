/** Translation without a parser at run time: flat keys, `{name}` placeholders, plural objects through Intl.PluralRules. */

export type Plural = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };
export type Messages = Record<string, string | Plural>;
export type Params = Record<string, string | number>;
export type Translate<K extends string = string> = (key: K, params?: Params) => string;

/**
 * `t(key, params)`. A plural message is chosen by the parameter `n`, of "1000+" by the number it begins with. Numbers are written the locale's way.
 * An unknown key answers the key itself, so that a gap is seen and not a crash.
 */
export function makeT<M extends Messages>(messages: M, locale: string): Translate<Extract<keyof M, string>> {
  const rules = new Intl.PluralRules(locale);
  const numbers = new Intl.NumberFormat(locale);
  const text = (value: string | number): string => (typeof value === "number" ? numbers.format(value) : value);
  return (key, params = {}) => {
    const found: string | Plural | undefined = messages[key];
    if (found === undefined) return key;
    const pattern = typeof found === "string" ? found : choose(found, rules, params["n"]);
    return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => {
      const value = params[name];
      return value === undefined ? whole : text(value);
    });
  };
}

function choose(plural: Plural, rules: Intl.PluralRules, n: string | number | undefined): string {
  return plural[rules.select(parseFloat(`${n ?? 0}`))] ?? plural.other;
}

/** The first of `wanted` that is among `available` ("uk-UA" finds "uk"), else `fallback`. */
export function pickLocale(wanted: readonly string[], available: readonly string[], fallback: string): string {
  for (const tag of wanted) {
    const language = tag.toLowerCase().split("-")[0];
    const hit = available.find((one) => one.toLowerCase() === tag.toLowerCase() || one.toLowerCase() === language);
    if (hit !== undefined) return hit;
  }
  return fallback;
}
