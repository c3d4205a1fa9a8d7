/** Files before they are sent: are they too large, what do they look like, which icon do they get. */

export type FileIcon = "image" | "audio" | "video" | "archive" | "table" | "text" | "file";

/** The limit is inclusive: a file of exactly `limit` bytes passes. */
export function tooLarge(file: { size: number }, limit: number): boolean {
  return file.size > limit;
}

/** "850 kB", "4 MB", in the locale's words; a megabyte is 1024 × 1024 bytes, as the settings count. */
export function formatSize(bytes: number, locale: string): string {
  const [value, unit] =
    bytes < 1024 ? [bytes, "byte"] : bytes < 1024 ** 2 ? [bytes / 1024, "kilobyte"] : [bytes / 1024 ** 2, "megabyte"];
  const maximumFractionDigits = unit === "megabyte" && value < 10 ? 1 : 0;
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short", maximumFractionDigits }).format(
    value,
  );
}

/** "4,194,305 bytes": for a size that must be told to the byte. */
export function formatBytes(bytes: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
}

/** Types every browser can draw itself. SVG is left out: it can carry script. */
export function previewable(file: { type: string }): boolean {
  return /^image\/(png|jpe?g|gif|webp|avif)$/.test(file.type);
}

/** An object URL to show a picked image by. The caller must call `release` when the picture leaves the page. */
export function preview(file: File): { url: string; release: () => void } | null {
  if (!previewable(file)) return null;
  const url = URL.createObjectURL(file);
  return { url, release: () => URL.revokeObjectURL(url) };
}

export function fileIcon(type: string, name: string): FileIcon {
  const family = type.split("/")[0];
  if (family === "image" || family === "audio" || family === "video") return family;
  if (/\.(zip|rar|7z|t?gz|tar|bz2|xz)$/i.test(name)) return "archive";
  if (/\.(csv|tsv|xlsx?|ods)$/i.test(name)) return "table";
  if (family === "text" || /\.(pdf|docx?|odt|rtf|txt|md)$/i.test(name)) return "text";
  return "file";
}

/** Pasted pictures all arrive as "image.png"; a name with the moment in it tells them apart. */
export function namedPaste(file: File, now: Date): File {
  if (!/^image\.\w+$/.test(file.name)) return file;
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
  return new File([file], file.name.replace("image", `image-${stamp}`), { type: file.type });
}

/** The files of a paste or a drop. */
export function filesOf(data: DataTransfer | null): File[] {
  return data ? Array.from(data.files) : [];
}
