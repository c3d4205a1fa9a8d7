import type { HostState, ToLoader } from "../shared/port.ts";

/**
 * The frame on our own origin, and the private line to it. A window message is believed only from that very frame and
 * that very origin; everything after the first goes over a MessagePort that nobody else holds.
 */
export function makeFrame(address: string, state: () => HostState, hear: (message: ToLoader) => void) {
  let port: MessagePort | undefined;
  const { origin } = new URL(address);
  const element = document.createElement("iframe");
  const tell = (): void => port?.postMessage(state());
  addEventListener("message", ({ source, origin: from, data }) => {
    if (!source || source !== element.contentWindow || from !== origin || data.deskbridge !== "ready") return;
    const { port1, port2 } = new MessageChannel();
    port = port1;
    port.onmessage = (event) => hear(event.data);
    element.contentWindow.postMessage({ deskbridge: "port" }, origin, [port2]);
    tell();
  });
  element.src = address;
  return { element, tell };
}
