//! What a person wants of the server besides sending and reading messages: asked until there is an answer.

use laisee_client::device::Lost;
use laisee_wire::v1::{Error, ErrorCode, client_frame::Body as Ask, server_frame::Body};

use crate::{translate, world::World};

/// A request, and how often it has been made.
#[derive(Clone, Debug)]
pub struct Want {
    pub ask: Ask,
    pub tries: u32,
}

/// How long the application waits for an answer.
const TIMEOUT_MS: i64 = 12_000;
/// Requests that are only for looking are not repeated forever.
const LOOKS_MAX: u32 = 3;

impl World {
    /// The person asks for something.
    pub fn want(&mut self, device: usize, ask: Ask) {
        self.ask_now(device, Want { ask, tries: 0 });
        self.pump(device);
    }

    /// The person asks for something at a time of its choosing.
    pub fn want_at(&mut self, device: usize, at_ms: i64, ask: Ask) {
        let at_ms = at_ms + self.devices[device].skew_ms;
        self.devices[device].wanted.push((at_ms, Want { ask, tries: 0 }));
        self.pump(device);
    }

    fn ask_now(&mut self, device: usize, mut want: Want) {
        let now = self.device_now(device);
        let found = &mut self.devices[device];
        let Some(client) = found.client.as_mut() else { return };
        want.tries += 1;
        let request = client.request(now, want.ask.clone(), TIMEOUT_MS);
        found.under_way.insert(request, want);
    }

    /// Makes the requests whose time has come.
    pub(super) fn ask_again(&mut self, device: usize) {
        let now = self.device_now(device);
        let found = &mut self.devices[device];
        if !found.usable() {
            return;
        }
        let (due, later) = std::mem::take(&mut found.wanted).into_iter().partition(|(at, _)| *at <= now);
        found.wanted = later;
        let due: Vec<(i64, Want)> = due;
        for (_, want) in due {
            self.ask_now(device, want);
        }
    }

    fn later(&mut self, device: usize, want: Want, ms: i64) {
        if want.tries >= LOOKS_MAX && is_a_look(&want.ask) {
            return;
        }
        let at = self.device_now(device) + ms + self.chance.between(50, 2_000);
        self.devices[device].wanted.push((at, want));
    }

    pub(super) fn unanswered(&mut self, device: usize, request: u32, lost: Lost) {
        let Some(want) = self.devices[device].under_way.remove(&request) else { return };
        if lost != Lost::SignedOut || !matches!(want.ask, Ask::CloseSession(_)) {
            self.later(device, want, 0);
        }
    }

    pub(super) fn answered(&mut self, device: usize, request: u32, body: Body) {
        let Some(want) = self.devices[device].under_way.remove(&request) else { return };
        let user = self.user_of(device);
        match body {
            Body::Error(error) if again(&error) => self.later(device, want, i64::from(error.retry_after_ms)),
            // Refused by a rule, which is an answer.
            Body::Error(_) => {}
            body => {
                if want.tries > 1 {
                    self.stats.answers_repeated += 1;
                }
                for told in translate::answer(user, &want.ask, &body) {
                    self.tell(&told);
                }
                self.learn(device, &want.ask, body);
            }
        }
    }

    /// What the person does with an answer.
    fn learn(&mut self, device: usize, ask: &Ask, body: Body) {
        let person = self.devices[device].person;
        let once = matches!(
            ask,
            Ask::TopUp(_)
                | Ask::SendPacket(_)
                | Ask::SendTransfer(_)
                | Ask::AcceptTransfer(_)
                | Ask::ReturnTransfer(_)
                | Ask::RecallTransfer(_)
                | Ask::CreateGroup(_)
                | Ask::OpenPacket(_)
        );
        if once {
            self.people[person].asked.push(ask.clone());
        }
        match (ask, body) {
            (_, Body::FriendState(state)) => {
                self.people[person].relations.insert(state.user, state.relation);
            }
            (_, Body::Friends(friends)) => {
                let heard = friends.friends.into_iter();
                let heard = heard.map(|friend| (friend.user.map_or(0, |user| user.id), friend.relation));
                self.people[person].relations = heard.collect();
            }
            (_, Body::PacketFunded(funded)) => {
                self.people[person].packets.insert(funded.packet);
            }
            (_, Body::PacketOpened(opened)) => {
                self.people[person].packets.insert(opened.packet);
            }
            (_, Body::Transfer(found)) => self.devices[device].app.transfer(found),
            // The next page acknowledges this one; the last one is empty.
            (Ask::PullOffline(pull), Body::OfflinePage(page)) if !page.next_page_token.is_empty() => {
                let next = laisee_wire::v1::PullOffline { page_token: page.next_page_token, ..pull.clone() };
                self.want(device, Ask::PullOffline(next));
            }
            (Ask::GetStatement(_), Body::Statement(statement)) if statement.more => {
                let before = statement.next_before;
                let next = laisee_wire::v1::GetStatement { before, limit: 20, ..Default::default() };
                self.want(device, Ask::GetStatement(next));
            }
            _ => {}
        }
    }
}

fn again(error: &Error) -> bool {
    (100..200).contains(&error.code) || error.code() == ErrorCode::Unspecified
}

fn is_a_look(ask: &Ask) -> bool {
    matches!(
        ask,
        Ask::GetPacket(_)
            | Ask::ExportPacket(_)
            | Ask::GetTransfer(_)
            | Ask::ListTransfers(_)
            | Ask::ListOrders(_)
            | Ask::GetWallet(_)
            | Ask::GetStatement(_)
            | Ask::GetHistory(_)
            | Ask::GetMembers(_)
            | Ask::ListFriends(_)
            | Ask::GrabPacket(_)
            | Ask::CountOffline(_)
            | Ask::PullOffline(_)
    )
}
