import type { HostState, Outgoing } from "../../src/shared/port.ts";
import type { Thread, WidgetConfig, WMessage } from "../../src/shared/protocol.ts";

export const NOON = new Date(2026, 2, 12, 12, 0).getTime();
export const THREAD = "11111111-1111-4111-8111-111111111111";

export function message(id: number, fields: Partial<WMessage> = {}): WMessage {
  return {
    id,
    thread: THREAD,
    from: "agent",
    text: `повідомлення ${id} 🧥`,
    attachments: [],
    at: NOON + id * 1000,
    ...fields,
  };
}

export function thread(fields: Partial<Thread> = {}): Thread {
  return {
    thread: THREAD,
    state: "open",
    last_at: NOON,
    last_text: "",
    last_from: "agent",
    unread: 0,
    agent: null,
    agent_read_id: 0,
    ...fields,
  };
}

export function outgoing(client_id: string, fields: Partial<Outgoing> = {}): Outgoing {
  return { client_id, thread: THREAD, text: "Чи є розмір M?", at: NOON, state: "queued", ...fields };
}

export function config(fields: Partial<WidgetConfig> = {}): WidgetConfig {
  return {
    key: "site_main",
    name: "Служба підтримки",
    greeting: "Вітаємо!",
    theme: { color: null, position: "right", mode: "auto" },
    locale: "en",
    locales: ["en", "ru", "uk", "es"],
    pre_chat: [],
    max_upload: 4_194_304,
    max_length: 2000,
    collect: { page: true, utm: true, screen: true, ip: true },
    continue_via: [],
    ...fields,
  };
}

export function host(fields: Partial<HostState> = {}): HostState {
  return {
    config: config(),
    who: {},
    attributes: {},
    stored: {},
    page: { url: "https://shop.example/куртка", title: "Куртка" },
    tab: "0.5",
    open: true,
    focus: true,
    ...fields,
  };
}
