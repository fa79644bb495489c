//! From a command to facts and a reply.

use crate::{
    Context, State,
    command::{ChangeRules, Command, Reply},
    cut::Key,
    fact::Fact,
    pair::PairKey,
    receive::take_note,
    refusal::Refusal,
    risk::{in_turn, judge},
};

/// What must be loaded before the command can be decided. Given the state, entities that only another entity names
/// are listed too, as far as that one is in memory: ask again after loading until nothing is lacking.
pub fn needs(command: &Command, state: &State, keys: &mut Vec<Key>) {
    match command {
        Command::SignUp(c) => c.needs(keys),
        Command::OpenSession(c) => c.needs(keys),
        Command::CloseSession(c) => c.needs(keys),
        Command::UpdateProfile(c) => c.needs(keys),
        Command::RequestFriend(c) => c.needs(keys),
        Command::AnswerFriend(c) => c.needs(keys),
        Command::RemoveFriend(c) => c.needs(keys),
        Command::CreateGroup(c) => c.needs(keys),
        Command::AddMembers(c) => c.needs(keys),
        Command::RemoveMember(c) => c.needs(keys),
        Command::UpdateGroup(c) => c.needs(keys),
        Command::SetQuiet(c) => c.needs(keys),
        Command::PostMessage(c) => c.needs(keys),
        Command::Acknowledge(c) => c.needs(keys),
        Command::MarkRead(c) => c.needs(keys),
        Command::TopUp(c) => c.needs(keys),
        Command::SendPacket(c) => c.needs(keys),
        Command::GrabPacket(c) => c.needs(keys),
        Command::OpenPacket(c) => c.needs(state, keys),
        Command::ExpirePacket(c) => c.needs(state, keys),
        Command::SendTransfer(c) => c.needs(keys),
        Command::AcceptTransfer(c) => c.needs(keys),
        Command::ReturnTransfer(c) => c.needs(state, keys),
        Command::GiveBackTransfer(c) => c.needs(keys),
        Command::RecallTransfer(c) => c.needs(state, keys),
        Command::DecideDispute(c) => c.needs(state, keys),
        Command::AdvanceTransfer(c) => c.needs(state, keys),
        Command::RecordFile(c) => c.needs(keys),
        Command::Receive(c) => c.needs(state, keys),
        Command::CreateOperator(c) => c.needs(keys),
        Command::ChangeOperator(c) => c.needs(keys),
        Command::ResetOperator(c) => c.needs(keys),
        Command::SignInOperator(c) => c.needs(keys),
        Command::SignOutOperator(c) => c.needs(keys),
        Command::RecordDifference(c) => c.needs(keys),
        Command::SettleDifference(c) => c.needs(keys),
        Command::RecordRun(c) => c.needs(keys),
        Command::Redeliver(c) => c.needs(state, keys),
        Command::CloseDifference(c) => c.needs(keys),
        Command::AskReconciliation(c) => c.needs(keys),
        Command::ChangeRules(_) => {}
        Command::SuspendUser(c) => c.needs(keys),
        Command::LiftSuspension(c) => c.needs(keys),
        Command::RequestReleaseCode(c) => c.needs(keys),
        Command::ReleaseSuspension(c) => c.needs(keys),
        Command::ChangeSetting(c) => c.needs(keys),
        Command::BeginTry(c) => c.needs(keys),
        Command::PassTry(c) => c.needs(keys),
        Command::SetPin(c) => c.needs(keys),
        Command::SetLevel(c) => c.needs(keys),
        Command::Withdraw(c) => c.needs(keys),
        Command::SubmitOrder(c) => c.needs(keys),
        Command::HearOrder(c) => c.needs(state, keys),
        Command::AskOrder(c) => c.needs(keys),
        Command::SettleOrder(c) => c.needs(state, keys),
        Command::CloseRaised(c) => c.needs(keys),
    }
}

/// Decides a command and makes its facts true; they are appended to `facts`. A refused command has changed nothing.
///
/// # Errors
/// The first check that fails, in the order of the command's `decide`.
pub fn carry_out(
    state: &mut State,
    context: &mut Context,
    command: &Command,
    facts: &mut Vec<Fact>,
) -> Result<Reply, Refusal> {
    if let Command::Receive(receive) = command {
        if let Some(fresh) = receive.fresh(state) {
            for (_, note) in fresh {
                if let Some(fact) = take_note(state, context, note) {
                    become_true(state, context, [fact], facts);
                }
            }
            let received = Fact::Received { from: receive.from, through: receive.through };
            state.evolve(&received, context.now);
            facts.push(received);
        }
        return Ok(Reply::Received { from: receive.from, through: receive.watermark(state) });
    }

    let decided = match command {
        Command::SignUp(c) => c.decide(state, context),
        Command::OpenSession(c) => c.decide(state, context),
        Command::CloseSession(c) => c.decide(state),
        Command::UpdateProfile(c) => c.decide(state),
        Command::RequestFriend(c) => c.decide(state, context),
        Command::AnswerFriend(c) => c.decide(state, context),
        Command::RemoveFriend(c) => c.decide(state),
        Command::CreateGroup(c) => c.decide(state, context),
        Command::AddMembers(c) => c.decide(state, context),
        Command::RemoveMember(c) => c.decide(state, context),
        Command::UpdateGroup(c) => c.decide(state, context),
        Command::SetQuiet(c) => c.decide(state),
        Command::PostMessage(c) => c.decide(state, context),
        Command::Acknowledge(c) => c.decide(state),
        Command::MarkRead(c) => c.decide(state),
        Command::TopUp(c) => c.decide(state, context),
        Command::SendPacket(c) => c.decide(state, context),
        Command::GrabPacket(c) => c.decide(state, context),
        Command::OpenPacket(c) => c.decide(state, context),
        Command::ExpirePacket(c) => c.decide(state, context),
        Command::CreateOperator(c) => c.decide(state, context),
        Command::ChangeOperator(c) => c.decide(state),
        Command::ResetOperator(c) => c.decide(state, context),
        Command::SignInOperator(c) => c.decide(state, context),
        Command::SignOutOperator(c) => c.decide(state),
        Command::RecordDifference(c) => c.decide(state),
        Command::SettleDifference(c) => c.decide(state),
        Command::RecordRun(c) => c.decide(state),
        Command::Redeliver(c) => c.decide(state, context),
        Command::CloseDifference(c) => c.decide(state),
        Command::AskReconciliation(c) => c.decide(state, context),
        Command::SendTransfer(c) => c.decide(state, context),
        Command::AcceptTransfer(c) => c.decide(state, context),
        Command::ReturnTransfer(c) => c.decide(state, context),
        Command::GiveBackTransfer(c) => c.decide(state),
        Command::RecallTransfer(c) => c.decide(state, context),
        Command::DecideDispute(c) => c.decide(state, context),
        Command::AdvanceTransfer(c) => c.decide(state, context),
        Command::RecordFile(c) => c.decide(state, context),
        Command::ChangeSetting(c) => c.decide(state),
        Command::BeginTry(c) => c.decide(state, context),
        Command::PassTry(c) => c.decide(state, context),
        Command::SetPin(c) => c.decide(state, context),
        Command::SetLevel(c) => c.decide(state, context),
        Command::Withdraw(c) => c.decide(state, context),
        Command::SubmitOrder(c) => c.decide(state, context),
        Command::HearOrder(c) => c.decide(state, context),
        Command::AskOrder(c) => c.decide(state, context),
        Command::SettleOrder(c) => c.decide(state, context),
        Command::CloseRaised(c) => c.decide(state, context),
        Command::Receive(_) => unreachable!("handled above"),
        Command::ChangeRules(c) => c.decide(state),
        Command::SuspendUser(c) => c.decide(state, context),
        Command::LiftSuspension(c) => c.decide(state, context),
        Command::RequestReleaseCode(c) => c.decide(state, context),
        Command::ReleaseSuspension(c) => c.decide(state, context),
    }?;
    let first = !decided.is_empty();
    become_true(state, context, decided, facts);
    Ok(reply(state, context, command, first))
}

/// Makes facts true, and after them those that follow from what they bring to too many.
fn become_true(state: &mut State, context: &Context, decided: impl IntoIterator<Item = Fact>, facts: &mut Vec<Fact>) {
    let begin = facts.len();
    for fact in decided {
        state.evolve(&fact, context.now);
        facts.push(fact);
    }
    for nth in begin..facts.len() {
        let mut hits = Vec::new();
        judge(state, &facts[nth], context.now, |hit| hits.push(hit));
        for hit in hits {
            let hit = in_turn(state, hit, context.now);
            state.evolve(&hit, context.now);
            facts.push(hit);
        }
    }
}

fn reply(state: &State, context: &Context, command: &Command, first: bool) -> Reply {
    match command {
        Command::SignUp(c) => c.reply(state),
        Command::OpenSession(c) => c.reply(state),
        Command::RequestFriend(c) => friend_state(state, c.by, c.other),
        Command::AnswerFriend(c) => friend_state(state, c.by, c.other),
        Command::RemoveFriend(c) => friend_state(state, c.by, c.other),
        Command::CreateGroup(c) => c.reply(state),
        Command::PostMessage(c) => c.reply(state),
        Command::Acknowledge(c) => c.reply(),
        Command::MarkRead(c) => c.reply(state),
        Command::TopUp(c) => c.reply(state),
        Command::SendPacket(c) => c.reply(state),
        Command::GrabPacket(c) => c.reply(state),
        Command::OpenPacket(c) => c.reply(state, first),
        Command::SendTransfer(c) => c.reply(state),
        Command::AcceptTransfer(c) => c.reply(state),
        Command::ReturnTransfer(c) => c.reply(state),
        Command::GiveBackTransfer(c) => c.reply(),
        Command::RecallTransfer(c) => c.reply(state),
        Command::DecideDispute(c) => c.reply(state),
        Command::RecordFile(c) => c.reply(state),
        Command::CreateOperator(c) => c.reply(state),
        Command::SignInOperator(c) => c.reply(state),
        Command::Redeliver(c) => c.reply(first),
        Command::ChangeRules(_) => ChangeRules::reply(state),
        Command::RequestReleaseCode(c) => c.reply(state),
        Command::ReleaseSuspension(c) => c.reply(state, context.now),
        Command::ChangeSetting(c) => c.reply(state),
        Command::BeginTry(c) => c.reply(state),
        Command::Withdraw(c) => c.reply(state),
        Command::SubmitOrder(c) => c.reply(state),
        Command::HearOrder(c) => c.reply(state, first),
        Command::AskOrder(c) => c.reply(state),
        Command::SettleOrder(c) => c.reply(state),
        Command::CloseRaised(c) => c.reply(state),
        Command::PassTry(_)
        | Command::SetPin(_)
        | Command::SetLevel(_)
        | Command::CloseSession(_)
        | Command::UpdateProfile(_)
        | Command::AddMembers(_)
        | Command::RemoveMember(_)
        | Command::UpdateGroup(_)
        | Command::SetQuiet(_)
        | Command::ExpirePacket(_)
        | Command::AdvanceTransfer(_)
        | Command::Receive(_)
        | Command::ChangeOperator(_)
        | Command::ResetOperator(_)
        | Command::SignOutOperator(_)
        | Command::RecordDifference(_)
        | Command::SettleDifference(_)
        | Command::RecordRun(_)
        | Command::CloseDifference(_)
        | Command::AskReconciliation(_)
        | Command::SuspendUser(_)
        | Command::LiftSuspension(_) => Reply::Done,
    }
}

fn friend_state(state: &State, by: crate::ids::UserId, other: crate::ids::UserId) -> Reply {
    let pair = state.pairs.get(&PairKey::of(by, other)).cloned().unwrap_or_default();
    Reply::FriendState { other, relation: pair.relation_for(by), conversation: pair.conversation }
}
