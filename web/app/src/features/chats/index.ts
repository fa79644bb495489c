export { ChatList, waiting } from './ChatList';
