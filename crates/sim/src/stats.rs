//! What a world did, so that nobody takes a world in which nothing happened for a good one.

use std::fmt;

macro_rules! stats {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// Counted over one world, or summed over many.
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
        pub struct Stats {
            $($(#[$doc])* pub $name: u64,)*
        }

        impl Stats {
            pub fn add(&mut self, other: &Self) {
                $(self.$name += other.$name;)*
            }

            /// Every figure with its name.
            #[must_use]
            pub fn figures(&self) -> Vec<(&'static str, u64)> {
                vec![$((stringify!($name), self.$name)),*]
            }
        }
    };
}

stats! {
    /// Seeds lived to their end.
    worlds,
    events,
    virtual_seconds,
    users,
    devices,
    facts,
    messages,
    conversations,
    packets,
    claims,
    packets_finished,
    packets_expired,
    packets_refused,
    refunded_fen,
    credits_reconciled,
    levels_set,
    payments_with_pin,
    pins_locked,
    limits_met,
    orders_later,
    orders_pending,
    orders_not_found,
    orders_raised,
    orders_settled_by_hand,
    orders_failed,
    orders_returned,
    orders_handed_twice,
    suspensions_released,
    releases_failed,
    transfers,
    transfers_accepted,
    transfers_returned,
    transfers_expired,
    transfers_refunded,
    transfers_given_back,
    recalls,
    recalls_with_evidence,
    disputes_returned,
    disputes_released,
    returned_while_frozen,
    accepted_while_frozen,
    /// Races: recall against arrival, expiry against accept, return against accept, each with either winner.
    recalled_just_in_time,
    recalled_too_late,
    accepted_just_in_time,
    accepted_too_late,
    accepted_after_return,
    returned_after_accept,
    friendships,
    members_left,
    messages_given,
    reloads,
    answers_repeated,
    frames_lost,
    frames_doubled,
    frames_overtaken,
    links_cut,
    devices_died,
    devices_wiped,
    gateways_died,
    bus_lost,
    bus_doubled,
    turned_away,
    crashes_before_load,
    crashes_after_load,
    crashes_after_apply,
    crashes_in_append,
    crashes_before_reply,
    crashes_after_reply,
    crashes_in_save,
    crashes_in_recovery,
    appends_torn,
    appends_full,
    writers_fenced,
    clock_jumps,
    views_fallen_back,
    views_lost,
    deliveries_repeated,
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, (name, figure)) in self.figures().into_iter().enumerate() {
            let end = if n % 4 == 3 { "\n" } else { "" };
            write!(f, "  {:<20} {figure:>12}{end}", name.replace('_', " "))?;
        }
        Ok(())
    }
}
