//! The settings as they hold now: what the configuration says, under what operators changed.

use std::sync::Arc;

use arc_swap::ArcSwap;
use laisee_core::settings::{Changed, Settings};

/// Swapped whole: whoever reads them has one consistent set for as long as it likes.
pub struct LiveSettings {
    base: Arc<Settings>,
    now: ArcSwap<Held>,
}

struct Held {
    sequence: u64,
    settings: Arc<Settings>,
}

impl LiveSettings {
    #[must_use]
    pub fn new(base: Arc<Settings>) -> Self {
        let now = ArcSwap::from_pointee(Held { sequence: 0, settings: base.clone() });
        Self { base, now }
    }

    /// What the configuration says.
    #[must_use]
    pub fn base(&self) -> &Settings {
        &self.base
    }

    #[must_use]
    pub fn now(&self) -> Arc<Settings> {
        self.now.load().settings.clone()
    }

    /// Takes in what operators changed. Word may come late or twice: only what is newer counts. Whether it was.
    pub fn told(&self, changed: &Changed) -> bool {
        let mut newer = false;
        self.now.rcu(|held| {
            newer = changed.sequence > held.sequence;
            if newer {
                let settings = Arc::new(changed.over(&self.base));
                Arc::new(Held { sequence: changed.sequence, settings })
            } else {
                held.clone()
            }
        });
        newer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_newer_word_counts_and_the_base_stays() {
        let live = LiveSettings::new(Arc::default());
        let changed = |sequence, value| Changed { sequence, values: [("sessions_max".to_owned(), value)].into() };
        assert!(live.told(&changed(2, 7)));
        assert!(!live.told(&changed(1, 6)) && !live.told(&changed(2, 7)));
        assert_eq!((live.now().sessions_max, live.base().sessions_max), (7, 20));
    }
}
