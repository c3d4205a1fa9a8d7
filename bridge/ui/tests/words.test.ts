import { describe, expect, it, vi } from "vitest";
import { countNonSpace, uuid } from "../src/text.ts";
import { formatBytes, formatSize, namedPaste, previewable, tooLarge, fileIcon } from "../src/files.ts";
import { makeT, pickLocale } from "../src/i18n.ts";
import { clockTime, dayLabel, duration, shortTime } from "../src/time.ts";

const NOON = new Date(2026, 2, 12, 12, 0).getTime();
const HOUR = 3_600_000;

describe("translation", () => {
  const t = makeT(
    { hello: "Вітаю, {name}!", files: { one: "{n} файл", few: "{n} файли", many: "{n} файлів", other: "{n} файлу" } },
    "uk",
  );

  it("fills placeholders", () => expect(t("hello", { name: "Олена 👩🏽‍💻" })).toBe("Вітаю, Олена 👩🏽‍💻!"));
  it("leaves a placeholder without a value to be seen", () => expect(t("hello")).toBe("Вітаю, {name}!"));
  it.each([
    [1, "1 файл"],
    [3, "3 файли"],
    [11, "11 файлів"],
    [1.5, "1,5 файлу"],
    ["1000+", "1000+ файлів"],
  ])("chooses the plural for %s", (n, text) => expect(t("files", { n })).toBe(text));
  it("does not read a value as a placeholder", () => expect(t("hello", { name: "{name}" })).toBe("Вітаю, {name}!"));
  it("finds the nearest locale", () => {
    expect(pickLocale(["uk-UA", "en"], ["en", "ru", "uk"], "en")).toBe("uk");
    expect(pickLocale(["fr"], ["en", "ru"], "ru")).toBe("ru");
  });
});

describe("time", () => {
  it("is the clock today and the date before", () => {
    expect(shortTime(NOON, "uk", NOON + HOUR)).toBe("12:00");
    expect(shortTime(NOON, "en", NOON + 48 * HOUR)).toBe("Mar 12");
    expect(shortTime(NOON, "en", NOON + 400 * 24 * HOUR)).toBe("Mar 12, 2026");
  });
  it("names today and yesterday in each language", () => {
    expect(["en", "ru", "uk", "es"].map((one) => dayLabel(NOON, one, NOON + HOUR))).toEqual([
      "Today",
      "Сегодня",
      "Сьогодні",
      "Hoy",
    ]);
    expect(dayLabel(NOON, "es", NOON + 20 * HOUR)).toBe("Ayer");
  });
  it("names older days by their date", () => expect(dayLabel(NOON, "en", NOON + 72 * HOUR)).toBe("Thursday, March 12"));
  it("writes durations", () =>
    expect([0, 7_900, 750_000, 3_725_000, -5].map(duration)).toEqual(["0:00", "0:07", "12:30", "1:02:05", "0:00"]));
  it("writes the clock the locale's way", () => expect(clockTime(NOON, "ru")).toBe("12:00"));
  it("writes a language as it is written where the reader lives", () => {
    const at = vi.spyOn(navigator, "languages", "get");
    const clocks = ["en-US", "en-GB", "fr-FR", "en-US@posix"].map((region) => {
      at.mockReturnValue([region, "uk-UA"]);
      return clockTime(NOON + 1.5 * HOUR, "en");
    });
    at.mockRestore();
    expect(clocks.map((one) => one.replace(/\s/u, " "))).toEqual(["1:30 PM", "13:30", "1:30 PM", "1:30 PM"]);
  });
});

describe("files before sending", () => {
  it("d20: a file of exactly the limit passes and one byte more does not", () => {
    expect(tooLarge({ size: 4_194_304 }, 4_194_304)).toBe(false);
    expect(tooLarge({ size: 4_194_305 }, 4_194_304)).toBe(true);
  });
  it("writes sizes in the reader's words", () => {
    expect(formatSize(4_194_304, "en")).toBe("4 MB");
    expect(formatSize(870_400, "ru")).toBe("850 кБ");
    expect(formatBytes(4_194_305, "en")).toBe("4,194,305 bytes");
  });
  it("never previews SVG", () => {
    expect(previewable({ type: "image/svg+xml" })).toBe(false);
    expect(previewable({ type: "image/jpeg" })).toBe(true);
  });
  it("tells pasted pictures apart and leaves other names alone", () => {
    const at = new Date(Date.UTC(2026, 2, 12, 9, 5, 3));
    expect(namedPaste(new File(["x"], "image.png", { type: "image/png" }), at).name).toBe("image-20260312-090503.png");
    expect(namedPaste(new File(["x"], "куртка.png"), at).name).toBe("куртка.png");
  });
  it("knows an icon for each family", () => {
    expect([
      fileIcon("image/png", "a"),
      fileIcon("application/zip", "a.zip"),
      fileIcon("", "звіт.xlsx"),
      fileIcon("application/pdf", "a.pdf"),
      fileIcon("", "a"),
    ]).toEqual(["image", "archive", "table", "text", "file"]);
  });
});

describe("text", () => {
  it("r45: counts characters that are not white space, emoji as one", () => expect(countNonSpace(" а б\n👍 ")).toBe(3));
  it("makes ids of version 7, which begin with the time and never repeat", () => {
    const made = Array.from({ length: 1000 }, uuid);
    for (const one of made) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(1000);
    const at = parseInt(made[0]!.replace("-", "").slice(0, 12), 16);
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
  });
});
