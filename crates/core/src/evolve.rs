//! Making a fact true. Live work, recovery, replay and `check` all come through here, and it cannot fail: a fact that
//! does not fit the state is a bug, and panics.

use std::sync::Arc;

use crate::{
    State,
    conversation::{Conversation, ConversationHead, ConversationKind, Furthest, Member, SENDERS_MAX},
    cut::{Done, Key, Once, Sent},
    fact::Fact,
    fen::Fen,
    file::{File, day_of},
    ids::{ConversationId, Millis, PacketId, Position, Seq, UserId},
    ledger::entry,
    operator::{Operator, OperatorSession},
    order::{Order, OrderKind, Word},
    packet::{Packet, PacketHead},
    pair::{Bond, PairKey, Relation},
    reconciliation::{DifferenceState, Recorded, redeliver},
    risk::rule::Counted,
    timer::TimerKey,
    user::User,
};

impl State {
    /// Takes one more fact in, which happened at `at`.
    pub fn evolve(&mut self, fact: &Fact, at: Millis) {
        self.position = Position(self.position.0 + 1);
        self.meta.at = at;
        let position = self.position;
        if let Some(entry) = entry(fact) {
            self.meta.books.book(entry);
        }
        match fact {
            Fact::UserCreated { user, name, display_name, face, password_hash } => {
                self.meta.mint.observe(user.0);
                self.names.create(name.clone(), *user, position);
                self.users.create(
                    *user,
                    User {
                        name: name.clone(),
                        display_name: display_name.clone(),
                        face: face.clone(),
                        password_hash: password_hash.0.clone(),
                        sessions: vec![],
                    },
                    position,
                );
            }
            Fact::SessionOpened { user, session, .. } => {
                self.meta.mint.observe(session.0);
                self.users.change(user, position).sessions.push(*session);
            }
            Fact::SessionClosed { user, session } => {
                self.users.change(user, position).sessions.retain(|open| open != session);
            }
            Fact::ProfileUpdated { user, display_name, face } => {
                let user = self.users.change(user, position);
                user.display_name.clone_from(display_name);
                user.face.clone_from(face);
            }

            Fact::FriendRequested { by, other, greeting } => {
                let pair = self.pairs.change_or_default(&PairKey::of(*by, *other), position);
                pair.bond = Bond::Requested { by: *by, greeting: greeting.clone() };
            }
            Fact::FriendAccepted { by, other, conversation } => {
                let pair = self.pairs.change_or_default(&PairKey::of(*by, *other), position);
                pair.bond = Bond::Friends;
                pair.conversation = Some(*conversation);
            }
            Fact::FriendRemoved { by, other } => {
                self.pairs.change_or_default(&PairKey::of(*by, *other), position).bond = Bond::None;
            }
            Fact::FriendNoted { user, other, relation, .. } => {
                let friends = self.friends.change_or_default(user, position);
                if *relation == Relation::Friend {
                    friends.insert(*other);
                } else {
                    friends.remove(other);
                }
            }
            // Rows only: the user's machine decides nothing on them.
            Fact::MailboxNoted { .. } | Fact::PacketDeclined { .. } => {}

            Fact::ConversationCreated { conversation, kind, title, members, once } => {
                self.create_conversation(*conversation, *kind, title, members, at);
                if let (Some((id, digest)), ConversationKind::Group { owner }) = (once, kind) {
                    let done = Done::GroupCreated { conversation: *conversation };
                    self.once.insert(*owner, *id, Once { digest: *digest, done }, position);
                }
            }
            Fact::MembersAdded { conversation, users } => {
                let conversation = self.conversations.change(conversation, position);
                let head = conversation.head.head;
                for user in users {
                    let member = conversation.members.entry(*user).or_default();
                    *member = Member { joined: head, quiet: member.quiet, ..Member::default() };
                    conversation.changed_members.push(*user);
                }
                conversation.members_changed();
                conversation.head.revision += 1;
            }
            Fact::MemberLeft { conversation, user } => {
                let conversation = self.conversations.change(conversation, position);
                let head = conversation.head.head;
                conversation.member(*user).left = head;
                conversation.members_changed();
                conversation.head.revision += 1;
            }
            Fact::GroupUpdated { conversation, title, announcement } => {
                let head = &mut self.conversations.change(conversation, position).head;
                head.title.clone_from(title);
                head.announcement.clone_from(announcement);
                head.revision += 1;
            }
            Fact::QuietSet { conversation, user, quiet } => {
                self.conversations.change(conversation, position).member(*user).quiet = *quiet;
            }
            Fact::MessagePosted { conversation, seq, message, sender, client_id, .. } => {
                self.meta.mint.observe(message.0);
                let found = self.conversations.change(conversation, position);
                assert_eq!(found.head.head.next(), *seq, "messages have no gap");
                found.head.head = *seq;
                found.head.last_at = at;
                let member = found.member(*sender);
                member.last_own = *seq;
                member.hold(*seq, *seq);
                found.senders.push_back((*seq, *sender));
                if found.senders.len() > SENDERS_MAX {
                    found.senders.pop_front();
                }
                let sent = Sent { conversation: *conversation, seq: *seq, message: *message, at };
                self.sent.insert(*sender, *client_id, sent, position);
            }
            Fact::Acknowledged { conversation, user, from, through } => {
                let conversation = self.conversations.change(conversation, position);
                let member = conversation.member(*user);
                member.hold(*from, *through);
                let acked = member.acked;
                conversation.head.acked_most.observe(*user, acked);
            }
            Fact::ReadMarked { conversation, user, through } => {
                let conversation = self.conversations.change(conversation, position);
                conversation.member(*user).read = *through;
                conversation.head.read_most.observe(*user, *through);
            }

            Fact::TryBegun { user, of, number, wrong, locked_until } => {
                let tries = self.guards.change_or_default(user, position).tries_mut(*of);
                assert_eq!(tries.begun + 1, *number, "tries have no gap");
                (tries.begun, tries.wrong, tries.locked_until) = (*number, *wrong, *locked_until);
            }
            Fact::TryPassed { user, of, number } => {
                let tries = self.guards.change_or_default(user, position).tries_mut(*of);
                (tries.passed, tries.wrong, tries.locked_until) = (*number, 0, Millis(0));
            }
            Fact::PinSet { user, .. } => {
                let guard = self.guards.change_or_default(user, position);
                guard.pin_set = Some(guard.pin.begun);
                (guard.pin.wrong, guard.pin.locked_until) = (0, Millis(0));
            }
            Fact::LimitUsed { user, kind, day, amount } => {
                self.guards.change_or_default(user, position).take_use(*kind, *day, *amount);
            }
            Fact::LevelSet { user, level, .. } => self.guards.change_or_default(user, position).level = *level,
            Fact::OrderCreated { .. } => self.create_order(fact, at, position),
            Fact::OrderSubmitting { .. }
            | Fact::OrderPending { .. }
            | Fact::OrderNotFound { .. }
            | Fact::OrderSettled { .. }
            | Fact::OrderAsked { .. }
            | Fact::OrderDecided { .. }
            | Fact::RaisedClosed { .. }
            | Fact::OrderRaised { .. } => self.move_order(fact, at, position),
            Fact::PacketFunded { .. } => self.fund_packet(fact, at, position),
            Fact::PacketPosted { packet, .. } | Fact::Claimed { packet, .. } => {
                self.move_packet(*packet, fact, at, position);
            }
            Fact::PacketRefunded { packet, sender, amount, balance, line, .. } => {
                self.move_packet(*packet, fact, at, position);
                self.move_wallet(*sender, *amount, *balance, *line, position);
            }
            Fact::PacketExpired { packet, sender, refund, balance, line } => {
                self.move_packet(*packet, fact, at, position);
                if *refund > Fen::ZERO {
                    self.move_wallet(*sender, *refund, *balance, *line, position);
                }
            }
            Fact::Credited { user, amount, balance, line, .. } => {
                self.move_wallet(*user, *amount, *balance, *line, position);
            }

            Fact::TransferFunded { .. }
            | Fact::TransferDeclined { .. }
            | Fact::TransferPosted { .. }
            | Fact::TransferRefunded { .. }
            | Fact::TransferArrived { .. }
            | Fact::TransferAccepted { .. }
            | Fact::TransferWentBack { .. }
            | Fact::TransferRecalled { .. }
            | Fact::DisputeDecided { .. }
            | Fact::TransferNoted { .. }
            | Fact::TransferCredited { .. }
            | Fact::TransferGivenBack { .. }
            | Fact::TransferRepaid { .. } => self.evolve_transfer(fact, at, position),
            Fact::FileRecorded { file, user, name, file_type, bytes, sha256 } => {
                self.meta.mint.observe(file.0);
                let (owner, name) = (*user, name.clone());
                let made = File { owner, name, file_type: *file_type, bytes: *bytes, sha256: *sha256, at };
                self.files.create(*file, made, position);
                let uploads = self.uploads.change_or_default(user, position);
                uploads.bytes = uploads.on_day_of(at) + bytes;
                uploads.day = day_of(at);
                uploads.newest = Some(*file);
            }

            Fact::Received { from, through } => {
                self.meta.received.insert(*from, *through);
            }

            Fact::OperatorCreated { operator, name, role, password_hash, totp_secret, .. } => {
                self.meta.mint.observe(operator.0);
                self.operator_names.create(name.clone(), *operator, position);
                let made = Operator {
                    name: name.clone(),
                    role: *role,
                    active: true,
                    password_hash: password_hash.0.clone(),
                    totp_secret: totp_secret.0,
                    step: 0,
                    wrong: 0,
                    locked_until: Millis(0),
                    sessions: vec![],
                    created_at: at,
                };
                self.operators.create(*operator, made, position);
            }
            Fact::OperatorChanged { operator, role, active, .. } => {
                let operator = self.operators.change(operator, position);
                operator.role = *role;
                operator.active = *active;
                if !active {
                    operator.sessions.clear();
                }
            }
            Fact::OperatorReset { operator, password_hash, totp_secret, .. } => {
                let operator = self.operators.change(operator, position);
                operator.password_hash.clone_from(&password_hash.0);
                if let Some(secret) = totp_secret {
                    operator.totp_secret = secret.0;
                    // What was used up were codes of the one before.
                    operator.step = 0;
                }
                operator.sessions.clear();
                operator.wrong = 0;
                operator.locked_until = Millis(0);
            }
            Fact::OperatorSignedIn { operator, session, token_hash, device, step, expires_at } => {
                self.meta.mint.observe(session.0);
                let operator = self.operators.change(operator, position);
                operator.step = *step;
                operator.wrong = 0;
                operator.open(OperatorSession {
                    session: *session,
                    token_hash: *token_hash,
                    device: device.clone(),
                    opened_at: at,
                    expires_at: *expires_at,
                });
            }
            Fact::OperatorGuessedWrong { operator, wrong, locked_until } => {
                let operator = self.operators.change(operator, position);
                operator.wrong = if locked_until.is_some() { 0 } else { *wrong };
                operator.locked_until = locked_until.unwrap_or(operator.locked_until);
            }
            Fact::DifferenceFound { id, difference, state } => {
                let before = self.differences.get(id).map(|known| (known.found_at, known.returned, known.state));
                let returned = before.map_or(0, |(_, returned, state)| returned + u32::from(!state.pending()));
                let recorded = Recorded {
                    difference: (**difference).clone(),
                    state: *state,
                    found_at: before.map_or(at, |(found_at, ..)| found_at),
                    changed_at: at,
                    returned,
                    closed: None,
                };
                self.differences.create(*id, recorded, position);
            }
            Fact::DifferenceSettled { id, state } => {
                let known = self.differences.change(id, position);
                (known.state, known.changed_at) = (*state, at);
            }
            Fact::DifferenceClosed { by, id, reason, .. } => {
                let known = self.differences.change(id, position);
                (known.state, known.changed_at) = (DifferenceState::Closed, at);
                known.closed = Some((*by, reason.clone()));
            }
            Fact::ReconciliationAsked { by, day, reason } => {
                self.runs.change_or_default(day, position).asked = Some((at, *by, reason.clone()));
            }
            Fact::ReconciliationRan { day, ran } => {
                self.runs.change_or_default(day, position).ran = Some(*ran);
            }
            Fact::Redelivered { from, position: at } => {
                let (user, id, once) = redeliver::once(*from, *at);
                self.once.insert(user, id, once, position);
            }
            Fact::OperatorSignedOut { operator, session } => {
                self.operators.change(operator, position).sessions.retain(|open| open.session != *session);
            }
            Fact::SettingChanged { changed, .. } | Fact::SettingNoted { changed } => {
                assert!(changed.sequence > self.meta.settings.sequence, "settings change in order");
                self.settings = Arc::new(changed.over(&self.settings));
                self.meta.settings = changed.clone();
            }
            Fact::RulesChanged { .. }
            | Fact::RulesNoted { .. }
            | Fact::DeviceSeen { .. }
            | Fact::DeviceHit { .. }
            | Fact::RuleHit { .. }
            | Fact::UserSuspended { .. }
            | Fact::SuspensionLifted { .. }
            | Fact::SuspensionNoted { .. }
            | Fact::ReleaseCodeMade { .. }
            | Fact::ReleaseFailed { .. } => self.evolve_risk(fact, at, position),
        }
        self.count(fact, at, position);
    }

    fn create_conversation(
        &mut self,
        id: ConversationId,
        kind: ConversationKind,
        title: &str,
        members: &[UserId],
        at: Millis,
    ) {
        self.meta.mint.observe(id.0);
        let head = ConversationHead {
            kind,
            title: title.to_owned(),
            announcement: String::new(),
            head: Seq(0),
            last_at: at,
            revision: 1,
            active_members: 0,
            acked_most: Furthest::default(),
            read_most: Furthest::default(),
        };
        let mut conversation = Conversation::restore(id, head, members.iter().map(|user| (*user, Member::default())));
        conversation.changed_members = members.to_vec();
        self.conversations.create(id, conversation, self.position);
    }

    fn fund_packet(&mut self, fact: &Fact, at: Millis, position: Position) {
        let Fact::PacketFunded { packet, sender, id, digest, amount, secret, expires_at, balance, line, .. } = fact
        else {
            unreachable!("called for this fact only")
        };
        let Some(head) = PacketHead::funded(fact, at) else { unreachable!("this fact funds one") };
        let commitment = head.terms.draw().commitment(secret);
        self.meta.mint.observe(packet.0);
        self.packets.create(*packet, Packet::restore(head, []), position);
        self.set_timer(*expires_at, TimerKey::Packet(*packet));
        self.move_wallet(*sender, Fen(-amount.0), *balance, *line, position);
        let done = Done::PacketFunded { packet: *packet, balance: *balance, commitment };
        self.once.insert(*sender, *id, Once { digest: *digest, done }, position);
    }

    fn create_order(&mut self, fact: &Fact, at: Millis, position: Position) {
        let Fact::OrderCreated { order, user, id, digest, kind, amount, at_once, balance, line, .. } = fact else {
            unreachable!("called for this fact only")
        };
        let Some(created) = Order::created(fact, at) else { unreachable!("this fact begins one") };
        self.meta.mint.observe(order.0);
        self.orders.create(*order, created, position);
        if *kind == OrderKind::Withdrawal {
            self.move_wallet(*user, Fen(-amount.0), *balance, *line, position);
            let guard = self.guards.change_or_default(user, position);
            guard.held = guard.held.plus(*amount);
        }
        let done = Done::Ordered { order: *order, at_once: *at_once, balance: *balance };
        self.once.insert(*user, *id, Once { digest: *digest, done }, position);
    }

    fn move_order(&mut self, fact: &Fact, at: Millis, position: Position) {
        let Some(order) = Order::moved_by(fact) else { unreachable!("called for these facts only") };
        self.orders.change(&order, position).take(fact, at);
        let Fact::OrderSettled { user, kind, outcome, held, amount, balance, line, .. } = fact else { return };
        if *held {
            let guard = self.guards.change_or_default(user, position);
            guard.held = guard.held.minus(*amount);
            assert!(guard.held >= Fen::ZERO, "nothing is held below zero");
        }
        let credits = match kind {
            OrderKind::TopUp => *outcome == Word::Succeeded,
            OrderKind::Withdrawal => *outcome != Word::Succeeded,
        };
        if credits {
            self.move_wallet(*user, *amount, *balance, *line, position);
        }
    }

    /// Moves a wallet by `amount`; `balance` and `line` must come out as the fact says.
    pub(crate) fn move_wallet(&mut self, user: UserId, amount: Fen, balance: Fen, line: u64, position: Position) {
        let wallet = self.wallets.change_or_default(&user, position);
        wallet.balance = wallet.balance.plus(amount);
        wallet.lines += 1;
        assert_eq!(wallet.balance, balance, "a wallet holds what its facts say");
        assert_eq!(wallet.lines, line, "statement lines have no gap");
        assert!(wallet.balance >= Fen::ZERO, "no wallet goes below zero");
    }

    /// Moves a packet on, and stops its timer when it ends.
    fn move_packet(&mut self, id: PacketId, fact: &Fact, at: Millis, position: Position) {
        let packet = self.packets.change(&id, position);
        packet.take(fact, at);
        if packet.head.status.ended() {
            let due = packet.head.terms.expires_at;
            self.clear_timer(due, TimerKey::Packet(id));
        }
    }
}

impl Conversation {
    /// A member, about to change.
    fn member(&mut self, user: UserId) -> &mut Member {
        if self.changed_members.last() != Some(&user) {
            self.changed_members.push(user);
        }
        self.members.get_mut(&user).expect("facts name members")
    }
}

/// Whether facts after this one may need other entities than they would have before it: some count events only while a rule
/// looks at them.
#[must_use]
pub fn changes_needs(fact: &Fact) -> bool {
    matches!(fact, Fact::RulesChanged { .. } | Fact::RulesNoted { .. })
}

/// What must be in memory for [`State::evolve`] to take a fact in, when it comes from the log.
pub fn fact_needs(fact: &Fact, state: &State, keys: &mut Vec<Key>) {
    match fact {
        Fact::UserCreated { .. }
        | Fact::MailboxNoted { .. }
        | Fact::PacketDeclined { .. }
        | Fact::ConversationCreated { .. }
        | Fact::Received { .. }
        | Fact::OperatorCreated { .. }
        | Fact::Redelivered { .. }
        | Fact::RulesChanged { .. }
        | Fact::RulesNoted { .. }
        | Fact::SuspensionNoted { .. }
        | Fact::SettingChanged { .. }
        | Fact::SettingNoted { .. } => {}
        Fact::DifferenceFound { id, .. } | Fact::DifferenceSettled { id, .. } | Fact::DifferenceClosed { id, .. } => {
            keys.push(Key::Difference(*id))
        }
        Fact::ReconciliationAsked { day, .. } | Fact::ReconciliationRan { day, .. } => keys.push(Key::Run(*day)),
        Fact::OperatorChanged { operator, .. }
        | Fact::OperatorReset { operator, .. }
        | Fact::OperatorSignedIn { operator, .. }
        | Fact::OperatorGuessedWrong { operator, .. }
        | Fact::OperatorSignedOut { operator, .. } => keys.push(Key::Operator(*operator)),
        Fact::FriendNoted { user, .. } => keys.push(Key::Friends(*user)),
        Fact::DeviceSeen { device, .. } | Fact::DeviceHit { device, .. } => keys.push(Key::Device(*device)),
        Fact::RuleHit { user, .. }
        | Fact::UserSuspended { user, .. }
        | Fact::SuspensionLifted { user, .. }
        | Fact::ReleaseCodeMade { user, .. }
        | Fact::ReleaseFailed { user, .. } => keys.push(Key::Risk(*user)),
        Fact::SessionOpened { user, .. } | Fact::SessionClosed { user, .. } | Fact::ProfileUpdated { user, .. } => {
            keys.push(Key::User(*user));
        }
        Fact::FriendRequested { by, other, .. }
        | Fact::FriendAccepted { by, other, .. }
        | Fact::FriendRemoved { by, other } => keys.push(Key::Pair(PairKey::of(*by, *other))),
        Fact::MembersAdded { conversation, .. }
        | Fact::MemberLeft { conversation, .. }
        | Fact::GroupUpdated { conversation, .. }
        | Fact::QuietSet { conversation, .. }
        | Fact::MessagePosted { conversation, .. }
        | Fact::Acknowledged { conversation, .. }
        | Fact::ReadMarked { conversation, .. } => keys.push(Key::Conversation(*conversation)),
        Fact::Credited { user, .. } => {
            keys.push(Key::Wallet(*user));
            state.rules.need(*user, &[Counted::Opens, Counted::CircularFlow], keys);
        }
        Fact::TransferFunded { .. }
        | Fact::TransferDeclined { .. }
        | Fact::TransferPosted { .. }
        | Fact::TransferRefunded { .. }
        | Fact::TransferArrived { .. }
        | Fact::TransferAccepted { .. }
        | Fact::TransferWentBack { .. }
        | Fact::TransferRecalled { .. }
        | Fact::DisputeDecided { .. }
        | Fact::TransferNoted { .. }
        | Fact::TransferCredited { .. }
        | Fact::TransferGivenBack { .. }
        | Fact::TransferRepaid { .. } => crate::transfer::evolve::fact_needs(fact, keys),
        Fact::FileRecorded { user, .. } => keys.push(Key::Uploads(*user)),
        Fact::TryBegun { user, .. }
        | Fact::TryPassed { user, .. }
        | Fact::PinSet { user, .. }
        | Fact::LimitUsed { user, .. }
        | Fact::LevelSet { user, .. } => keys.push(Key::Guard(*user)),
        Fact::OrderCreated { user, .. } => {
            keys.push(Key::Wallet(*user));
            keys.push(Key::Guard(*user));
        }
        Fact::OrderSettled { order, user, .. } => {
            keys.push(Key::Order(*order));
            keys.push(Key::Wallet(*user));
            keys.push(Key::Guard(*user));
        }
        Fact::OrderSubmitting { order, .. }
        | Fact::OrderPending { order, .. }
        | Fact::OrderNotFound { order }
        | Fact::OrderAsked { order, .. }
        | Fact::OrderDecided { order, .. }
        | Fact::RaisedClosed { order, .. }
        | Fact::OrderRaised { order, .. } => keys.push(Key::Order(*order)),
        Fact::PacketFunded { sender, .. } => keys.push(Key::Wallet(*sender)),
        Fact::PacketPosted { packet, sender, .. } => {
            keys.push(Key::Packet(*packet));
            state.rules.need(*sender, &[Counted::Strangers], keys);
        }
        Fact::Claimed { packet, sender, .. } => {
            keys.push(Key::Packet(*packet));
            state.rules.need(*sender, &[Counted::CircularFlow, Counted::RefundRate], keys);
        }
        Fact::PacketRefunded { packet, sender, .. } | Fact::PacketExpired { packet, sender, .. } => {
            keys.push(Key::Packet(*packet));
            keys.push(Key::Wallet(*sender));
            state.rules.need(*sender, &[Counted::RefundRate], keys);
        }
    }
}
