//! The encoding of facts. Logs of released versions are read forever: a line here changes only if one was wrong.

use super::*;
use crate::{
    content::{SystemNote, TransferCard},
    hidden::Hidden,
    reconciliation::Place,
    refusal::UnknownRefusal,
    risk::{Consequence, RuleKind, SuspensionReason},
};

const USER: UserId = UserId(0x11);
const OTHER: UserId = UserId(0x22);
const ROOM: ConversationId = ConversationId(0x33);
const PACKET: PacketId = PacketId(0x44);
const TRANSFER: TransferId = TransferId(0x88);
const ORDER: OrderId = OrderId(0x77);

const DEVICE: DeviceId = DeviceId(0x88);

fn rule() -> Rule {
    Rule {
        id: RuleId(3),
        name: "n".into(),
        kind: RuleKind::RefundRate { of_at_least: 20 },
        window_ms: 60_000,
        threshold: 80,
        consequence: Consequence::Suspend { for_ms: 3_600_000, self_release: true },
        enabled: true,
        dry_run: false,
    }
}

fn book() -> RuleBook {
    RuleBook { sequence: 2, last_id: RuleId(3), rules: vec![rule()] }
}

fn suspension() -> Suspension {
    Suspension {
        reason: SuspensionReason::RefundRate,
        rule: Some(RuleId(3)),
        since: Millis(1_700_000_000_000),
        until: Millis(1_700_003_600_000),
        self_release: true,
        words: "w".into(),
    }
}

fn hit(effect: Effect) -> Fact {
    Fact::RuleHit {
        user: USER,
        number: 1,
        rule: RuleId(3),
        sequence: 2,
        count: 85,
        counted_to: 20,
        device: Some(DEVICE),
        effect,
    }
}

fn id() -> ClientId {
    ClientId(0x55)
}

fn message(content: Content) -> Fact {
    let (message, eligible) = (MessageId(0x66), vec![]);
    Fact::MessagePosted { conversation: ROOM, seq: Seq(7), message, sender: USER, client_id: id(), content, eligible }
}

fn note(note: SystemNote) -> Fact {
    message(Content::Note(note))
}

fn funded(kind: PacketKind) -> Fact {
    Fact::PacketFunded {
        packet: PACKET,
        sender: USER,
        id: id(),
        digest: [0xdd; 32],
        conversation: ROOM,
        kind,
        amount: Fen(300),
        count: 3,
        share_min: Fen(1),
        share_max: Fen(20_000),
        secret: Secret([0xee; 32]),
        greeting: "利".into(),
        expires_at: Millis(1_700_000_000_000),
        balance: Fen(700),
        line: 2,
    }
}

fn went_back(why: WentBack) -> Fact {
    Fact::TransferWentBack {
        transfer: TRANSFER,
        sender: USER,
        receiver: OTHER,
        why,
        amount: Fen(300),
        balance: Fen(1_000),
        line: 3,
    }
}

fn related(relation: Relation) -> Fact {
    Fact::FriendNoted { user: USER, other: OTHER, relation, conversation: Some(ROOM), greeting: "hi".into() }
}

fn changed() -> Changed {
    Changed { sequence: 3, values: [("recent_ms".to_owned(), -1)].into() }
}

fn ordered(kind: OrderKind, provider: Provider) -> Fact {
    Fact::OrderCreated {
        order: ORDER,
        user: USER,
        id: id(),
        digest: [0xdd; 32],
        kind,
        provider,
        amount: Fen(300),
        destination: "d".into(),
        at_once: true,
        balance: Fen(700),
        line: 2,
    }
}

fn settled(outcome: Word) -> Fact {
    Fact::OrderSettled {
        order: ORDER,
        user: USER,
        kind: OrderKind::Withdrawal,
        outcome,
        held: true,
        amount: Fen(300),
        reference: "p".into(),
        reason: "r".into(),
        balance: Fen(700),
        line: 2,
    }
}

fn raised(word: Word) -> Fact {
    Fact::OrderRaised { order: ORDER, word, amount: Fen(300), reference: "p".into(), reason: "r".into() }
}

/// One of each kind, in the order in which they were added.
fn all() -> Vec<(Fact, &'static str)> {
    vec![
        (
            Fact::UserCreated {
                user: USER,
                name: "ann".into(),
                display_name: "Ann".into(),
                face: "f".into(),
                password_hash: Hidden("h".into()),
            },
            "001103616e6e03416e6e01660168",
        ),
        (
            Fact::SessionOpened {
                user: USER,
                session: SessionId(9),
                token_hash: [0xaa; 32],
                device: "phone".into(),
                device_id: Some(DEVICE),
            },
            "011109aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0570686f6e65018801",
        ),
        (Fact::SessionClosed { user: USER, session: SessionId(9) }, "021109"),
        (Fact::ProfileUpdated { user: USER, display_name: "Ann".into(), face: "f".into() }, "031103416e6e0166"),
        (Fact::FriendRequested { by: USER, other: OTHER, greeting: "hi".into() }, "041122026869"),
        (Fact::FriendAccepted { by: USER, other: OTHER, conversation: ROOM }, "05112233"),
        (Fact::FriendRemoved { by: USER, other: OTHER }, "061122"),
        (related(Relation::None), "071122000133026869"),
        (related(Relation::Requested), "071122010133026869"),
        (related(Relation::Incoming), "071122020133026869"),
        (related(Relation::Friend), "071122030133026869"),
        (
            Fact::ConversationCreated {
                conversation: ROOM,
                kind: ConversationKind::Direct,
                title: String::new(),
                members: vec![USER, OTHER],
                once: None,
            },
            "0833000002112200",
        ),
        (
            Fact::ConversationCreated {
                conversation: ROOM,
                kind: ConversationKind::Group { owner: USER },
                title: "g".into(),
                members: vec![USER],
                once: Some((id(), [0xdd; 32])),
            },
            "08330111016701110155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
        ),
        (Fact::MembersAdded { conversation: ROOM, users: vec![OTHER] }, "09330122"),
        (Fact::MemberLeft { conversation: ROOM, user: OTHER }, "0a3322"),
        (Fact::GroupUpdated { conversation: ROOM, title: "t".into(), announcement: "a".into() }, "0b3301740161"),
        (Fact::QuietSet { conversation: ROOM, user: USER, quiet: true }, "0c331101"),
        (
            message(Content::Text { text: "hi".into(), mentions: vec![OTHER], reply_to: Seq(3) }),
            "0d33076611550002686901220300",
        ),
        (
            message(Content::Packet(PacketCard {
                packet: PACKET,
                kind: PacketKind::Lucky,
                greeting: "g".into(),
                count: 3,
            })),
            "0d330766115501440101670300",
        ),
        (note(SystemNote::FriendsNow), "0d3307661155020000"),
        (note(SystemNote::GroupCreated { by: USER, users: vec![OTHER] }), "0d3307661155020111012200"),
        (note(SystemNote::MembersAdded { by: USER, users: vec![OTHER] }), "0d3307661155020211012200"),
        (note(SystemNote::MemberLeft { user: OTHER }), "0d330766115502032200"),
        (note(SystemNote::MemberRemoved { by: USER, user: OTHER }), "0d33076611550204112200"),
        (note(SystemNote::TitleChanged { by: USER, title: "t".into() }), "0d3307661155020511017400"),
        (note(SystemNote::AnnouncementChanged { by: USER, text: "a".into() }), "0d3307661155020611016100"),
        (
            message(Content::Extension { kind: "k".into(), body: vec![1, 2], fallback: "f".into() }),
            "0d330766115503016b020102016600",
        ),
        (
            message(Content::Transfer(TransferCard {
                transfer: TRANSFER,
                receiver: OTHER,
                amount: Fen(300),
                note: "n".into(),
                arrives_at: Millis(1_700_000_000_000),
            })),
            "0d330766115504880122d804016e80a0abfef96200",
        ),
        (Fact::Acknowledged { conversation: ROOM, user: USER, from: Seq(1), through: Seq(7) }, "0e33110107"),
        (Fact::ReadMarked { conversation: ROOM, user: USER, through: Seq(7) }, "0f331107"),
        (Fact::PacketDeclined { packet: PACKET, refusal: Refusal::NotAMember }, "1044f101"),
        (Fact::MailboxNoted { user: USER, conversation: ROOM, member: true }, "11113301"),
        (
            ordered(OrderKind::TopUp, Provider::Sandbox),
            "12771155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd0000d804016401f80a02",
        ),
        (
            ordered(OrderKind::Withdrawal, Provider::Webhook),
            "12771155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd0101d804016401f80a02",
        ),
        (
            funded(PacketKind::Equal),
            "13441155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd3300d8040302c0b802eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee03e588a980a0abfef962f80a02",
        ),
        (
            funded(PacketKind::Lucky),
            "13441155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd3301d8040302c0b802eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee03e588a980a0abfef962f80a02",
        ),
        (
            funded(PacketKind::Named(OTHER)),
            "13441155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd330222d8040302c0b802eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee03e588a980a0abfef962f80a02",
        ),
        (
            Fact::PacketPosted {
                packet: PACKET,
                seq: Seq(7),
                message: MessageId(0x66),
                eligible: vec![USER, OTHER],
                sender: USER,
                to_strangers: true,
            },
            "144407660211221101",
        ),
        (
            Fact::PacketRefunded {
                packet: PACKET,
                sender: USER,
                refusal: Refusal::NotAMember,
                amount: Fen(300),
                balance: Fen(1_000),
                line: 3,
            },
            "154411f101d804d00f03",
        ),
        (Fact::Claimed { packet: PACKET, sender: USER, user: OTHER, index: 2, amount: Fen(88) }, "1644112202b001"),
        (
            Fact::PacketExpired { packet: PACKET, sender: USER, refund: Fen(12), balance: Fen(712), line: 3 },
            "17441118900b03",
        ),
        (
            Fact::Credited { user: OTHER, packet: PACKET, sender: USER, amount: Fen(88), balance: Fen(88), line: 1 },
            "18224411b001b00101",
        ),
        (Fact::Received { from: ShardId(3), through: Position(1_000) }, "1903e807"),
        (
            Fact::OperatorCreated {
                by: OperatorId::HOST,
                operator: OperatorId(0x77),
                name: "olga".into(),
                role: Role::Admin,
                password_hash: Hidden("h".into()),
                totp_secret: Hidden([0xaa; 20]),
                reason: "r".into(),
            },
            "1a0077046f6c6761030168aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0172",
        ),
        (
            Fact::OperatorChanged {
                by: OperatorId(0x77),
                operator: OperatorId(0x78),
                role_before: Role::Viewer,
                active_before: true,
                role: Role::Support,
                active: false,
                reason: "r".into(),
            },
            "1b7778000101000172",
        ),
        (
            Fact::OperatorReset {
                by: OperatorId(0x77),
                operator: OperatorId(0x78),
                password_hash: Hidden("h".into()),
                totp_secret: Some(Hidden([0xaa; 20])),
                reason: "r".into(),
            },
            "1c7778016801aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa0172",
        ),
        (
            Fact::OperatorSignedIn {
                operator: OperatorId(0x77),
                session: SessionId(9),
                token_hash: [0xbb; 32],
                device: "desk".into(),
                step: 5,
                expires_at: Millis(1_700_000_000_000),
            },
            "1d7709bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb046465736b0580a0abfef962",
        ),
        (
            Fact::OperatorGuessedWrong {
                operator: OperatorId(0x77),
                wrong: 5,
                locked_until: Some(Millis(1_700_000_000_000)),
            },
            "1e77050180a0abfef962",
        ),
        (Fact::OperatorSignedOut { operator: OperatorId(0x77), session: SessionId(9) }, "1f7709"),
        (
            Fact::DifferenceFound {
                id: DifferenceId(0x79),
                difference: Box::new(Difference {
                    kind: crate::reconciliation::DifferenceKind::CreditMissing,
                    subject: 0x44,
                    user: Some(USER),
                    place: Place { shard: ShardId(1), position: Position(9) },
                    other: None,
                    at: Millis(5),
                    expected: Fen(40),
                    found: Fen(0),
                    words: "w".into(),
                }),
                state: DifferenceState::Raised,
            },
            "2079004401110109000a5000017702",
        ),
        (Fact::DifferenceSettled { id: DifferenceId(0x79), state: DifferenceState::Repaired }, "217901"),
        (
            Fact::DifferenceClosed {
                by: OperatorId(0x77),
                id: DifferenceId(0x79),
                before: DifferenceState::Raised,
                reason: "r".into(),
            },
            "227779020172",
        ),
        (Fact::ReconciliationAsked { by: OperatorId(0x77), day: 20_000, reason: "r".into() }, "2377c0b8020172"),
        (
            Fact::ReconciliationRan {
                day: 20_000,
                ran: Ran { began: Millis(5), ended: Millis(6), facts: 7, rows: 8, differences: 9 },
            },
            "24c0b8020a0c070809",
        ),
        (Fact::Redelivered { from: ShardId(1), position: Position(9) }, "250109"),
        (
            Fact::TransferFunded {
                transfer: TRANSFER,
                sender: USER,
                id: id(),
                digest: [0xdd; 32],
                receiver: OTHER,
                conversation: ROOM,
                amount: Fen(300),
                note: "n".into(),
                arrival: Arrival::Soon,
                arrives_at: Millis(1_700_000_000_000),
                accept_ms: 86_400_000,
                balance: Fen(700),
                line: 2,
            },
            "2688011155dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd2233d804016e0180a0abfef96280f0b252f80a02",
        ),
        (Fact::TransferDeclined { transfer: TRANSFER, refusal: Refusal::NotFriends }, "278801df01"),
        (Fact::TransferPosted { transfer: TRANSFER, receiver: OTHER, seq: Seq(7) }, "2888012207"),
        (
            Fact::TransferRefunded {
                transfer: TRANSFER,
                sender: USER,
                receiver: OTHER,
                refusal: Refusal::NotFriends,
                amount: Fen(300),
                balance: Fen(1_000),
                line: 3,
            },
            "2988011122df01d804d00f03",
        ),
        (Fact::TransferArrived { transfer: TRANSFER }, "2a8801"),
        (
            Fact::TransferAccepted { transfer: TRANSFER, sender: USER, receiver: OTHER, amount: Fen(300) },
            "2b88011122d804",
        ),
        (went_back(WentBack::Receiver), "2c8801112200d804d00f03"),
        (went_back(WentBack::Expiry), "2c8801112201d804d00f03"),
        (went_back(WentBack::Operator), "2c8801112202d804d00f03"),
        (
            Fact::TransferRecalled { transfer: TRANSFER, reason: "r".into(), evidence: vec![FileId(0x99)] },
            "2d88010172019901",
        ),
        (
            Fact::DisputeDecided { by: OperatorId(0x77), transfer: TRANSFER, returned: true, reason: "r".into() },
            "2e778801010172",
        ),
        (Fact::TransferNoted { user: OTHER, transfer: TRANSFER }, "2f228801"),
        (
            Fact::TransferCredited {
                user: OTHER,
                transfer: TRANSFER,
                sender: USER,
                amount: Fen(300),
                balance: Fen(300),
                line: 1,
            },
            "3022880111d804d80401",
        ),
        (
            Fact::TransferGivenBack {
                transfer: TRANSFER,
                user: OTHER,
                sender: USER,
                amount: Fen(300),
                balance: Fen(0),
                line: 2,
            },
            "3188012211d8040002",
        ),
        (
            Fact::TransferRepaid {
                transfer: TRANSFER,
                sender: USER,
                receiver: OTHER,
                amount: Fen(300),
                balance: Fen(1_000),
                line: 3,
            },
            "3288011122d804d00f03",
        ),
        (
            Fact::FileRecorded {
                file: FileId(0x99),
                user: USER,
                name: "a.png".into(),
                file_type: FileType::Png,
                bytes: 300,
                sha256: [0xcc; 32],
            },
            "3399011105612e706e6701ac02cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc",
        ),
        (
            Fact::RulesChanged {
                book: book(),
                before: None,
                after: Some(rule()),
                by: OperatorId(0x77),
                reason: "r".into(),
            },
            "3402030103016e0414c0a907500180bab703010100000103016e0414c0a907500180bab703010100770172",
        ),
        (Fact::RulesNoted { book: book() }, "3502030103016e0414c0a907500180bab703010100"),
        (Fact::DeviceSeen { device: DEVICE, user: USER }, "36880111"),
        (
            Fact::DeviceHit { device: DEVICE, users: vec![USER], rule: rule(), sequence: 2, count: 5 },
            "378801011103016e0414c0a907500180bab7030101000205",
        ),
        (hit(Effect::DryRun), "3811010302551401880100"),
        (hit(Effect::Flagged), "3811010302551401880101"),
        (hit(Effect::Suspended(suspension())), "381101030255140188010204010380a0abfef96280dae281fa62010177"),
        (hit(Effect::Already), "3811010302551401880103"),
        (
            Fact::UserSuspended { user: USER, before: None, suspension: suspension(), by: OperatorId(0x77) },
            "39110004010380a0abfef96280dae281fa6201017777",
        ),
        (
            Fact::SuspensionLifted { user: USER, suspension: suspension(), by: LiftedBy::User },
            "3a1104010380a0abfef96280dae281fa6201017700",
        ),
        (Fact::SuspensionNoted { user: USER, until: Millis(1_700_000_000_000) }, "3b1180a0abfef962"),
        (
            Fact::ReleaseCodeMade {
                user: USER,
                code: ReleaseCode { code: Hidden(123_456), expires_at: Millis(1_700_000_000_000), tries_left: 5 },
            },
            "3c11c0c40780a0abfef96205",
        ),
        (Fact::ReleaseFailed { user: USER, tries_left: 4 }, "3d1104"),
        (
            Fact::SettingChanged {
                by: OperatorId(0x77),
                name: "recent_ms".into(),
                before: 5,
                value: -1,
                reason: "r".into(),
                changed: changed(),
            },
            "3e7709726563656e745f6d730a010172030109726563656e745f6d7301",
        ),
        (Fact::SettingNoted { changed: changed() }, "3f030109726563656e745f6d7301"),
        (Fact::TryBegun { user: USER, of: TryOf::Pin, number: 5, wrong: 2, locked_until: Millis(0) }, "401100050200"),
        (
            Fact::TryBegun { user: USER, of: TryOf::Password, number: 5, wrong: 2, locked_until: Millis(3) },
            "401101050206",
        ),
        (Fact::TryPassed { user: USER, of: TryOf::Pin, number: 5 }, "41110005"),
        (Fact::PinSet { user: USER, hash: Hidden("h".into()) }, "42110168"),
        (Fact::LimitUsed { user: USER, kind: LimitKind::Send, day: 3, amount: Fen(7) }, "431100060e"),
        (Fact::LimitUsed { user: USER, kind: LimitKind::TopUp, day: 3, amount: Fen(7) }, "431101060e"),
        (Fact::LimitUsed { user: USER, kind: LimitKind::Withdraw, day: 3, amount: Fen(7) }, "431102060e"),
        (Fact::OrderSubmitting { order: ORDER, attempt: 1 }, "447701"),
        (Fact::OrderPending { order: ORDER, reference: "p".into() }, "45770170"),
        (Fact::OrderNotFound { order: ORDER }, "4677"),
        (settled(Word::Succeeded), "477711010201d80401700172f80a02"),
        (settled(Word::Failed), "477711010301d80401700172f80a02"),
        (settled(Word::Returned), "477711010401d80401700172f80a02"),
        (raised(Word::NotFound), "487700d80401700172"),
        (raised(Word::Pending), "487701d80401700172"),
        (
            Fact::LevelSet {
                by: OperatorId(0x77),
                user: USER,
                before: Level::New,
                level: Level::Ordinary,
                reason: "r".into(),
            },
            "49771100010172",
        ),
        (
            Fact::LevelSet {
                by: OperatorId(0x77),
                user: USER,
                before: Level::Verified,
                level: Level::New,
                reason: "r".into(),
            },
            "49771102000172",
        ),
        (Fact::OrderAsked { by: OperatorId(0x66), order: ORDER, reason: "r".into() }, "4a66770172"),
        (
            Fact::OrderDecided {
                by: OperatorId(0x66),
                order: ORDER,
                before: OrderState::Submitted,
                outcome: Word::Failed,
                reason: "r".into(),
            },
            "4b667702030172",
        ),
        (
            Fact::RaisedClosed { by: OperatorId(0x66), order: ORDER, words: vec![Word::Returned], reason: "r".into() },
            "4c667701040172",
        ),
    ]
}

#[test]
fn facts_are_written_as_ever_and_read_as_ever() {
    for (fact, expected) in all() {
        let bytes = postcard::to_stdvec(&fact).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, expected, "{fact:?}");
        assert_eq!(postcard::from_bytes::<Fact>(&bytes), Ok(fact));
    }
}

#[test]
fn no_kind_of_fact_is_left_out() {
    let mut kinds: Vec<u8> = all().iter().map(|(fact, _)| postcard::to_stdvec(fact).unwrap()[0]).collect();
    kinds.dedup();
    assert_eq!(kinds, (0..=76).collect::<Vec<u8>>(), "the first byte is the kind's number");
    assert!(postcard::from_bytes::<Fact>(&[77; 200]).is_err(), "a new kind needs a line of its own here");
}

#[test]
fn a_refusal_is_its_number_wherever_it_stands() {
    let codes: Vec<Refusal> = (0..=u16::MAX).filter_map(|code| Refusal::try_from(code).ok()).collect();
    assert!(codes.len() > 30);
    for refusal in codes {
        assert_eq!(Refusal::try_from(refusal.code()), Ok(refusal));
        let bytes = postcard::to_stdvec(&refusal).unwrap();
        assert_eq!(bytes, postcard::to_stdvec(&refusal.code()).unwrap());
        assert_eq!(postcard::from_bytes::<Refusal>(&bytes), Ok(refusal));
    }
    assert_eq!(Refusal::try_from(1), Err(UnknownRefusal(1)));
}
