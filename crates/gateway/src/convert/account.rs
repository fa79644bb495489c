use laisee_core::{
    pair::Relation,
    query::{Profile, RelationSeen},
};
use laisee_wire::v1;

#[must_use]
pub fn user(profile: &Profile) -> v1::User {
    v1::User {
        id: profile.user.0,
        name: profile.name.clone(),
        display_name: profile.display_name.clone(),
        face: profile.face.clone(),
    }
}

#[must_use]
pub fn relation(relation: Relation) -> v1::Relation {
    match relation {
        Relation::None => v1::Relation::None,
        Relation::Requested => v1::Relation::Requested,
        Relation::Incoming => v1::Relation::Incoming,
        Relation::Friend => v1::Relation::Friend,
    }
}

/// A relation with the profile of the other and whether it is online.
#[must_use]
pub fn friend(seen: &RelationSeen, profile: Option<&Profile>, online: bool) -> v1::Friend {
    let unknown = || v1::User { id: seen.other.0, ..v1::User::default() };
    v1::Friend {
        user: Some(profile.map_or_else(unknown, user)),
        relation: relation(seen.relation).into(),
        conversation: seen.conversation.map_or(0, |conversation| conversation.0),
        online: online && seen.relation == Relation::Friend,
        greeting: seen.greeting.clone(),
        since_ms: seen.since.0,
    }
}
