//! What people do. One small file for each kind of thing; each draws what it needs and does nothing when there is
//! nothing to do it with.

mod files;
mod friends;
mod groups;
mod look;
mod offline;
mod open;
mod operate;
mod read;
mod release;
mod repeat;
mod say;
mod send_packet;
mod sessions;
mod settings;
mod top_up;
mod transfers;
mod withdraw;

pub use operate::decide_all;
pub use say::retry_message;

use crate::world::{Event, World};

macro_rules! actions {
    ($($name:ident $weight:literal $run:path,)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Action {
            $($name),*
        }

        impl Action {
            pub const ALL: [Self; [$($weight),*].len()] = [$(Self::$name),*];

            /// How often it is done, beside the others.
            #[must_use]
            pub fn weight(self) -> u32 {
                match self {
                    $(Self::$name => $weight),*
                }
            }

            fn run(self, world: &mut World, device: usize) -> bool {
                match self {
                    $(Self::$name => $run(world, device)),*
                }
            }
        }
    };
}

actions! {
    Say 30 say::say,
    Retry 6 say::retry,
    Read 14 read::read,
    Befriend 8 friends::request,
    AnswerFriend 10 friends::answer,
    Unfriend 1 friends::remove,
    MakeGroup 6 groups::make,
    Invite 4 groups::invite,
    Leave 2 groups::leave,
    Remove 2 groups::remove,
    Rename 2 groups::rename,
    Quiet 1 groups::quiet,
    TopUp 8 top_up::top_up,
    SetPin 4 withdraw::set_pin,
    Withdraw 10 withdraw::withdraw,
    SendPacket 12 send_packet::send,
    Open 25 open::open,
    Grab 4 open::grab,
    LookAtPacket 4 look::packet,
    LookAtWallet 3 look::wallet,
    LookAtStatement 2 look::statement,
    LookAtFriends 2 look::friends,
    Scroll 3 look::history,
    PullOffline 3 offline::pull,
    Repeat 5 repeat::repeat,
    SendTransfer 12 transfers::send,
    Accept 26 transfers::accept,
    Return 12 transfers::give_back,
    Recall 16 transfers::recall,
    Upload 2 files::upload,
    DecideDispute 6 operate::decide,
    HandleOrder 4 operate::handle_order,
    LookAtTransfer 3 look::transfer,
    LookAtTransfers 2 look::transfers,
    SignOut 1 sessions::sign_out,
    TuneRules 2 operate::tune_rules,
    Suspend 4 operate::suspend,
    AskForCode 6 release::ask,
    Release 10 release::release,
    LookAtOrders 1 look::orders,
    SetLevel 2 operate::set_level,
    LiftSuspension 1 operate::lift,
    ChangeSetting 1 settings::change,
}

impl Action {
    /// Whether a world without it would stand still.
    #[must_use]
    pub fn is_vital(self) -> bool {
        matches!(self, Self::Befriend | Self::AnswerFriend | Self::TopUp)
    }
}

impl World {
    /// Somebody does something.
    pub fn act(&mut self) {
        if self.actions_left == 0 || self.healed {
            return;
        }
        let ms = self.chance.between(1, self.plan.pace_ms * 2);
        self.schedule.after(ms, Event::Act);
        let usable: Vec<usize> = (0..self.devices.len())
            .filter(|device| self.devices[*device].usable() && self.user_of(*device) != 0)
            .collect();
        let Some(device) = self.chance.pick(&usable).copied() else { return };
        // What cannot be done now is not counted, but not tried forever either.
        for _ in 0..4 {
            let action = self.some_action(device);
            self.trace.word(action as u64);
            if action.run(self, device) {
                self.actions_left -= 1;
                return;
            }
        }
    }

    fn some_action(&mut self, device: usize) -> Action {
        // Whoever talks with nobody looks for company first.
        if self.devices[device].app.threads.len() < 2 && self.chance.happens(600) {
            return if self.chance.happens(500) { Action::Befriend } else { Action::AnswerFriend };
        }
        let total: u32 = self.plan.weights.iter().sum();
        let mut at = self.chance.below(u64::from(total)) as u32;
        for (action, weight) in Action::ALL.into_iter().zip(self.plan.weights) {
            if at < weight {
                return action;
            }
            at -= weight;
        }
        Action::Say
    }

    /// A fresh client id by the device's clock.
    fn client_id(&mut self, device: usize) -> String {
        let now = self.device_now(device);
        laisee_client::device::mint(now, &mut self.devices[device].jitter)
    }

    /// A conversation on the device, of those that fit.
    fn some_conversation(&mut self, device: usize, fits: impl Fn(&crate::device::Thread) -> bool) -> Option<u64> {
        let threads = &self.devices[device].app.threads;
        let fitting: Vec<u64> = threads.iter().filter(|(_, thread)| fits(thread)).map(|(id, _)| *id).collect();
        self.chance.pick(&fitting).copied()
    }

    /// Another person with an account.
    fn somebody_else(&mut self, device: usize) -> Option<u64> {
        let me = self.user_of(device);
        let others: Vec<u64> = self.people.iter().filter_map(|person| person.user).filter(|user| *user != me).collect();
        self.chance.pick(&others).copied()
    }

    /// The people who stand so to the device's user, as far as it has heard.
    fn related(&self, device: usize, relation: laisee_wire::v1::Relation) -> Vec<u64> {
        let relations = &self.people[self.devices[device].person].relations;
        relations.iter().filter(|(_, how)| **how == i32::from(relation)).map(|(user, _)| *user).collect()
    }
}
