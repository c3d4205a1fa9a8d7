/** localStorage under our own prefix. A browser that forbids or has filled it only loses what a reload would keep. */
const PREFIX = "deskbridge.";

export function readStored<T>(key: string): T | null {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch (error) {
    console.warn("Stored data could not be read.", key, error);
    return null;
  }
}

/** Whether it was kept. */
export function store(key: string, value: unknown): boolean {
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
    return true;
  } catch (error) {
    console.warn("Data could not be stored.", key, error);
    return false;
  }
}

export function forget(key: string): void {
  localStorage.removeItem(PREFIX + key);
}

export function storedKeys(prefix: string): string[] {
  const keys: string[] = [];
  for (let at = 0; at < localStorage.length; at += 1) {
    const key = localStorage.key(at);
    if (key?.startsWith(PREFIX + prefix)) keys.push(key.slice(PREFIX.length));
  }
  return keys;
}

/** Calls back when another tab writes the key. */
export function onStored(key: string, then: () => void): () => void {
  const listener = (event: StorageEvent): void => {
    if (event.key === PREFIX + key) then();
  };
  addEventListener("storage", listener);
  return () => removeEventListener("storage", listener);
}
