import { t } from '../i18n/i18n';
import type { Client } from './client';
import type { Conversation } from './wire';
import { ConversationKind } from './wire';

export const isGroup = (conversation: Conversation): boolean => conversation.kind === ConversationKind.GROUP;

/** What a person is called here; "Someone" while being looked up. */
export function nameOf(client: Client, user: string): string {
  if (user === client.me.value.id) return client.me.value.displayName;
  return client.user(user)?.displayName || t.value.common.someone;
}

/** As `nameOf`, but oneself is "You". */
export function nameOrYou(client: Client, user: string): string {
  return user === client.me.value.id ? t.value.common.you : nameOf(client, user);
}

export function faceOf(client: Client, user: string): string {
  return user === client.me.value.id ? client.me.value.face : (client.user(user)?.face ?? '');
}

export function titleOf(client: Client, conversation: Conversation): string {
  return isGroup(conversation) ? conversation.title : nameOf(client, conversation.peer);
}
