export { ConversationDetails } from './Details';
export { NewGroup } from './NewGroup';
