/** Has the server tell a frame over the last line that was opened. */
export let told: (frame: object) => void = () => undefined;

/** A socket to nobody: what the server tells is told by the test. */
export class Line {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    told = (frame) => this.onmessage?.({ data: JSON.stringify(frame) });
  }
  send(): void {}
  close(): void {}
}
