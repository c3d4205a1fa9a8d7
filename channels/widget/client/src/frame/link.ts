import type { HostState, Stored, ToLoader } from "../shared/port.ts";

/** The line to the loader on the host page, which keeps what we want remembered. */
export type Link = { post: (message: ToLoader) => void; save: (data: Partial<Stored>) => void };

/**
 * Asks the page around us for a port, and calls `told` with its state each time that changes. The page's origin needs
 * no check here: the server's frame-ancestors let only the site's own pages hold this frame.
 */
export function connect(told: (state: HostState, link: Link) => void): void {
  addEventListener("message", (event: MessageEvent) => {
    const port = event.ports[0];
    if (event.source !== parent || event.data?.deskbridge !== "port" || !port) return;
    const post = (message: ToLoader): void => port.postMessage(message);
    const link: Link = { post, save: (data) => post({ type: "save", data }) };
    port.onmessage = ({ data }: MessageEvent<HostState>) => told(data, link);
  });
  // The greeting says nothing that a stranger could use, so it needs no exact target.
  parent.postMessage({ deskbridge: "ready" }, "*");
}
