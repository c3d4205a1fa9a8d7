/** What a person does at a phone. Each rejects with words for that person. */

type Given = Record<string, string | number | boolean>;

async function post(path: string, body: BodyInit): Promise<unknown> {
  const answer = await fetch(path, { method: "POST", body }).catch(() => null);
  if (answer === null) throw new Error("The sandbox does not answer.");
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

const path = (...parts: string[]): string => `/api/${parts.map(encodeURIComponent).join("/")}`;

/** Adds a customer and answers their id. */
export async function addOwner(phone: string, name: string): Promise<string> {
  const added = (await post(path(phone, "owners"), JSON.stringify({ name }))) as { id: string };
  return added.id;
}

export async function act(phone: string, owner: string, verb: string, given: Given = {}): Promise<void> {
  await post(path(phone, "owners", owner, verb), JSON.stringify(given));
}

export async function sendFile(
  phone: string,
  owner: string,
  kind: string,
  file: Blob,
  name: string,
  text: string,
): Promise<void> {
  const asked = new URLSearchParams({ kind, name, text });
  await post(`${path(phone, "owners", owner, "send")}?${asked}`, file);
}

export interface Letter {
  subject: string;
  text: string;
  /** The id of the mail that it answers, or nothing. */
  quote: string;
  files: readonly File[];
}

export async function writeMail(phone: string, owner: string, letter: Letter): Promise<void> {
  const files = await Promise.all(letter.files.map(async (one) => ({ name: one.name, data: await base64(one) })));
  await post(path(phone, "owners", owner, "mail"), JSON.stringify({ ...letter, files }));
}

function base64(file: File): Promise<string> {
  return new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => fail(new Error(`${file.name} cannot be read.`));
    reader.readAsDataURL(file);
  });
}

export async function planFaults(phone: string, given: Given): Promise<void> {
  await post(path(phone, "faults"), JSON.stringify(given));
}
