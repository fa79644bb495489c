export { AddFriend } from './AddFriend';
export { Contacts } from './Contacts';
export { Person, PersonCard } from './Person';
