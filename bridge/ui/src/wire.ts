/** The shapes that the console's API and the widget's API share. Times are milliseconds since the epoch, UTC. */

export type AttachmentKind = "image" | "file" | "voice" | "video" | "audio" | "sticker";

export type Attachment = {
  id: string;
  name: string;
  type: string;
  size: number;
  kind: AttachmentKind;
  width?: number;
  height?: number;
  url: string;
  preview_url?: string;
  state: "ready" | "pending" | "failed";
};

export type RichNode =
  | { t: "text"; v: string }
  | { t: "b" | "i" | "s" | "quote" | "p"; c: RichNode[] }
  | { t: "code" | "pre"; v: string }
  | { t: "br" }
  | { t: "a"; href: string; c: RichNode[] }
  | { t: "ul" | "ol"; c: RichNode[][] };

export type Rich = RichNode[];

export type MarkState = "queued" | "sending" | "sent" | "delivered" | "read" | "failed" | "uncertain";

export type Mark = {
  state: MarkState;
  reason?: string;
  detail?: string;
  at: number;
  may_be_double?: boolean;
  /** Set where the state is that of a change which has not arrived (yet), not of the message itself. */
  of?: "edit" | "delete";
};
