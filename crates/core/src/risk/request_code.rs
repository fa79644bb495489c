use super::ReleaseCode;
use crate::{Context, State, command::Reply, cut::Key, fact::Fact, hidden::Hidden, ids::UserId, refusal::Refusal};

/// How long a release code is good, in ms.
pub const CODE_LIFE_MS: i64 = 5 * 60 * 1000;
/// Wrong codes until the right one is void.
pub const TRIES_MAX: u32 = 5;
/// Release codes for one suspension at most. Whoever has used them up must ask an operator.
pub const CODES_MAX: u32 = 5;

/// Makes a release code, which is shown on the user's signed-in devices. The code before it is void.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestReleaseCode {
    pub user: UserId,
}

impl RequestReleaseCode {
    pub(crate) fn needs(&self, keys: &mut Vec<Key>) {
        keys.push(Key::Risk(self.user));
    }

    pub(crate) fn decide(&self, state: &State, context: &mut Context) -> Result<Vec<Fact>, Refusal> {
        let record = state.risks.get(&self.user).ok_or(Refusal::NotSuspended)?;
        let suspended = record.suspended(context.now).ok_or(Refusal::NotSuspended)?;
        if !suspended.self_release {
            return Err(Refusal::ReleaseForbidden);
        }
        if record.codes >= CODES_MAX {
            return Err(Refusal::TooManyReleaseCodes);
        }
        let bytes = (context.entropy)();
        let code = u64::from_be_bytes(std::array::from_fn(|n| bytes[n])) % 1_000_000;
        let expires_at = context.now.plus(CODE_LIFE_MS);
        let code = ReleaseCode { code: Hidden(code as u32), expires_at, tries_left: TRIES_MAX };
        Ok(vec![Fact::ReleaseCodeMade { user: self.user, code }])
    }

    pub(crate) fn reply(&self, state: &State) -> Reply {
        let record = state.risks.get(&self.user).expect("decided on it");
        let code = record.code.expect("the fact made one");
        Reply::ReleaseCodeMade { expires_at: code.expires_at, codes_left: CODES_MAX.saturating_sub(record.codes) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        command::SuspendUser,
        ids::OperatorId,
        trial::{START, Trial, check_order},
    };

    #[test]
    fn checks_come_in_this_order() {
        let mut trial = Trial::new();
        let ann = trial.user("ann");
        let ask = RequestReleaseCode { user: ann };
        let suspend = |self_release, ms| SuspendUser {
            user: ann,
            until: START.plus(ms),
            self_release,
            by: OperatorId(1),
            reason: "why".into(),
        };
        check_order(&mut trial, vec![("not suspended", ask.clone(), Err(Refusal::NotSuspended))]);
        trial.must(suspend(false, 1_000));
        check_order(&mut trial, vec![("not for the user", ask.clone(), Err(Refusal::ReleaseForbidden))]);
        trial.must(suspend(true, 1_000));
        for left in (0..CODES_MAX).rev() {
            let Reply::ReleaseCodeMade { codes_left, expires_at } = trial.must(ask.clone()) else { panic!("no code") };
            assert_eq!((codes_left, expires_at), (left, START.plus(CODE_LIFE_MS)));
        }
        check_order(&mut trial, vec![("once more", ask.clone(), Err(Refusal::TooManyReleaseCodes))]);
        trial.later(1_000);
        check_order(&mut trial, vec![("over", ask, Err(Refusal::NotSuspended))]);
    }
}
