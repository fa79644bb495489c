export { ConversationScreen } from './Conversation';
export { draftOf, dropDrafts } from './drafts';
export { preview, previewWithSender } from './preview';
