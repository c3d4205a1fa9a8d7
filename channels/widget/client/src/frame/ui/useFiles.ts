import { namedPaste, preview, tooLarge } from "@deskbridge/ui";
import { useEffect, useRef, useState } from "preact/hooks";

export type Picked = { id: number; file: File; url: string | undefined; release: () => void };

export type Files = {
  list: Picked[];
  /** The last pick's files that are over the limit; they were not taken. */
  refused: File[];
  add: (files: File[]) => void;
  remove: (id: number) => void;
  clear: () => void;
};

let next = 0;

/** Files picked for the next message, with pictures to recognise them by. */
export function useFiles(limit: number): Files {
  const [list, setList] = useState<Picked[]>([]);
  const [refused, setRefused] = useState<File[]>([]);
  const held = useRef(list);
  held.current = list;
  useEffect(() => () => held.current.forEach((one) => one.release()), []);

  const add = (files: File[]): void => {
    setRefused(files.filter((file) => tooLarge(file, limit)));
    const fitting = files.filter((file) => !tooLarge(file, limit)).map((file) => pick(namedPaste(file, new Date())));
    setList((old) => [...old, ...fitting]);
  };
  const remove = (id: number): void => {
    held.current.find((one) => one.id === id)?.release();
    setList((old) => old.filter((one) => one.id !== id));
    setRefused([]);
  };
  const clear = (): void => {
    held.current.forEach((one) => one.release());
    setList([]);
    setRefused([]);
  };
  return { list, refused, add, remove, clear };
}

function pick(file: File): Picked {
  const picture = preview(file);
  return { id: ++next, file, url: picture?.url, release: picture?.release ?? (() => undefined) };
}
