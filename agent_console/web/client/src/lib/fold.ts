/** Letters as people search for them: without case, accents, or the difference between е and ё, і and ї. */
export function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize("NFD")
    .replace(/\p{M}/gu, "");
}

/** Whether the letters of `query` stand in `text` in this order. Answers how well: the larger the better, 0 for not at all. */
export function fuzzy(query: string, text: string): number {
  const wanted = fold(query.trim());
  const within = fold(text);
  if (wanted === "") return 1;
  const whole = within.indexOf(wanted);
  if (whole === 0) return 1000;
  if (whole > 0) return within[whole - 1] === " " ? 800 : 600;
  let score = 0;
  let from = 0;
  let run = 0;
  for (const letter of wanted.replaceAll(" ", "")) {
    const found = within.indexOf(letter, from);
    if (found < 0) return 0;
    run = found === from ? run + 1 : 0;
    score += 1 + run * 2 + (found === 0 || within[found - 1] === " " ? 8 : 0);
    from = found + 1;
  }
  return Math.min(500, score);
}
