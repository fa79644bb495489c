import type { Client } from '../../client/client';
import { nameOf, nameOrYou } from '../../client/names';
import type { Content } from '../../client/wire';
import { NoteKind } from '../../client/wire';
import { t } from '../../i18n/i18n';
import { money } from '../../money/money';

/** A system note in words. */
export function noteWords(client: Client, content: Content): string {
  if (content.kind.case !== 'note') return '';
  const note = content.kind.value;
  const words = t.value.conversation.notes;
  const who = nameOrYou(client, note.actor);
  const whom = note.users.map((user) => nameOrYou(client, user)).join(', ');
  switch (note.kind) {
    case NoteKind.FRIENDS_NOW:
      return words.friends;
    case NoteKind.GROUP_CREATED:
      return words.created(who);
    case NoteKind.MEMBERS_ADDED:
      return words.added(who, whom);
    case NoteKind.MEMBER_LEFT:
      return words.left(who);
    case NoteKind.MEMBER_REMOVED:
      return words.removed(who, whom);
    case NoteKind.TITLE_CHANGED:
      return words.title(who, note.text);
    case NoteKind.ANNOUNCEMENT_CHANGED:
      return words.announcement(who, note.text);
    default:
      return content.fallback || t.value.conversation.unknown;
  }
}

/** A message in one line. */
export function preview(client: Client, content: Content): string {
  switch (content.kind.case) {
    case 'text':
      return content.kind.value.text;
    case 'packet':
      return t.value.chats.packetPreview(content.kind.value.greeting || t.value.packet.defaultGreeting);
    case 'transfer':
      return t.value.transfer.preview(money(content.kind.value.amount));
    case 'note':
      return noteWords(client, content);
    default:
      return content.fallback || t.value.conversation.unknown;
  }
}

/** As `preview`, with the sender's name where several people write. */
export function previewWithSender(client: Client, content: Content, sender: string): string {
  const line = preview(client, content);
  if (content.kind.case === 'note' || sender === client.me.value.id) return line;
  return `${nameOf(client, sender)}: ${line}`;
}
