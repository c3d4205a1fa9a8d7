import { ApiError, type ErrorBody } from "@deskbridge/ui";
import { csrfToken } from "./http.ts";
import type { Attachment } from "./types.ts";

export type Upload = { done: Promise<Attachment>; cancel: () => void };

/** Uploads one file. XMLHttpRequest, because fetch tells nothing about the progress of a request body. */
export function upload(file: File, onProgress: (part: number) => void): Upload {
  const xhr = new XMLHttpRequest();
  const done = new Promise<Attachment>((resolve, reject) => {
    xhr.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    xhr.onload = () => (xhr.status === 201 ? resolve(xhr.response as Attachment) : reject(refusal(xhr)));
    xhr.onerror = () => reject(new ApiError(0, { code: "network", message: "The server cannot be reached." }));
    xhr.onabort = () => reject(new ApiError(0, { code: "cancelled", message: "The upload was cancelled." }));
  });
  const form = new FormData();
  form.append("file", file, file.name);
  xhr.open("POST", "/api/uploads");
  xhr.responseType = "json";
  xhr.setRequestHeader("X-CSRF-Token", csrfToken());
  xhr.send(form);
  return { done, cancel: () => xhr.abort() };
}

function refusal(xhr: XMLHttpRequest): ApiError {
  const body = xhr.response as { error?: ErrorBody } | null;
  return new ApiError(xhr.status, body?.error ?? { code: "http", message: `The server answered ${xhr.status}.` });
}
