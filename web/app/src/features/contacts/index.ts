import { later } from '../../ui/later';

export const AddFriend = later(async () => (await import('./AddFriend')).AddFriend);
export const Contacts = later(async () => (await import('./Contacts')).Contacts);
export const Person = later(async () => (await import('./Person')).Person);
export const PersonCard = later(async () => (await import('./Person')).PersonCard);
