export type Box<T> = { read: () => T; save: (patch: Partial<T>) => void; clear: () => void };

/**
 * A small object in a web storage. Where the browser blocks storage (or it is full) the object lives in memory, so the
 * widget works as long as the page does; what is no JSON counts as nothing. It is read anew each time, since another tab
 * may have changed it.
 */
export function makeBox<T extends object>(area: "localStorage" | "sessionStorage", name: string): Box<T> {
  let memory: string | undefined;
  const read = (): T => {
    try {
      return JSON.parse(memory ?? window[area].getItem(name) ?? "{}") as T;
    } catch {
      return {} as T;
    }
  };
  const write = (value: object): void => {
    const text = JSON.stringify(value);
    try {
      window[area].setItem(name, text);
      memory = undefined;
    } catch {
      memory = text;
    }
  };
  return { read, save: (patch) => write({ ...read(), ...patch }), clear: () => write({}) };
}
