const SIDE = 256;

/** Draws a sticker: a picture of one emoji. */
export async function sticker(emoji = "🌷"): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIDE;
  const pen = canvas.getContext("2d");
  if (pen) {
    pen.font = `${SIDE * 0.7}px sans-serif`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(emoji, SIDE / 2, SIDE / 2);
  }
  const drawn = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!drawn) throw new Error("This browser draws no stickers.");
  return drawn;
}
