use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::StormError;

/// What to play. Money in fen, times in milliseconds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Plan {
    /// `host:port` of the server; several are taken in turn.
    pub addresses: Vec<String>,
    /// Chooses all the work: the same seed draws the same actions in the same order for each worker.
    pub seed: u64,
    /// Signed-in users, each with one connection.
    pub users: u32,
    /// Users in a group, at least 2; the last group may be smaller. The first of each is friends with the others.
    pub group_size: u32,
    /// What each user gets at the beginning, and again when money runs out.
    pub top_up: i64,
    /// How long to play, without setting up and settling.
    pub duration_ms: u64,
    /// Actions per second over all users; 0: closed loop.
    pub rate: f64,
    /// Closed loop: actions under way for each user.
    pub in_flight: u32,
    /// Closed loop: pause after each action.
    pub think_ms: u64,
    /// Weights of the actions.
    pub mix: Mix,
    /// Most shares in a packet; the server's limit and the number of members bound it too.
    pub packet_count_max: u32,
    /// Largest share, on average over a packet.
    pub packet_share_max: i64,
    /// Largest transfer; the server's limits bound it too.
    pub transfer_max: i64,
    /// Largest withdrawal.
    pub withdrawal_max: i64,
    /// Every n-th user speaks JSON instead of protobuf; 0: nobody.
    pub json_every: u32,
    /// Sign-ups and other preparations under way at the same time.
    pub setup_concurrency: u32,
    /// How long to wait at the end until everything is answered and delivered.
    pub settle_ms: u64,
    /// Where to write what was acknowledged, as JSON lines.
    pub ledger: Option<PathBuf>,
    /// Where to write the report as JSON.
    pub json: Option<PathBuf>,
    /// Where to write the report as one HTML page.
    pub html: Option<PathBuf>,
    /// A process of this machine, the server's most likely, whose resident memory goes into the report.
    pub watch: Option<u32>,
    /// No progress on stderr.
    pub quiet: bool,
}

impl Default for Plan {
    fn default() -> Self {
        Self {
            addresses: vec!["127.0.0.1:7080".into()],
            seed: 1,
            users: 100,
            group_size: 10,
            top_up: 1_000_000,
            duration_ms: 30_000,
            rate: 0.0,
            in_flight: 1,
            think_ms: 0,
            mix: Mix::default(),
            packet_count_max: 100,
            packet_share_max: 500,
            transfer_max: 30_000,
            withdrawal_max: 5_000,
            json_every: 10,
            setup_concurrency: 16,
            settle_ms: 60_000,
            ledger: None,
            json: None,
            html: None,
            watch: None,
            quiet: false,
        }
    }
}

/// How often each action is chosen, relative to the others.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mix {
    /// Send a text.
    pub message: u32,
    /// Send a red packet.
    pub packet: u32,
    /// Open a packet that was seen and not opened yet; without one, send a text.
    pub open: u32,
    /// Move a read mark.
    pub read: u32,
    /// Send something acknowledged again with the same id: the answer must be the same.
    pub repeat: u32,
    /// Send a transfer, with any of the delays.
    pub transfer: u32,
    /// Accept a transfer that has arrived, or send one back, before or after accepting it; without one, send a text.
    pub receive: u32,
    /// Ask for a transfer back that may not have arrived yet; without one, send a text.
    pub recall: u32,
    /// Order money into the wallet. Happens besides whenever money runs out.
    pub top_up: u32,
    /// Order money out of the wallet.
    pub withdraw: u32,
}

impl Default for Mix {
    fn default() -> Self {
        Self {
            message: 46,
            packet: 4,
            open: 26,
            read: 8,
            repeat: 2,
            transfer: 5,
            receive: 5,
            recall: 1,
            top_up: 1,
            withdraw: 2,
        }
    }
}

impl Mix {
    /// Every weight 0.
    pub const NOTHING: Self = Self {
        message: 0,
        packet: 0,
        open: 0,
        read: 0,
        repeat: 0,
        transfer: 0,
        receive: 0,
        recall: 0,
        top_up: 0,
        withdraw: 0,
    };

    /// The sum of the weights.
    pub fn total(&self) -> u32 {
        let chat = self.message + self.packet + self.open + self.read + self.repeat;
        chat + self.transfer + self.receive + self.recall + self.top_up + self.withdraw
    }
}

impl Plan {
    /// Refuses what cannot be played, with the reason.
    pub fn check(&self) -> Result<(), StormError> {
        let rows = [
            (self.addresses.is_empty(), "there is no address"),
            (self.users < 2, "at least two users are needed"),
            (self.group_size < 2, "a group needs at least two users"),
            (self.mix.total() == 0, "every weight of the mix is 0"),
            (
                [
                    self.top_up,
                    self.packet_share_max,
                    self.packet_count_max.into(),
                    self.transfer_max,
                    self.withdrawal_max,
                ]
                .iter()
                .any(|&most| most < 1),
                "an amount or count is below 1",
            ),
            (self.rate < 0.0 || !self.rate.is_finite(), "the rate is no rate"),
            (self.in_flight == 0 || self.setup_concurrency == 0, "nothing may be under way"),
        ];
        match rows.iter().find(|(wrong, _)| *wrong) {
            Some((_, why)) => Err(StormError::Plan((*why).into())),
            None => Ok(()),
        }
    }

    /// Where each group begins and ends in the list of users; a lone last user joins the group before.
    pub fn groups(&self) -> Vec<std::ops::Range<usize>> {
        let (users, size) = (self.users as usize, self.group_size as usize);
        let mut groups: Vec<std::ops::Range<usize>> =
            (0..users).step_by(size).map(|from| from..(from + size).min(users)).collect();
        if groups.len() > 1 && groups.last().is_some_and(|last| last.len() == 1) {
            groups.pop();
            if let Some(last) = groups.last_mut() {
                last.end = users;
            }
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_in_a_group_of_at_least_two() {
        for (users, size, expected) in
            [(4, 2, vec![(0, 2), (2, 4)]), (5, 2, vec![(0, 2), (2, 5)]), (3, 10, vec![(0, 3)])]
        {
            let plan = Plan { users, group_size: size, ..Plan::default() };
            let groups: Vec<_> = plan.groups().into_iter().map(|range| (range.start, range.end)).collect();
            assert_eq!(groups, expected);
        }
    }

    #[test]
    fn refuses_what_cannot_be_played() {
        assert!(Plan::default().check().is_ok());
        assert!(Plan { users: 1, ..Plan::default() }.check().is_err());
        assert!(Plan { mix: Mix::NOTHING, ..Plan::default() }.check().is_err());
        assert!(Plan { transfer_max: 0, ..Plan::default() }.check().is_err());
        assert!(Plan { rate: f64::NAN, ..Plan::default() }.check().is_err());
    }
}
