const FIRST = 500;
const LAST = 15_000;

/** Growing pauses, each between half and the whole of its step, so that a thousand clients do not return at once. */
export class Backoff {
  private step = FIRST;

  next(): number {
    const pause = this.step * (0.5 + Math.random() / 2);
    this.step = Math.min(this.step * 2, LAST);
    return pause;
  }

  reset(): void {
    this.step = FIRST;
  }
}
