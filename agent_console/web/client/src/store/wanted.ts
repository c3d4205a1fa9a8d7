import { signal } from "@preact/signals";

/** The message a conversation is being opened at, when it is opened for one. */
export const wanted = signal<{ conversation: number; message: number } | null>(null);
