//! Who may do what with a playlist.

use super::{Person, Playlist, PostState, Sharing};

/// What somebody may do with a playlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PlaylistAccess {
    /// They must not learn that it exists.
    None,
    /// See it.
    See,
    /// Add, remove and order its videos, and say what it is called.
    Edit,
    /// Also share it, name collaborators and delete it.
    Own,
}

impl PlaylistAccess {
    /// What this person, or nobody in particular, may do.
    pub fn of(who: Option<&Person>, list: &Playlist, collaborators: &[String]) -> Self {
        let account = who.and_then(|person| person.account.as_deref());
        if account.is_some() && account == list.owner.as_deref() {
            return Self::Own;
        }
        let moderator = who.is_some_and(|person| person.moderator);
        if list.state == PostState::Removed && !moderator {
            return Self::None;
        }
        if account.is_some_and(|id| collaborators.iter().any(|one| one == id)) {
            return Self::Edit;
        }
        let open = match list.visibility {
            Sharing::Public | Sharing::Unlisted => true,
            Sharing::Members => account.is_some(),
            Sharing::Private => false,
        };
        if open || moderator {
            Self::See
        } else {
            Self::None
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn list(visibility: Sharing, state: PostState) -> Playlist {
        Playlist {
            id: "playlist_1".into(),
            name: "A list".into(),
            description: String::new(),
            creator_id: None,
            owner: Some("user_owner".into()),
            visibility,
            allow_duplicates: false,
            state,
            created_at: 0,
            updated_at: 0,
        }
    }

    fn person(account: &str, moderator: bool) -> Person {
        Person {
            key: account.into(),
            account: Some(account.into()),
            name: account.into(),
            moderator,
        }
    }

    #[rstest]
    #[case(Sharing::Public, [PlaylistAccess::See, PlaylistAccess::See, PlaylistAccess::See])]
    #[case(Sharing::Unlisted, [PlaylistAccess::See, PlaylistAccess::See, PlaylistAccess::See])]
    #[case(Sharing::Members, [PlaylistAccess::None, PlaylistAccess::See, PlaylistAccess::See])]
    #[case(Sharing::Private, [PlaylistAccess::None, PlaylistAccess::None, PlaylistAccess::See])]
    fn the_table(#[case] visibility: Sharing, #[case] expected: [PlaylistAccess; 3]) {
        let list = list(visibility, PostState::Visible);
        let friends = ["user_friend".to_owned()];
        let of = |who: Option<&Person>| PlaylistAccess::of(who, &list, &friends);
        let [nobody, stranger, moderator] = expected;
        assert_eq!(of(None), nobody);
        assert_eq!(of(Some(&person("user_other", false))), stranger);
        assert_eq!(of(Some(&person("user_mod", true))), moderator);
        assert_eq!(
            of(Some(&person("user_friend", false))),
            PlaylistAccess::Edit
        );
        assert_eq!(of(Some(&person("user_owner", false))), PlaylistAccess::Own);
    }

    #[test]
    fn one_that_was_taken_down_is_its_owners_and_the_moderators() {
        let list = list(Sharing::Public, PostState::Removed);
        let friends = ["user_friend".to_owned()];
        let of = |who: Option<&Person>| PlaylistAccess::of(who, &list, &friends);
        assert_eq!(of(None), PlaylistAccess::None);
        assert_eq!(
            of(Some(&person("user_friend", false))),
            PlaylistAccess::None
        );
        assert_eq!(of(Some(&person("user_owner", false))), PlaylistAccess::Own);
        assert_eq!(of(Some(&person("user_mod", true))), PlaylistAccess::See);
    }

    #[test]
    fn nobody_in_particular_owns_nothing() {
        let mut orphan = list(Sharing::Private, PostState::Visible);
        orphan.owner = None;
        let browser = Person {
            key: "anon:1".into(),
            account: None,
            name: String::new(),
            moderator: false,
        };
        assert_eq!(
            PlaylistAccess::of(Some(&browser), &orphan, &[]),
            PlaylistAccess::None
        );
    }
}
