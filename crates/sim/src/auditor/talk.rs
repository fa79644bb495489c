//! Conversations: unbroken, written by members, and what each member has seen of them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fact::{Fact, Posted},
    people::People,
    unread::unread,
    verdict::{Law, Verdict},
};

/// One user in one conversation.
#[derive(Default, Debug)]
pub(super) struct Member {
    /// From the head at joining to the last message seen; the newest is open while it is a member.
    pub spells: Vec<(u32, Option<u32>)>,
    /// Stretches ever acknowledged.
    held: Vec<(u32, u32)>,
    /// The read mark since it last joined, and all marks ever.
    pub read: u32,
    reads: BTreeSet<u32>,
    /// Every read mark with an unread count that was right beside it at some time.
    counts: BTreeSet<(u32, u32)>,
}

#[derive(Default)]
pub(super) struct Conversation {
    pub log: Vec<(Posted, i64)>,
    pub members: BTreeMap<u64, Member>,
}

#[derive(Default)]
pub(super) struct Talk {
    conversations: BTreeMap<u64, Conversation>,
    /// What each client id became.
    posted: BTreeMap<(u64, u128), (u64, u32)>,
    left: u64,
}

impl Member {
    fn joined(&self) -> u32 {
        self.spells.last().map_or(0, |spell| spell.0)
    }

    fn active(&self) -> bool {
        self.spells.last().is_some_and(|spell| spell.1.is_none())
    }

    fn sees_to(&self, head: u32) -> u32 {
        self.spells.last().map_or(0, |spell| spell.1.unwrap_or(head))
    }

    /// Whether the message was ever its to see.
    pub fn sees(&self, seq: u32) -> bool {
        self.spells.iter().any(|(joined, left)| seq > *joined && left.is_none_or(|left| seq <= left))
    }

    fn holds(&self, seq: u32) -> bool {
        self.held.iter().any(|(from, through)| (*from..=*through).contains(&seq))
    }
}

impl Conversation {
    pub fn head(&self) -> u32 {
        self.log.len() as u32
    }

    /// The user's newest own message up to there, since it last joined.
    fn last_own(&self, user: u64, joined: u32, through: u32) -> u32 {
        let between = self.log.iter().take(through as usize).skip(joined as usize);
        between.rev().find(|(posted, _)| posted.sender == user).map_or(0, |(posted, _)| posted.seq)
    }

    fn unread_of(&self, user: u64, member: &Member) -> u32 {
        let (head, joined) = (member.sees_to(self.head()), member.joined());
        unread(head, joined, member.read, self.last_own(user, joined, head))
    }

    fn recount(&mut self) {
        let users: Vec<u64> = self.members.keys().copied().collect();
        for user in users {
            let count = self.unread_of(user, &self.members[&user]);
            let member = self.members.get_mut(&user).expect("it was just there");
            member.counts.insert((member.read, count));
        }
    }
}

impl Talk {
    pub fn fact(&mut self, at_ms: i64, fact: &Fact) -> Verdict {
        match fact {
            Fact::ConversationCreated { conversation, members, .. } => {
                let new = self.conversations.entry(*conversation).or_default();
                for user in members {
                    new.members.entry(*user).or_default().spells.push((0, None));
                }
                new.recount();
            }
            Fact::MembersAdded { conversation, users } => {
                let found = self.conversations.entry(*conversation).or_default();
                let head = found.head();
                for user in users {
                    let member = found.members.entry(*user).or_default();
                    member.spells.push((head, None));
                    member.read = 0;
                }
                found.recount();
            }
            Fact::MemberLeft { conversation, user } => {
                self.left += 1;
                let found = self.conversations.entry(*conversation).or_default();
                let head = found.head();
                if let Some(spell) = found.members.get_mut(user).and_then(|member| member.spells.last_mut()) {
                    spell.1 = Some(head);
                }
            }
            Fact::MessagePosted(posted) => self.post(posted, at_ms)?,
            Fact::Acknowledged { conversation, user, from, through } => {
                self.within(*conversation, *user, *through)?;
                self.member(*conversation, *user)?.held.push((*from, *through));
            }
            Fact::ReadMarked { conversation, user, through } => {
                self.within(*conversation, *user, *through)?;
                let member = self.member(*conversation, *user)?;
                if *through <= member.read {
                    return Law::UnreadRight
                        .broken(format!("user {user}: a read mark goes from {} to {through}", member.read));
                }
                member.read = *through;
                member.reads.insert(*through);
                self.conversations.entry(*conversation).or_default().recount();
            }
            _ => {}
        }
        Ok(())
    }

    fn post(&mut self, posted: &Posted, at_ms: i64) -> Verdict {
        let Posted { conversation, seq, message, sender, id, .. } = posted;
        let found = self.conversations.entry(*conversation).or_default();
        let last = found.log.last().map_or(0, |(last, _)| last.message);
        if *seq != found.head() + 1 || *message <= last {
            let what =
                format!("conversation {conversation}: message {message} at {seq} follows {last} at {}", found.head());
            return Law::SeqUnbroken.broken(what);
        }
        if !found.members.get(sender).is_some_and(Member::active) {
            return Law::SeqUnbroken.broken(format!("user {sender} writes into {conversation} and is no member"));
        }
        if let Some(before) = self.posted.insert((*sender, *id), (*conversation, *seq)) {
            let what = format!("user {sender}, id {id:x}: stored at {before:?} and again at {:?}", (conversation, seq));
            return Law::OnceOnly.broken(what);
        }
        found.log.push((posted.clone(), at_ms));
        found.recount();
        Ok(())
    }

    fn member(&mut self, conversation: u64, user: u64) -> Result<&mut Member, super::Violation> {
        let found = self.conversations.get_mut(&conversation).and_then(|found| found.members.get_mut(&user));
        match found {
            Some(member) => Ok(member),
            None => Law::SeqUnbroken.broken(format!("user {user} has a mark in {conversation} and never was there")),
        }
    }

    fn within(&self, conversation: u64, user: u64, through: u32) -> Verdict {
        match self.sees_to(user, conversation) {
            Some(end) if through <= end => Ok(()),
            end => {
                Law::SeqUnbroken.broken(format!("user {user} marks {through} in {conversation}, and sees to {end:?}"))
            }
        }
    }

    pub fn get(&self, conversation: u64) -> Option<&Conversation> {
        self.conversations.get(&conversation)
    }

    pub fn sees_to(&self, user: u64, conversation: u64) -> Option<u32> {
        let found = self.get(conversation)?;
        Some(found.members.get(&user)?.sees_to(found.head()))
    }

    pub fn conversations_of(&self, user: u64) -> Vec<(u64, u32)> {
        let active = |found: &Conversation| found.members.get(&user).is_some_and(Member::active);
        self.conversations.iter().filter(|(_, found)| active(found)).map(|(id, found)| (*id, found.head())).collect()
    }

    pub fn conversations(&self) -> u64 {
        self.conversations.len() as u64
    }

    pub fn messages(&self) -> u64 {
        self.conversations.values().map(|found| found.log.len() as u64).sum()
    }

    pub fn members_left(&self) -> u64 {
        self.left
    }

    /// Whoever is a member knows it in its own shard.
    pub fn mailboxes_agree(&self, people: &People) -> Verdict {
        for (id, found) in &self.conversations {
            for user in found.members.keys() {
                if !people.mailboxes.contains(&(*user, *id)) {
                    return Law::NewsArrive.broken(format!("user {user} is in {id}, and its shard does not know"));
                }
            }
        }
        Ok(())
    }

    pub fn told_posted(&self, sender: u64, id: u128, conversation: u64, message: u64, seq: u32, at_ms: i64) -> Verdict {
        let logged = self.get(conversation).and_then(|found| found.log.get((seq as usize).wrapping_sub(1)));
        let fits = logged.is_some_and(|(posted, at)| {
            posted.sender == sender && posted.id == id && posted.message == message && *at == at_ms
        });
        if fits {
            return Ok(());
        }
        let what =
            format!("user {sender}, id {id:x}: told {message} at {seq} of {conversation}, the log has {logged:?}");
        Law::ToldIsDurable.broken(what)
    }

    #[expect(clippy::too_many_arguments, reason = "they are the message")]
    pub fn told_message(
        &self,
        conversation: u64,
        seq: u32,
        message: u64,
        sender: u64,
        id: u128,
        at_ms: i64,
        body: &str,
    ) -> Verdict {
        self.told_posted(sender, id, conversation, message, seq, at_ms)?;
        let logged = &self.conversations[&conversation].log[seq as usize - 1].0.body;
        if logged == body {
            return Ok(());
        }
        Law::ToldIsDurable.broken(format!("message {message} is told as {body:?} and logged as {logged:?}"))
    }

    pub fn told_holds(&self, user: u64, conversation: u64, through: u32) -> Verdict {
        let member = self.get(conversation).and_then(|found| Some((found, found.members.get(&user)?)));
        let Some((found, member)) = member else {
            return Law::ToldIsDurable
                .broken(format!("user {user} holds messages of {conversation}, and is not there"));
        };
        let own = |seq: u32| found.log.get(seq as usize - 1).is_some_and(|(posted, _)| posted.sender == user);
        match (member.joined() + 1..=through).find(|seq| !member.holds(*seq) && !own(*seq)) {
            None => Ok(()),
            Some(seq) => Law::ToldIsDurable.broken(format!(
                "user {user} was told it acknowledged {through} of {conversation}, the log does not have {seq}"
            )),
        }
    }

    pub fn told_delivered(&self, user: u64, conversation: u64, through: u32) -> Verdict {
        let member = self.get(conversation).and_then(|found| found.members.get(&user));
        if member.is_some_and(|member| member.holds(through)) {
            return Ok(());
        }
        Law::ToldIsDurable
            .broken(format!("{through} of {conversation} is told delivered to {user}, the log does not know"))
    }

    pub fn told_read(&self, user: u64, conversation: u64, through: u32, count: Option<u32>) -> Verdict {
        let member = self.get(conversation).and_then(|found| found.members.get(&user));
        let Some(member) = member else {
            return Law::ToldIsDurable.broken(format!("user {user} has read {conversation}, and is not there"));
        };
        let most = member.reads.last().copied().unwrap_or(0);
        if through > most {
            return Law::ToldIsDurable.broken(format!("user {user} was told to have read {through} of {conversation}"));
        }
        match count {
            Some(count) if !member.counts.contains(&(through, count)) => Law::UnreadRight.broken(format!(
                "user {user}: {count} unread in {conversation} after reading {through}, never so: {:?}",
                member.counts
            )),
            _ => Ok(()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "they are how the conversation stands")]
    pub fn told_conversation(
        &self,
        user: u64,
        conversation: u64,
        head: u32,
        joined: u32,
        read: u32,
        count: u32,
        _member: bool,
    ) -> Verdict {
        let found = self.get(conversation).and_then(|found| Some((found, found.members.get(&user)?)));
        let Some((found, member)) = found else {
            return Law::ToldIsDurable.broken(format!("user {user} was told of {conversation}, and is not in it"));
        };
        let known = head <= found.head()
            && member.spells.iter().any(|spell| spell.0 == joined)
            && (read == 0 || member.reads.contains(&read));
        if !known {
            let what =
                format!("user {user}: {conversation} stands at {head}, read {read}, joined {joined}: not in the log");
            return Law::ToldIsDurable.broken(what);
        }
        let right = unread(head, joined, read, found.last_own(user, joined, head));
        if right != count {
            return Law::UnreadRight
                .broken(format!("user {user}: {count} unread in {conversation} at {head}, not {right}"));
        }
        Ok(())
    }

    pub fn device_holds(&self, device: usize, user: u64, conversation: u64, through: u32, count: u32) -> Verdict {
        let found = self.get(conversation).and_then(|found| Some((found, found.members.get(&user)?)));
        let Some((found, member)) = found else {
            return Law::ReadersAgree.broken(format!("device {device} holds {conversation}, where {user} never was"));
        };
        let end = member.sees_to(found.head());
        if through != end {
            return Law::ReadersAgree.broken(format!(
                "device {device} of {user} holds {conversation} through {through}, others through {end}"
            ));
        }
        let right = found.unread_of(user, member);
        if count != right {
            return Law::UnreadRight
                .broken(format!("device {device} of {user} shows {count} unread in {conversation}, right is {right}"));
        }
        Ok(())
    }
}
