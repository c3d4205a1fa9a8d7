import { useEffect, useState } from "preact/hooks";

/** One value that changes by replacement, and those who want to know. */
export class Store<T extends object> {
  private readonly listeners = new Set<() => void>();

  constructor(public value: T) {}

  set(patch: Partial<T>): void {
    this.value = { ...this.value, ...patch };
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}

/** The store's value, drawing the component again with each change. */
export function useStore<T extends object>(store: Store<T>): T {
  const [, redraw] = useState(store.value);
  useEffect(() => {
    const look = (): void => redraw(store.value);
    // An effect comes after the drawing, and much may have changed in between.
    look();
    return store.subscribe(look);
  }, [store]);
  return store.value;
}
