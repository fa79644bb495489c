use laisee_bus::{Bus, Failure};
use laisee_core::{
    command::{Command, OpenSession, Reply, SignUp},
    ids::{DeviceId, UserId},
    query::{Account, Answer, Profile, Query},
    refusal::Refusal,
    risk::device::device_of,
    user::shard_of_name,
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::{
    convert::{ErrorCode, bad_request, error, failure, user},
    token::{new_session_token, read_session_token},
};

const PASSWORD_CHARS_MIN: usize = 8;
pub(super) const PASSWORD_CHARS_MAX: usize = 128;
const DEVICE_ID_CHARS_MAX: usize = 64;

/// A name as it is stored, from what somebody typed.
#[must_use]
pub fn name_of(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// # Errors
/// `PASSWORD_TOO_WEAK`.
pub(super) fn check_new_password(password: &str) -> Result<(), v1::Error> {
    if (PASSWORD_CHARS_MIN..=PASSWORD_CHARS_MAX).contains(&password.chars().count()) {
        return Ok(());
    }
    Err(error(ErrorCode::PasswordTooWeak, "a password has 8 to 128 characters", 0))
}

/// Whether it is worth the work of hashing: not when it is longer than any password there is.
pub(super) fn may_be_password(typed: &str) -> bool {
    typed.chars().count() <= PASSWORD_CHARS_MAX
}

pub(super) fn too_many_passwords() -> v1::Error {
    error(ErrorCode::Busy, "too many people sign in at this moment", 1_000)
}

impl<B: Bus> Desk<B> {
    /// Makes an account and signs its first device in. When the account is there already and the password fits, the
    /// device is signed in all the same: whoever did not get the first answer asks again.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn sign_up(&self, request: v1::SignUp) -> Result<v1::SignedIn, v1::Error> {
        check_new_password(&request.password)?;
        let device_id = self.device_id(&request.device_id)?;
        let password_hash = self.passwords.hash(request.password.clone()).await.ok_or_else(too_many_passwords)?;
        let command = SignUp {
            name: request.name.clone(),
            display_name: request.display_name,
            face: request.face,
            password_hash,
        };
        let profile = |user: UserId, command: SignUp| Profile {
            user,
            name: command.name,
            display_name: command.display_name,
            face: command.face,
        };
        match self.bus.call(Command::SignUp(command.clone()), None).await {
            Ok(Reply::SignedUp { user }) => self.open_session(&profile(user, command), request.device, device_id).await,
            Ok(_) => Err(unfitting()),
            Err(taken @ Failure::Refused(Refusal::NameTaken)) => {
                match self.account_with(request.name, request.password).await? {
                    Some(account) => self.open_session(&account.profile, request.device, device_id).await,
                    None => Err(failure(taken)),
                }
            }
            Err(failed) => Err(failure(failed)),
        }
    }

    /// Signs a device in. A wrong name and a wrong password look and take the same.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn sign_in(&self, request: v1::SignIn) -> Result<v1::SignedIn, v1::Error> {
        let device_id = self.device_id(&request.device_id)?;
        match self.account_with(name_of(&request.name), request.password).await? {
            Some(account) => self.open_session(&account.profile, request.device, device_id).await,
            None => Err(error(ErrorCode::WrongNameOrPassword, "the name or the password is wrong", 0)),
        }
    }

    /// The account, if there is one of that name and with that password.
    pub(super) async fn account_with(&self, name: String, password: String) -> Result<Option<Account>, v1::Error> {
        let shard = shard_of_name(&name, self.bus.shards());
        let Answer::Account(account) = self.ask(shard, Query::UserByName { name }).await? else {
            return Err(unfitting());
        };
        if !may_be_password(&password) {
            return Ok(None);
        }
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        let fits = self.passwords.verify(password, hash).await.ok_or_else(too_many_passwords)?;
        Ok(account.filter(|_| fits))
    }

    /// The device that a client says it is on; none: it does not say.
    fn device_id(&self, sent: &str) -> Result<Option<DeviceId>, v1::Error> {
        if sent.chars().count() > DEVICE_ID_CHARS_MAX {
            return Err(bad_request("a device id has at most 64 characters"));
        }
        Ok((!sent.is_empty()).then(|| device_of(sent, self.bus.shards())))
    }

    async fn open_session(
        &self,
        profile: &Profile,
        device: String,
        device_id: Option<DeviceId>,
    ) -> Result<v1::SignedIn, v1::Error> {
        let (token, token_hash) = new_session_token(profile.user, (self.entropy)());
        let open = OpenSession { user: profile.user, token_hash, device, device_id };
        match self.bus.call(Command::OpenSession(open), None).await.map_err(failure)? {
            Reply::SessionOpened { session } => {
                Ok(v1::SignedIn { user: Some(user(profile)), token, session: session.0 })
            }
            _ => Err(unfitting()),
        }
    }

    /// Who a session token belongs to.
    ///
    /// # Errors
    /// `UNAUTHENTICATED`, or that it could not be found out.
    pub async fn identify(&self, token: &str) -> Result<Identity, v1::Error> {
        let unknown = || error(ErrorCode::Unauthenticated, "the token is unknown or was signed out", 0);
        let (user, token_hash) = read_session_token(token).ok_or_else(unknown)?;
        if user.shard().0 >= self.bus.shards() {
            return Err(unknown());
        }
        if let Some(known) = self.known.get(&token_hash) {
            return Ok(known);
        }
        let since = self.known.begin();
        match self.ask(user.shard(), Query::Session { user, token_hash }).await? {
            Answer::Session(Some(session)) => {
                let who = Identity { user, session };
                self.known.learn(since, token_hash, who);
                Ok(who)
            }
            Answer::Session(None) => Err(unknown()),
            _ => Err(unfitting()),
        }
    }

    /// What a connection is told when it has said who it is.
    ///
    /// # Errors
    /// That it could not be put together.
    pub async fn welcome(&self, who: Identity) -> Result<v1::Welcome, v1::Error> {
        let profile = self.profile(who.user).await?;
        Ok(v1::Welcome {
            user: Some(user(&profile)),
            session: who.session.0,
            server_time_ms: (self.clock)(),
            settings: Some(self.client_settings()),
        })
    }

    /// What clients need to know of the settings, as they hold now.
    #[must_use]
    pub fn client_settings(&self) -> v1::Settings {
        let (config, settings) = (&self.config, self.settings.now());
        v1::Settings {
            heartbeat_ms: config.heartbeat_ms,
            ack_messages: config.ack_messages,
            ack_ms: config.ack_ms,
            sync_page_conversations: config.sync_page_conversations,
            sync_segment_messages: config.sync_segment_messages,
            frame_max_bytes: config.frame_max_bytes,
            packet_share_min: settings.packet_share_min.0,
            packet_share_max: settings.packet_share_max.0,
            packet_count_max: settings.packet_count_max,
            packet_life_ms: settings.packet_life_ms,
            group_members_max: settings.group_members_max as u32,
            transfer_min: settings.transfer_min.0,
            transfer_max: settings.transfer_max.0,
            transfer_short_ms: settings.transfer_short_ms,
            transfer_long_ms: settings.transfer_long_ms,
            transfer_accept_ms: settings.transfer_accept_ms,
            file_max_bytes: u32::try_from(settings.file_bytes_max).unwrap_or(u32::MAX),
        }
    }
}
