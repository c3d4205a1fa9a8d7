import { describe, expect, it } from "vitest";
import { utmOf, visitOf } from "../../src/frame/visit.ts";
import { config, host } from "./make.ts";

const BEGAN = {
  url: "https://shop.example/?utm_source=лист&utm_medium=mail",
  title: "Крамниця",
  referrer: "https://search.example/",
  started_at: 5,
};
const EVERYTHING = { page: true, utm: true, screen: true, ip: true };

describe("the report of a visit", () => {
  it("d36: names the first and the current page, where it came from and since when", () => {
    expect(visitOf(host({ stored: { visit: BEGAN } }))).toMatchObject({
      url: "https://shop.example/куртка",
      title: "Куртка",
      first_url: BEGAN.url,
      first_title: "Крамниця",
      referrer: "https://search.example/",
      started_at: 5,
      tab: "0.5",
    });
  });

  it("d34, d35: tells the screen and the browser's language", () => {
    expect(visitOf(host())).toMatchObject({ screen: `${screen.width}x${screen.height}`, language: navigator.language });
  });

  it.each([
    ["page", ["url", "title", "first_url", "first_title", "referrer"]],
    ["utm", ["utm"]],
    ["screen", ["screen"]],
  ])("leaves out what the settings switch off: %s", (name, fields) => {
    const visit = visitOf(
      host({ stored: { visit: BEGAN }, config: config({ collect: { ...EVERYTHING, [name]: false } }) }),
    );
    for (const field of fields) expect(visit).not.toHaveProperty(field);
  });

  it("reads the campaign from the present page, else from the first", () => {
    expect(visitOf(host({ stored: { visit: BEGAN } })).utm).toEqual({ source: "лист", medium: "mail" });
    const page = { url: "https://shop.example/?utm_source=new", title: "" };
    expect(visitOf(host({ stored: { visit: BEGAN }, page })).utm).toEqual({ source: "new" });
  });

  it("reads no campaign from the fragment", () => {
    expect(utmOf("https://a.example/#?utm_source=x")).toEqual({});
  });

  it("writes attributes as texts", () => {
    const attributes = { plan: "gold", visits: 3 } as unknown as Record<string, string>;
    expect(visitOf(host({ attributes })).attributes).toEqual({ plan: "gold", visits: "3" });
  });
});
