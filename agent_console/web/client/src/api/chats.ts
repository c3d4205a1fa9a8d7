/** The calls about what colleagues say to each other, and their shapes. */
import type { Rich } from "@deskbridge/ui";
import { api, withQuery } from "./http.ts";

/** A group has a topic, a chat of two has none; `unread` and `read_up_to` are the agent's own. */
export type Chat = {
  id: number;
  topic: string | null;
  members: string[];
  last_at: number;
  read_up_to: number;
  unread: number;
  last: { id: number; agent: string; text: string } | null;
};
export type ChatMessage = { id: number; agent: string; text: string; at: number; rich?: Rich };
export type ChatPage = { messages: ChatMessage[]; more: boolean };
export type Meeting = { url: string; text: string };

export const getChats = () => api<{ chats: Chat[] }>("GET", "/api/chats");
/** The chats of exactly these colleagues and the agent. */
export const getChatsAmong = (members: readonly string[]) => api<{ chats: Chat[] }>("GET", withQuery("/api/chats/among", { with: members }));
export const postChat = (members: readonly string[], topic: string) => api<Chat>("POST", "/api/chats", { members, topic });
export const getChatMessages = (id: number, where: { before?: number; after?: number }) =>
  api<ChatPage>("GET", withQuery(`/api/chats/${id}/messages`, where));
export const postChatMessage = (id: number, client_id: string, text: string) =>
  api<ChatMessage>("POST", `/api/chats/${id}/messages`, { client_id, text });
export const postChatRead = (id: number, message_id: number) => api<void>("POST", `/api/chats/${id}/read`, { message_id });
export const postMeeting = () => api<Meeting>("POST", "/api/meetings", {});
export const postMeetingWith = (conversation: number) => api<Meeting>("POST", `/api/conversations/${conversation}/meeting`, {});
