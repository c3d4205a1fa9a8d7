/** The product's own limit counts characters (code points) that are not white space. */
export function countNonSpace(text: string): number {
  let count = 0;
  for (const char of text) if (!/\s/.test(char)) count += 1;
  return count;
}

/**
 * A UUID that begins with the time (version 7, RFC 9562): the server finds the place of a new one beside the last,
 * where a random one is somewhere else each time.
 */
export function uuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let at = 0, now = Date.now(); at < 6; at++) bytes[at] = Math.floor(now / 2 ** (8 * (5 - at)));
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
