/// The resume after each welcome: one chain of pages at a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Syncing {
    stage: Stage,
    /// Asked for again while one was running: run once more afterwards.
    again: bool,
    failures: u32,
}

#[derive(Clone, Debug, Default, PartialEq)]
enum Stage {
    #[default]
    Idle,
    /// Wanted; the next page is asked for with this token (empty: from the positions).
    Wanted(String),
    UnderWay {
        request: u32,
        token: String,
    },
}

impl Syncing {
    /// Wants a sync from the positions. True: it is to be scheduled now.
    pub(super) fn want(&mut self) -> bool {
        match self.stage {
            Stage::Idle => {
                self.stage = Stage::Wanted(String::new());
                true
            }
            Stage::Wanted(_) => false,
            Stage::UnderWay { .. } => {
                self.again = true;
                false
            }
        }
    }

    pub(super) fn running(&self) -> bool {
        self.stage != Stage::Idle
    }

    /// The token to ask with, when a page is wanted.
    pub(super) fn wanted(&self) -> Option<&str> {
        match &self.stage {
            Stage::Wanted(token) => Some(token),
            _ => None,
        }
    }

    pub(super) fn asked(&mut self, request: u32) {
        if let Stage::Wanted(token) = std::mem::take(&mut self.stage) {
            self.stage = Stage::UnderWay { request, token };
        }
    }

    pub(super) fn is_under_way(&self, request: u32) -> bool {
        matches!(self.stage, Stage::UnderWay { request: r, .. } if r == request)
    }

    /// A page is complete. True: this was the last one.
    pub(super) fn page_done(&mut self, next_token: String) -> bool {
        self.failures = 0;
        if !next_token.is_empty() {
            self.stage = Stage::Wanted(next_token);
            return false;
        }
        if std::mem::take(&mut self.again) {
            self.stage = Stage::Wanted(String::new());
            return false;
        }
        self.stage = Stage::Idle;
        true
    }

    /// The page was not given; says how often in a row. `restart`: begin from the positions.
    pub(super) fn failed(&mut self, restart: bool) -> u32 {
        if let Stage::UnderWay { token, .. } = std::mem::take(&mut self.stage) {
            self.stage = Stage::Wanted(if restart { String::new() } else { token });
        }
        self.failures = self.failures.saturating_add(1);
        self.failures
    }

    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_and_a_new_wish_runs_afterwards() {
        let mut syncing = Syncing::default();
        assert!(syncing.want());
        assert!(!syncing.want());
        assert_eq!(syncing.wanted(), Some(""));
        syncing.asked(1);
        assert!(syncing.is_under_way(1) && !syncing.want());
        assert!(!syncing.page_done("p2".into()));
        assert_eq!(syncing.wanted(), Some("p2"));
        syncing.asked(2);
        assert_eq!(syncing.failed(false), 1);
        assert_eq!(syncing.wanted(), Some("p2"));
        syncing.asked(3);
        assert_eq!(syncing.failed(true), 2);
        assert_eq!(syncing.wanted(), Some(""));
        syncing.asked(4);
        assert!(!syncing.page_done(String::new()));
        syncing.asked(5);
        assert!(syncing.page_done(String::new()));
        assert!(!syncing.running());
    }
}
