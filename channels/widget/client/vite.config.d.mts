import type { InlineConfig } from "vite";

export function loader(here: string, out: string): InlineConfig;
export function frame(here: string, out: string): InlineConfig;
