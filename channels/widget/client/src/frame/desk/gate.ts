/** What goes through it one at a time, and waits before it while it is shut. */
export class Gate {
  /** Resolved while it is open. */
  opened: Promise<void> = Promise.resolve();
  private passing: Promise<unknown> = Promise.resolve();
  private unlock: (() => void) | undefined;

  /** Resolves once nothing is under way any more, however that ended. */
  async shut(): Promise<void> {
    if (!this.unlock) this.opened = new Promise((done) => (this.unlock = done));
    await this.passing;
  }

  open(): void {
    this.unlock?.();
    this.unlock = undefined;
  }

  pass<T>(work: Promise<T>): Promise<T> {
    this.passing = work.catch(() => undefined);
    return work;
  }
}
