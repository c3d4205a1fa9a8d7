/** What the page is told of a phone, as `bridge/sandbox/phones/shapes.py` has it. */

export type Mark = "" | "sent" | "delivered" | "read";
export type FileKind = "photo" | "voice" | "video" | "sticker" | "file";

export interface Span {
  text: string;
  marks: string[];
  href?: string;
}

export interface Button {
  label: string;
  href?: string;
}

export interface SentFile {
  kind: FileKind;
  name: string;
  url: string;
}

export interface Message {
  id: string;
  mine: boolean;
  at: number;
  subject?: string;
  spans: Span[];
  files: SentFile[];
  mark: Mark;
  edited: boolean;
  quote: string;
  buttons: Button[][];
}

export interface Owner {
  id: string;
  name: string;
  blocked: boolean;
  open: boolean;
  typing: boolean;
  messages: Message[];
  keyboard?: { message: string; rows: Button[][] };
}

export interface Phone {
  id: string;
  network: "telegram" | "vk" | "viber" | "email";
  inbox: string;
  can: string[];
  owners: Owner[];
  faults: number;
}
