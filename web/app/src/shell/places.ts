import { match } from '../router/router';

export type Tab = 'chats' | 'contacts' | 'discover' | 'me';

/** What an address shows: a list, perhaps something beside it, perhaps details beside that. */
export type Place =
  | { tab: 'chats'; at: 'list' }
  | { tab: 'chats'; at: 'conversation' | 'details'; id: string }
  | { tab: 'chats'; at: 'packet'; id: string; packet: string }
  | { tab: 'chats'; at: 'transfer'; id: string; transfer: string }
  | { tab: 'chats'; at: 'newGroup' }
  | { tab: 'contacts'; at: 'list' | 'add' }
  | { tab: 'contacts'; at: 'person'; id: string }
  | { tab: 'discover'; at: 'list' | 'fairness' | 'wallet' | 'transfers' | 'orders' }
  | { tab: 'discover'; at: 'walletTransfer'; transfer: string }
  | { tab: 'discover'; at: 'walletPacket'; packet: string }
  | { tab: 'me'; at: 'list' | 'profile' | 'devices' };

export function placeOf(path: string): Place | undefined {
  const simple: Record<string, Place> = {
    '/': { tab: 'chats', at: 'list' },
    '/group/new': { tab: 'chats', at: 'newGroup' },
    '/contacts': { tab: 'contacts', at: 'list' },
    '/contacts/add': { tab: 'contacts', at: 'add' },
    '/discover': { tab: 'discover', at: 'list' },
    '/discover/fairness': { tab: 'discover', at: 'fairness' },
    '/wallet': { tab: 'discover', at: 'wallet' },
    '/wallet/orders': { tab: 'discover', at: 'orders' },
    '/wallet/transfers': { tab: 'discover', at: 'transfers' },
    '/me': { tab: 'me', at: 'list' },
    '/me/profile': { tab: 'me', at: 'profile' },
    '/me/devices': { tab: 'me', at: 'devices' },
  };
  const found = simple[path.length > 1 ? path.replace(/\/$/, '') : path];
  if (found) return found;
  const packet = match('/c/:id/p/:packet', path);
  if (packet?.id && packet.packet) return { tab: 'chats', at: 'packet', id: packet.id, packet: packet.packet };
  const transfer = match('/c/:id/t/:transfer', path);
  if (transfer?.id && transfer.transfer)
    return { tab: 'chats', at: 'transfer', id: transfer.id, transfer: transfer.transfer };
  const details = match('/c/:id/details', path);
  if (details?.id) return { tab: 'chats', at: 'details', id: details.id };
  const conversation = match('/c/:id', path);
  if (conversation?.id) return { tab: 'chats', at: 'conversation', id: conversation.id };
  const person = match('/contacts/:id', path);
  if (person?.id) return { tab: 'contacts', at: 'person', id: person.id };
  const wallet = match('/wallet/p/:packet', path);
  if (wallet?.packet) return { tab: 'discover', at: 'walletPacket', packet: wallet.packet };
  const mine = match('/wallet/t/:transfer', path);
  if (mine?.transfer) return { tab: 'discover', at: 'walletTransfer', transfer: mine.transfer };
  return undefined;
}

const deepest: ReadonlySet<Place['at']> = new Set(['details', 'packet', 'transfer', 'walletPacket', 'walletTransfer']);

/** How many columns deep a place is: on a phone only the deepest is seen. */
export function depthOf(place: Place): 'list' | 'main' | 'details' {
  if (place.at === 'list') return 'list';
  if (deepest.has(place.at)) return 'details';
  return 'main';
}
