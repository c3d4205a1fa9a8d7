import { beforeEach, describe, expect, it } from "vitest";
import { act } from "preact/test-utils";
import { ChannelBanners, ChannelNotice, ChannelsButton } from "../src/components/channel-trouble.tsx";
import { SurfaceList } from "../src/components/surface-list.tsx";
import type { ChannelHealth, Role, SurfaceHealth, SurfacePlace } from "../src/api/types.ts";
import { channels } from "../src/store/channels.ts";
import { surfaces } from "../src/store/surfaces.ts";
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
    expect(banners()).toContain("the network keeps it for 24 hours, and the first messages will be lost in");
    now.value = T0 + 20.5 * HOUR;
    expect(banners()).toContain("the first messages will be lost in 3 hours");
    now.value = T0 + 23.25 * HOUR;
    expect(banners()).toContain("the first messages will be lost in 45 minutes");
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

describe("where colleagues answer", () => {
  const place = (part: Partial<SurfacePlace> = {}): SurfacePlace => ({ id: "C0SALES0001", teams: ["sales"], lost_since: null, sentence: null, shown_at: [], shown_nowhere: 0, back: null, ...part });
  const surface = (part: Partial<SurfaceHealth> = {}): SurfaceHealth => ({ id: "team_slack", kind: "slack", state: "up", since: T0, sent_at: T0, via: null, places: [place()], ...part });
  const group = surface({ id: "team_tg", kind: "telegram_forum", places: [place({ id: "-1001", teams: ["default"] })] });
  const lost = place({ lost_since: T0, sentence: "The app was removed.", shown_at: [{ surface: "team_tg", place: "-1001", conversations: 2 }], shown_nowhere: 1 });

  function serve(...known: SurfaceHealth[]): void {
    act(() => {
      surfaces.value = known;
    });
  }
  const list = (): string => show(<SurfaceList />).textContent!;

  it("is told of as a channel is, with its places", () => {
    serve(surface(), group);
    expect(list()).toContain("Slack");
    expect(list()).toContain("Places: C0SALES0001 (Sales)");
    expect(list()).toContain("Places: -1001");
    expect(banners()).toBe("");
  });

  it("raises an alarm for a place that is lost, with where its conversations are now", () => {
    serve(surface({ state: "degraded", reason: "unreachable", sentence: "Nothing can be shown in C0SALES0001: …", places: [lost] }), group);
    expect(banners()).toContain("Slack: C0SALES0001 (Sales) is lost since");
    expect(banners()).toContain("Let the app or the bot in again");
    const told = list();
    expect(told).toContain("Works in part");
    expect(told).toContain("The app was removed.");
    expect(told).toContain("Its open conversations are shown here now: Telegram group -1001: 2.");
    expect(told).toContain("1 open conversation of it is in this console only.");
    expect(show(<ChannelsButton />).querySelector("[data-trouble]")!.getAttribute("data-trouble")).toBe("1");
  });

  it("says what is wrong with a surface as a whole, and what to do", () => {
    serve(surface({ state: "bad_credentials", reason: "credentials_refused" }));
    expect(banners()).toContain("Slack: the network refuses the token or the password");
    expect(list()).toContain("Get a new token or password");
    serve(surface({ state: "bad_credentials", reason: "credentials_refused", places: [lost] }), group);
    expect(banners()).toContain("Slack: the network refuses the token or the password");
    expect(list()).toContain("Get a new token or password");
    expect(list()).not.toContain("Let the app or the bot in again");
    serve(surface({ state: "degraded", reason: "cosmic_rays" }));
    expect(list()).toContain(en["channels.why.unknown"]);
  });

  it("counts surfaces beside channels, and only counts them where there are several", () => {
    are(refused);
    serve(surface({ places: [lost] }), surface({ id: "other", state: "down", reason: "timeout" }));
    expect(banners()).toContain("2 places where colleagues answer have trouble");
    const button = show(<ChannelsButton />).querySelector("[data-trouble]")!;
    expect(button.getAttribute("data-trouble")).toBe("3");
    expect(button.getAttribute("aria-label")).toBe("1 channel has trouble. 2 places where colleagues answer have trouble");
    expect(list()).toContain("Slack (team_slack)");
  });

  it("leaves the alarm to the channel where it goes by one", () => {
    are(channel({ inbox: "shop_tg", state: "down", reason: "timeout" }));
    serve(surface({ id: "mail", kind: "email", via: "shop_tg", state: "down", reason: "timeout", places: [] }));
    expect(banners()).not.toContain("Mail to agents");
    expect(list()).toContain("By the channel Shop bot");
    expect(list()).toContain("Out of reach");
  });

  it("is told of once it is there again, until somebody has read it", () => {
    const back = place({ back: { begun: T0, ended: T0 + HOUR } });
    serve(surface({ places: [back] }));
    const shown = show(<ChannelBanners />);
    expect(shown.textContent).toContain("Slack: C0SALES0001 (Sales) is there again.");
    press(shown.querySelector("button"));
    expect(shown.textContent).toBe("");
    serve(surface({ places: [{ ...back, lost_since: T0 + 2 * HOUR }] }));
    expect(banners()).not.toContain("there again");
    serve(surface({ places: [place({ back: { begun: T0, ended: T0 + 3 * HOUR } })] }));
    expect(banners()).toContain("there again");
  });

  it("is nothing for agents", () => {
    as("agent");
    serve(surface({ places: [lost] }));
    expect(banners()).toBe("");
  });
});
