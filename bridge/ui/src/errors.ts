/** What the server says when it refuses: `{"error": {code, message, fields?, detail?, request_id}}`. */

export type ErrorBody = {
  code: string;
  message: string;
  fields?: Record<string, string>;
  detail?: Record<string, unknown>;
  request_id?: string;
};

/** A refusal. `status` is the HTTP status, or 0 when no answer came at all (then `code` is "network"). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: Record<string, string>;
  readonly detail: Record<string, unknown>;
  readonly requestId: string | undefined;

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.name = "ApiError";
    this.status = status;
    this.code = body.code;
    this.fields = body.fields ?? {};
    this.detail = body.detail ?? {};
    this.requestId = body.request_id;
  }

  /** Whether the same request may succeed later without anybody changing it. */
  get passing(): boolean {
    return this.status < 400 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** `fetch` that answers with the parsed body (undefined for 204) and raises ApiError for everything else. */
export async function request<T>(url: string, init?: RequestInit): Promise<T> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, init);
    // A line that breaks here leaves half an answer, which is none.
    text = await response.text();
  } catch (cause) {
    if (init?.signal?.aborted && !isLate(init.signal)) throw cause;
    throw new ApiError(0, { code: "network", message: "The server cannot be reached." });
  }
  const body: unknown = text === "" ? undefined : parse(text);
  if (response.ok && (text === "" || body !== undefined)) return body as T;
  throw new ApiError(response.status, errorBody(body, response.status));
}

/** Whether it was broken off for taking too long, and not by whoever asked. */
function isLate({ reason }: AbortSignal): boolean {
  return reason instanceof DOMException && reason.name === "TimeoutError";
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A proxy's HTML page is not our answer: the caller reports the status instead.
  }
}

function errorBody(body: unknown, status: number): ErrorBody {
  const error = (body as { error?: Partial<ErrorBody> } | undefined)?.error;
  if (typeof error?.code === "string") return { message: error.code, ...error, code: error.code };
  return { code: "http", message: `The server answered ${status} with no reason.` };
}
