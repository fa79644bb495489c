use laisee_bus::Bus;
use laisee_core::{
    command::{Command, OpenSession, Reply, SignUp},
    ids::UserId,
    query::{Answer, Profile, Query},
    user::shard_of_name,
};
use laisee_wire::v1;

use super::{Desk, Identity, unfitting};
use crate::{
    convert::{ErrorCode, error, failure, user},
    token::{new_session_token, read_session_token},
};

impl<B: Bus> Desk<B> {
    /// Makes an account and signs its first device in.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn sign_up(&self, request: v1::SignUp) -> Result<v1::SignedIn, v1::Error> {
        let length = request.password.chars().count();
        if !(8..=128).contains(&length) {
            return Err(error(ErrorCode::PasswordTooWeak, "a password has 8 to 128 characters", 0));
        }
        let password_hash = self.passwords.hash(request.password).await.ok_or_else(unfitting)?;
        let command =
            SignUp { name: request.name, display_name: request.display_name, face: request.face, password_hash };
        let profile = |user: UserId, command: &SignUp| Profile {
            user,
            name: command.name.clone(),
            display_name: command.display_name.clone(),
            face: command.face.clone(),
        };
        match self.bus.call(Command::SignUp(command.clone()), None).await.map_err(failure)? {
            Reply::SignedUp { user } => self.open_session(&profile(user, &command), request.device).await,
            _ => Err(unfitting()),
        }
    }

    /// Signs a device in. A wrong name and a wrong password look and take the same.
    ///
    /// # Errors
    /// The error to send instead.
    pub async fn sign_in(&self, request: v1::SignIn) -> Result<v1::SignedIn, v1::Error> {
        let name = request.name.trim().to_lowercase();
        let shard = shard_of_name(&name, self.bus.shards());
        let Answer::Account(account) = self.ask(shard, Query::UserByName { name }).await? else {
            return Err(unfitting());
        };
        let hash = account.as_ref().map(|account| account.password_hash.clone());
        // Longer than any password there is: not worth the work of hashing.
        let fits = request.password.len() <= 1_024 && self.passwords.verify(request.password, hash).await;
        match account {
            Some(account) if fits => self.open_session(&account.profile, request.device).await,
            _ => Err(error(ErrorCode::WrongNameOrPassword, "the name or the password is wrong", 0)),
        }
    }

    async fn open_session(&self, profile: &Profile, device: String) -> Result<v1::SignedIn, v1::Error> {
        let (token, token_hash) = new_session_token(profile.user);
        let open = OpenSession { user: profile.user, token_hash, device };
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
        match self.ask(user.shard(), Query::Session { user, token_hash }).await? {
            Answer::Session(Some(session)) => Ok(Identity { user, session }),
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
        let (config, settings) = (&self.config, &self.settings);
        Ok(v1::Welcome {
            user: Some(user(&profile)),
            session: who.session.0,
            server_time_ms: (self.clock)(),
            settings: Some(v1::Settings {
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
            }),
        })
    }
}
