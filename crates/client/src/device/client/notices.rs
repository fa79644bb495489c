//! What the server tells by itself.

use super::*;

impl Client {
    pub(super) fn noticed(&mut self, now_ms: i64, body: Body) {
        match body {
            Body::MessageNotice(notice) if self.tempo.follow => {
                if let Some(message) = notice.message {
                    self.resolve_own(&message);
                    self.take(now_ms, message, true);
                }
            }
            Body::ConversationNotice(notice) if self.tempo.follow => {
                if let Some(state) = notice.conversation {
                    self.learned(now_ms, state);
                }
            }
            Body::ResyncNotice(_) => self.want_sync(now_ms),
            Body::DeliveredNotice(n) => {
                self.events.push_back(Event::Delivered {
                    conversation: n.conversation,
                    user: n.user,
                    through: n.through,
                });
            }
            Body::ReadNotice(n) => {
                if n.user == self.me
                    && let Some(thread) = self.inbox.get_mut(n.conversation)
                {
                    thread.read = thread.read.max(n.through);
                }
                let (conversation, user) = (n.conversation, n.user);
                self.events.push_back(Event::Read { conversation, user, through: n.through, unread: n.unread });
            }
            Body::Error(error) if error.code() == ErrorCode::Unauthenticated => self.sign_out(now_ms),
            body => self.events.push_back(Event::Notice(Box::new(ServerFrame { request: 0, body: Some(body) }))),
        }
    }

    /// A message of mine that comes back to me is stored: no answer needs to be waited for.
    pub(super) fn resolve_own(&mut self, message: &Message) {
        if message.sender == self.me && self.outbox.sent(&message.client_msg_id).is_some() {
            self.events.push_back(Event::Sent(MessageSent {
                conversation: message.conversation,
                client_msg_id: message.client_msg_id.clone(),
                id: message.id,
                seq: message.seq,
                at_ms: message.at_ms,
            }));
        }
    }
}
