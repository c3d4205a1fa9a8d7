/** The server counts conversations to 1,000 and says 1,001 for "more". */
export function countText(count: number): string {
  return count > 1000 ? "1000+" : String(count);
}
