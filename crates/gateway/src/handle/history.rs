use laisee_bus::Bus;
use laisee_core::{
    content::Message,
    ids::{ConversationId, Millis, Seq, UserId},
    query::{Answer, Query, Stretch, StretchFrom},
};
use laisee_wire::v1;

use super::{Desk, Identity, fitting::fitting, unfitting};
use crate::convert::{ServerBody, message};

impl<B: Bus> Desk<B> {
    pub(super) async fn history(&self, who: Identity, request: &v1::GetHistory) -> Result<ServerBody, v1::Error> {
        let from = if request.after > 0 {
            StretchFrom::After(Seq(request.after))
        } else {
            StretchFrom::Before(Seq(request.before))
        };
        let limit = match request.limit {
            0 => 10,
            limit => limit.min(100) as usize,
        };
        let conversation = ConversationId(request.conversation);
        let stretch = Stretch { conversation, from, not_before: Millis(0), limit };
        let query = Query::History { user: who.user, stretches: vec![stretch] };
        let Answer::Stretches(found) = self.ask(conversation.shard(), query).await? else { return Err(unfitting()) };
        let stretch = found.into_iter().next().ok_or_else(unfitting)?;
        let mut messages: Vec<v1::Message> = stretch.messages.iter().map(message).collect();
        // What is cut off is what lies furthest from where the client asked.
        let fits = match from {
            StretchFrom::After(_) => {
                let fits = fitting(&messages);
                messages.truncate(fits);
                fits
            }
            _ => {
                let fits = fitting(messages.iter().rev());
                messages.drain(..messages.len() - fits);
                fits
            }
        };
        let more = stretch.more || fits < stretch.messages.len();
        Ok(ServerBody::History(v1::History { messages, more }))
    }

    /// Messages from `first` on, for a device that has not acknowledged them (M4).
    ///
    /// # Errors
    /// That they could not be had.
    pub async fn messages_from(
        &self,
        user: UserId,
        conversation: ConversationId,
        first: Seq,
    ) -> Result<Vec<Message>, v1::Error> {
        let from = StretchFrom::After(Seq(first.0.saturating_sub(1)));
        let stretch = Stretch { conversation, from, not_before: Millis(0), limit: 100 };
        let query = Query::History { user, stretches: vec![stretch] };
        match self.ask(conversation.shard(), query).await? {
            Answer::Stretches(found) => Ok(found.into_iter().next().map(|found| found.messages).unwrap_or_default()),
            _ => Err(unfitting()),
        }
    }
}
