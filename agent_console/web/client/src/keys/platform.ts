export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

type WithLayout = Navigator & { keyboard?: { getLayoutMap: () => Promise<ReadonlyMap<string, string>> } };

/** What is printed on the keys, by code, where the browser tells; a Cyrillic layout answers with its Latin letters. */
export async function keyboardLayout(): Promise<ReadonlyMap<string, string> | undefined> {
  const { keyboard } = navigator as WithLayout;
  return keyboard ? keyboard.getLayoutMap() : undefined;
}
