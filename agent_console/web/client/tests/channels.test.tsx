import { beforeEach, describe, expect, it } from "vitest";
import { act } from "preact/test-utils";
import { ChannelBanners, ChannelNotice, ChannelsButton } from "../src/components/channel-trouble.tsx";
import type { ChannelHealth, Role } from "../src/api/types.ts";
import { channels } from "../src/store/channels.ts";
import { now } from "../src/store/clock.ts";
import { en } from "../src/i18n/en.ts";
import { adopt } from "../src/store/session.ts";
import { channel, session, T0 } from "./samples.ts";
import { press, show } from "./show.ts";

const HOUR = 3_600_000;

function as(role: Role): void {
  const sample = session();
  adopt({ ...sample, agent: { ...sample.agent, role } });
  now.value = T0 + HOUR;
}

function are(...known: ChannelHealth[]): void {
  act(() => {
    channels.value = known;
  });
}

const refused = channel({ inbox: "shop_tg", state: "bad_credentials", reason: "credentials_refused", since: T0 });
const banners = (): string => show(<ChannelBanners />).textContent!;

beforeEach(() => {
  localStorage.clear();
  as("supervisor");
});

describe("a channel in trouble", () => {
  it("is named to those who can have it mended, with what to do", () => {
    are(refused, channel({ inbox: "site" }));
    expect(banners()).toContain("Shop bot: the network refuses the token or the password");
    expect(banners()).toContain("Get a new token or password");
  });

  it("is not put over everything for agents, who are told in the conversations of it", () => {
    as("agent");
    are(refused);
    expect(banners()).toBe("");
    expect(show(<ChannelsButton />).textContent).toBe("");
    expect(show(<ChannelNotice inbox="shop_tg" />).textContent).toContain("answers do not go out");
    expect(show(<ChannelNotice inbox="site" />).textContent).toBe("");
  });

  it("is only counted where there are several", () => {
    are(refused, channel({ inbox: "site", state: "down", reason: "timeout" }));
    expect(banners()).toContain("2 channels have trouble");
    expect(show(<ChannelsButton />).querySelector("[data-trouble]")!.getAttribute("data-trouble")).toBe("2");
  });

  it("warns of what is lost, as the network keeps it", () => {
    const down = channel({ inbox: "shop_tg", state: "down", reason: "webhook_failing", down_since: T0, warned: 1 });
    are(down);
    expect(banners()).toContain("the network drops what it has kept for 24 hours");
    now.value = T0 + 25 * HOUR;
    expect(banners()).toContain("what is older than 24 hours is lost");
    are({ ...down, inbox: "site" });
    expect(banners()).toContain("messages may be lost");
    are({ ...down, warned: 0 });
    expect(banners()).not.toContain("lost");
  });

  it("has words for a reason that only a newer server knows", () => {
    are(channel({ inbox: "site", state: "degraded", reason: "cosmic_rays" }));
    expect(banners()).toContain(en["channels.why.unknown"]);
  });

  it("says nothing while it starts", () => {
    are(channel({ inbox: "site", state: "starting" }));
    expect(banners()).toBe("");
  });
});

describe("a channel that is back", () => {
  const back = channel({ inbox: "shop_tg", gap: { begun: T0, ended: T0 + HOUR, lost: true } });

  it("is told of until somebody has read it, here and after a reload", () => {
    are(back);
    const place = show(<ChannelBanners />);
    expect(place.textContent).toContain("Shop bot receives again");
    expect(place.textContent).toContain("may be missing");
    press(place.querySelector("button"));
    expect(place.textContent).toBe("");
    expect(localStorage.getItem("deskbridge.gaps")).toContain("shop_tg");
    are({ ...back, gap: { begun: T0, ended: T0 + 2 * HOUR, lost: false } });
    expect(banners()).toContain("the network kept it for us");
  });

  it("is not told of while it has trouble again", () => {
    are({ ...refused, gap: back.gap });
    expect(banners()).not.toContain("receives again");
  });
});
