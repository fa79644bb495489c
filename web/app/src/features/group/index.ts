import { later } from '../../ui/later';

export const ConversationDetails = later(async () => (await import('./Details')).ConversationDetails);
export const NewGroup = later(async () => (await import('./NewGroup')).NewGroup);
