/** Each call of the console's API by name; the shapes are in types.ts. */
import { api, exchange, withQuery } from "./http.ts";
import type * as Wire from "./types.ts";

/** Without a row, what was done took it out of the agent's sight. */
type Answer = { row: Wire.Row | null; cursor: string };
export type PlainVerb = "take" | "release" | "close" | "reopen" | "join" | "leave" | "unblock" | "restore" | "follow" | "unfollow";

/** Given in a filter where an id could stand: without any, or what an agent typed. */
export const NONE = "-none";
export const OTHER = "-other";

/** What narrows lists and the search; what is given holds at once. `status` is of the folder that has both, All. */
export type Filters = {
  inbox?: string;
  assignee?: string;
  language?: string;
  last_by?: "customer" | "agent";
  contact?: number;
  /** A team's id, or `NONE`. */
  team?: string;
  /** A topic's id, `NONE` or `OTHER`. */
  topic?: string;
  /** Ids with commas, all of which the person has, or `NONE`. */
  tags?: string;
  /** Only people with a pinned tag. */
  pinned?: boolean;
  /** An id of a status. */
  has_status?: string;
  /** Only what a bot has. */
  bot?: boolean;
  status?: "closed" | "any";
};

export type ListQuery = Filters & { folder: Wire.FolderId; sort: string; part?: Wire.Part };

export type NewMessage = {
  client_id: string;
  kind: Wire.DraftKind;
  text: string;
  attachments?: string[];
  reply_to?: number;
  draft_revision?: number;
  mentions?: string[];
};

export const getOriginal = (message: number) => api<Wire.Original>("GET", `/api/messages/${message}/original`);

const conversation = (id: number): string => `/api/conversations/${id}`;

export const getSession = () => api<Wire.Session | Wire.FactorDue>("GET", "/api/session");
export const getChannels = () => api<Wire.ChannelHealth[]>("GET", "/api/channels");
export const getSurfaces = () => api<Wire.SurfaceHealth[]>("GET", "/api/surfaces");
export const signIn = (body: { login: string; password: string; code?: string }) =>
  api<Wire.Session | Wire.FactorDue>("POST", "/api/session", body);
/** What the identity provider is called by which one can sign in, or null. */
export const getWays = () => api<{ oidc: string | null }>("GET", "/api/session/ways");
export const beginElsewhere = () => api<{ url: string }>("POST", "/api/session/oidc", {});
export const peekLink = (token: string) =>
  api<{ kind: "sign_in" | "password" | "oidc"; agent: { id: string; name: string } }>("POST", "/api/session/link/peek", { token });
export const useLink = (body: { token: string; password?: string; code?: string }) =>
  api<Wire.Session | Wire.FactorDue>("POST", "/api/session/link", body);
export const signOut = () => api<void>("DELETE", "/api/session");
export const putPresence = (presence: Wire.PresenceChoice) => api<{ presence: Wire.Presence }>("PUT", "/api/me/presence", { presence });
export const putPreferences = (part: Partial<Wire.Preferences>) =>
  api<Wire.Preferences>("PUT", "/api/me/preferences", part);
/** Shows a picture of who is signed in to everybody. */
export const putPhoto = (file: File) => {
  const form = new FormData();
  form.append("file", file, file.name);
  return api<{ avatar_url: string }>("PUT", "/api/me/photo", form);
};
export const deletePhoto = () => api<void>("DELETE", "/api/me/photo");
/** What the YAML says of who is signed in. */
export const getProfile = () => api<Wire.Profile>("GET", "/api/me/profile");
export const getShift = () => api<{ spans: Wire.ShiftSpan[] | null }>("GET", "/api/me/shift");

export const getTokens = () => api<Wire.ApiToken[]>("GET", "/api/tokens");
export const deleteToken = (id: number) => api<void>("DELETE", `/api/tokens/${id}`);

export const getOwnSessions = () => api<Wire.OpenSession[]>("GET", "/api/me/sessions");
export const deleteOwnSession = (id: number) => api<void>("DELETE", `/api/me/sessions/${id}`);
/** Ends every other one. */
export const deleteOwnSessions = () => api<void>("DELETE", "/api/me/sessions");

const factor = "/api/me/second-factor";
export const getOwnFactor = () => api<Wire.OwnFactor>("GET", factor);
export const setUpSecondFactor = () => api<Wire.ToLearn>("POST", factor, {});
export const confirmSecondFactor = (code: string) => exchange<{ csrf: string; recovery_codes: string[] }>(`${factor}/confirm`, { code });
export const renewRecoveryCodes = (code: string) => api<{ recovery_codes: string[] }>("POST", `${factor}/recovery-codes`, { code });
export const switchFactorOff = (code: string) => exchange<{ csrf: string }>(`${factor}/off`, { code });

export const getFolders = () => api<Wire.Folders>("GET", "/api/folders");
export const listConversations = (query: ListQuery, after: string | null, limit: number) =>
  api<Wire.ConversationPage>("GET", withQuery("/api/conversations", { ...query, after, limit }));
export const getConversation = (id: number) => api<Wire.ConversationDetail>("GET", conversation(id));

export const getSelection = (query: ListQuery) => api<{ ids: number[]; more: boolean }>("GET", withQuery("/api/selection", query));
export const postBulk = (ids: number[], order: Wire.BulkOrder) => api<Wire.BulkOutcome>("POST", "/api/bulk", { ids, ...order });
export const postUnsent = (ids: number[]) => api<{ messages: number }>("POST", "/api/bulk/unsent", { ids });

export const getViews = () => api<{ views: Wire.View[] }>("GET", "/api/views");
export const getViewCounters = () => api<{ counters: Record<string, Wire.Count> }>("GET", "/api/views/counters");
export const postView = (view: Pick<Wire.View, "name" | "query" | "shared">) => api<Wire.View>("POST", "/api/views", view);
export const putView = (id: number, part: Partial<Pick<Wire.View, "name" | "query" | "shared">>) => api<Wire.View>("PUT", `/api/views/${id}`, part);
export const deleteView = (id: number) => api<void>("DELETE", `/api/views/${id}`);
export const putViewOrder = (ids: number[]) => api<void>("PUT", "/api/views/order", { ids });

export type Where = { before?: number; after?: number; around?: number };
export const getMessages = (id: number, where: Where, limit: number) =>
  api<Wire.MessagePage>("GET", withQuery(`${conversation(id)}/messages`, { ...where, limit }));
/** What a flood holds that stands in the thread as the message `flood`. */
export const getHeld = (id: number, flood: number, after: number) =>
  api<{ messages: Wire.Message[]; has_after: boolean }>("GET", withQuery(`${conversation(id)}/held`, { flood, after, limit: 50 }));
export const postMessage = (id: number, message: NewMessage) =>
  api<{ message: Wire.Message; row: Wire.Row | null; cursor: string }>("POST", `${conversation(id)}/messages`, message);
/** A file that some message has, to this customer too. */
export const postForward = (id: number, file: { client_id: string; attachment: string; text: string }) =>
  api<{ message: Wire.Message; row: Wire.Row | null; cursor: string }>("POST", `${conversation(id)}/forwards`, file);
export const patchMessage = (id: number, text: string) => api<{ message: Wire.Message }>("PATCH", `/api/messages/${id}`, { text });
export const deleteMessage = (id: number) => api<{ message: Wire.Message }>("DELETE", `/api/messages/${id}`);
export const retryMessage = (id: number) => api<{ message: Wire.Message }>("POST", `/api/messages/${id}/retry`, {});
export const settleMessage = (id: number, arrived: boolean) =>
  api<{ message: Wire.Message }>("POST", `/api/messages/${id}/settle`, { arrived });
export const retryMail = (id: number) => api<{ message: Wire.Message }>("POST", `/api/messages/${id}/mail/retry`, {});
export const settleMail = (id: number, arrived: boolean) =>
  api<{ message: Wire.Message }>("POST", `/api/messages/${id}/mail/settle`, { arrived });

export const act = (id: number, verb: PlainVerb) => api<Answer>("POST", `${conversation(id)}/${verb}`, {});
export const assign = (id: number, agent: string) => api<Answer>("POST", `${conversation(id)}/assign`, { agent });
export const assignTeam = (id: number, team: string) => api<Answer>("POST", `${conversation(id)}/team`, { team });
export const addParticipants = (id: number, agents: string[]) =>
  api<Answer>("POST", `${conversation(id)}/participants`, { agents });
export const removeParticipant = (id: number, agent: string) =>
  api<Answer>("DELETE", `${conversation(id)}/participants/${encodeURIComponent(agent)}`);
export const block = (id: number, order: Wire.BlockOrder) => api<Answer>("POST", `${conversation(id)}/block`, order);
export const putItem = (id: number, item: { label: string; url: string | null }) =>
  api<Answer>("PUT", `${conversation(id)}/item`, item);
export const deleteItem = (id: number) => api<Answer>("DELETE", `${conversation(id)}/item`);
export const postTopic = (id: number, topic: string) => api<Answer>("POST", `${conversation(id)}/topics`, { topic });
export const deleteTopic = (id: number, topic: string) => api<Answer>("DELETE", `${conversation(id)}/topics/${topic}`);
export const putOtherTopic = (id: number, text: string) => api<Answer>("PUT", `${conversation(id)}/other-topic`, { text });
export const deleteOtherTopic = (id: number) => api<Answer>("DELETE", `${conversation(id)}/other-topic`);
export const getSnoozeChoices = (id: number) => api<{ choices: Record<Wire.SnoozeChoice, number> }>("GET", `${conversation(id)}/snooze`);
export const putSnooze = (id: number, until: number | Wire.SnoozeChoice) => api<Answer>("PUT", `${conversation(id)}/snooze`, { until });
export const deleteSnooze = (id: number) => api<Answer>("DELETE", `${conversation(id)}/snooze`);
export const putStatus = (id: number, status: string) => api<Answer>("PUT", `${conversation(id)}/status`, { status });
export const postTag = (contact: number, tag: string) => api<void>("POST", `/api/contacts/${contact}/tags`, { tag });
export const deleteTag = (contact: number, tag: string) => api<void>("DELETE", `/api/contacts/${contact}/tags/${tag}`);
export const getTagsInUse = () => api<Wire.TagCount[]>("GET", "/api/tags");
export const postInvitation = (id: number, inbox: string) =>
  api<Wire.Invitation>("POST", `${conversation(id)}/invitations`, { inbox });
export const markRead = (id: number, message_id: number) =>
  api<void>("POST", `${conversation(id)}/read`, { message_id });
export const markUnread = (id: number, message_id?: number) =>
  api<void>("POST", `${conversation(id)}/unread`, message_id === undefined ? {} : { message_id });
/** A draft of the next reply; nothing is sent. */
export const postSuggestion = (id: number) => api<{ text: string }>("POST", `${conversation(id)}/suggestion`, {});
export const postTyping = (id: number) => api<void>("POST", `${conversation(id)}/typing`, {});

export const getDrafts = (id: number) =>
  api<Partial<Record<Wire.DraftKind, Wire.DraftText>>>("GET", `${conversation(id)}/drafts`);
export const putDraft = (id: number, kind: Wire.DraftKind, draft: Wire.DraftText) =>
  api<{ revision: number }>("PUT", `${conversation(id)}/drafts/${kind}`, draft);

export const getNotes = (id: number) => api<{ messages: Wire.Message[] }>("GET", `${conversation(id)}/notes`);
export const getAttachments = (id: number, kind: "image" | "file") =>
  api<{ items: Wire.AttachmentItem[] }>("GET", withQuery(`${conversation(id)}/attachments`, { kind }));

export const postTicket = (id: number, ticket: Wire.NewTicket) => api<{ id: number }>("POST", `${conversation(id)}/tickets`, ticket);
export const retryTicket = (id: number, ticket: number) => api<void>("POST", `${conversation(id)}/tickets/${ticket}/retry`, {});

export const getContact = (id: number) => api<Wire.Contact>("GET", `/api/contacts/${id}`);
export type ContactEdit = Partial<Record<Wire.ContactField, string | null>> & { attributes?: Record<string, string | null> };
export const patchContact = (id: number, fields: ContactEdit) => api<Wire.Contact>("PATCH", `/api/contacts/${id}`, fields);
export const contactConversations = (id: number) =>
  api<{ rows: Wire.Row[] }>("GET", `/api/contacts/${id}/conversations`);
export type HistoryWanted = { identity?: number | undefined; since?: number | undefined; until?: number | undefined; verbs?: readonly string[]; before?: number | undefined };
/** What has happened with a person, the latest first. */
export const getHistory = (id: number, { verbs, ...asked }: HistoryWanted) =>
  api<{ messages: Wire.Message[]; next: number | null }>("GET", withQuery(`/api/contacts/${id}/history`, { ...asked, verb: verbs }));
/** Whom a person might be one with: by words, else by the address or number they gave. */
export const getOthers = (id: number, q: string) => api<{ contacts: Wire.Contact[] }>("GET", withQuery(`/api/contacts/${id}/others`, { q }));
export const postJoin = (id: number, other: number) => api<Wire.Contact>("POST", `/api/contacts/${id}/joins`, { other });
export const personExport = (id: number): string => `/api/contacts/${id}/export`;
export const postErase = (id: number) => api<Wire.Erased>("POST", `/api/contacts/${id}/erase`, { confirm: String(id) });
export const deleteJoin = (id: number) => api<Wire.Contact>("DELETE", `/api/joins/${id}`);
export const postApart = (id: number, identity: number) => api<Wire.Contact>("POST", `/api/contacts/${id}/identities/${identity}/apart`, {});
export const getContactNotes = (id: number) => api<{ notes: Wire.ContactNote[] }>("GET", `/api/contacts/${id}/notes`);
export const postContactNote = (id: number, text: string) =>
  api<Wire.ContactNote>("POST", `/api/contacts/${id}/notes`, { text });

export type SearchQuery = Filters & { q: string; folder?: Wire.FolderId | undefined };
export const search = (query: SearchQuery, after: string | null, signal: AbortSignal) =>
  api<{ hits: Wire.Hit[]; next: string | null }>(
    "GET",
    withQuery("/api/search", { ...query, limit: 30, after }),
    undefined,
    signal,
  );

export const getQuickReplies = (conversationId: number) =>
  api<{ items: Wire.QuickReply[] }>("GET", withQuery("/api/quick-replies", { conversation: conversationId }));
export const postQuickReply = (shortcut: string, text: string) =>
  api<Wire.QuickReply>("POST", "/api/quick-replies", { shortcut, text });
