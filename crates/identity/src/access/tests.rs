//! The decision as a table.

use std::net::IpAddr;
use std::sync::Arc;

use matinee_engines::id::Id;
use rstest::rstest;

use super::Action::{Comment, Edit, Moderate, Operate, See, Upload, Watch};
use super::Decision::{Allow, Elsewhere, Forbid, Hide, SignIn, Unlock};
use super::*;
use crate::{Principal, ProfileRef, Scope, Scopes};

const NOW: i64 = 1_000;
const HASH: &str = "$argon2id$one";

/// The people of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Who {
    Nobody,
    Viewer,
    /// A viewer in the group.
    Member,
    /// A creator who owns the item.
    Owner,
    /// A creator who does not.
    Creator,
    Moderator,
    Admin,
}
use Who::{Admin, Creator, Member, Moderator, Nobody, Owner, Viewer};

fn asker(who: Who) -> Asker {
    let role = match who {
        Nobody => return at_now(Asker::nobody()),
        Viewer | Member => Role::Viewer,
        Owner | Creator => Role::Creator,
        Moderator => Role::Moderator,
        Admin => Role::Administrator,
    };
    let mut user = User::new(Id::new("user"), "ada", role);
    if who == Member {
        user.groups = Arc::new(["group_a".to_owned(), "group_b".to_owned()]);
    }
    at_now(Asker::new(Principal::User(user)))
}

fn at_now(asker: Asker) -> Asker {
    Asker { now: NOW, ..asker }
}

fn ask(who: Who, asker: &Asker, rules: Rules<'_>, action: Action) -> Decision {
    let owner = asker.user().map(|user| user.id.to_string());
    let item = Item {
        id: "video_a",
        owner: owner.as_deref().filter(|_| who == Owner),
        rules,
    };
    decide(asker, &Resource::Item(item), action)
}

fn open_to(visibility: Visibility) -> Rules<'static> {
    static GROUPS: std::sync::LazyLock<Vec<String>> =
        std::sync::LazyLock::new(|| vec!["group_b".to_owned(), "group_c".to_owned()]);
    Rules {
        visibility,
        groups: &GROUPS,
        password_hash: Some(HASH),
        ..Rules::PUBLIC
    }
}

// One line for each visibility and person: See, Watch, Comment, Edit.
#[rstest]
#[case(Visibility::Public, Nobody, [Allow, Allow, SignIn, SignIn])]
#[case(Visibility::Public, Viewer, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Public, Member, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Public, Creator, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Public, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Public, Moderator, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Public, Admin, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Unlisted, Nobody, [Hide, Allow, SignIn, SignIn])]
#[case(Visibility::Unlisted, Viewer, [Hide, Allow, Allow, Forbid])]
#[case(Visibility::Unlisted, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Unlisted, Moderator, [Hide, Allow, Allow, Forbid])]
#[case(Visibility::Unlisted, Admin, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Members, Nobody, [Hide, SignIn, SignIn, SignIn])]
#[case(Visibility::Members, Viewer, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Members, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Members, Admin, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Groups, Nobody, [Hide, SignIn, SignIn, SignIn])]
#[case(Visibility::Groups, Viewer, [Hide, Forbid, Forbid, Forbid])]
#[case(Visibility::Groups, Member, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Groups, Creator, [Hide, Forbid, Forbid, Forbid])]
#[case(Visibility::Groups, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Groups, Moderator, [Allow, Allow, Allow, Forbid])]
#[case(Visibility::Groups, Admin, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Password, Nobody, [Hide, Unlock, Unlock, SignIn])]
#[case(Visibility::Password, Viewer, [Hide, Unlock, Unlock, Forbid])]
#[case(Visibility::Password, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Password, Moderator, [Hide, Allow, Allow, Forbid])]
#[case(Visibility::Password, Admin, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Private, Nobody, [Hide, Hide, Hide, Hide])]
#[case(Visibility::Private, Viewer, [Hide, Hide, Hide, Hide])]
#[case(Visibility::Private, Member, [Hide, Hide, Hide, Hide])]
#[case(Visibility::Private, Creator, [Hide, Hide, Hide, Hide])]
#[case(Visibility::Private, Owner, [Allow, Allow, Allow, Allow])]
#[case(Visibility::Private, Moderator, [Hide, Hide, Hide, Hide])]
#[case(Visibility::Private, Admin, [Allow, Allow, Allow, Allow])]
fn whom_a_visibility_lets_in(
    #[case] visibility: Visibility,
    #[case] who: Who,
    #[case] expected: [Decision; 4],
) {
    let asker = asker(who);
    let decided =
        [See, Watch, Comment, Edit].map(|action| ask(who, &asker, open_to(visibility), action));
    assert_eq!(decided, expected);
}

#[rstest]
#[case(Nobody, [Allow, Allow, SignIn, SignIn, SignIn, SignIn, SignIn])]
#[case(Viewer, [Allow, Allow, Allow, Forbid, Forbid, Forbid, Forbid])]
#[case(Creator, [Allow, Allow, Allow, Allow, Forbid, Forbid, Forbid])]
#[case(Moderator, [Allow, Allow, Allow, Allow, Forbid, Allow, Forbid])]
#[case(Admin, [Allow; 7])]
fn what_a_role_may_on_the_instance(#[case] who: Who, #[case] expected: [Decision; 7]) {
    let asker = asker(who);
    let decided = Action::ALL.map(|action| decide(&asker, &Resource::Instance, action));
    assert_eq!(decided, expected);
}

#[rstest]
#[case(None, None, Nobody, Allow)]
#[case(Some(NOW), None, Nobody, Allow)]
#[case(Some(NOW + 1), None, Nobody, Hide)]
#[case(Some(NOW + 1), None, Member, Hide)]
#[case(Some(NOW + 1), None, Moderator, Hide)]
#[case(Some(NOW + 1), None, Owner, Allow)]
#[case(Some(NOW + 1), None, Admin, Allow)]
#[case(None, Some(NOW + 1), Nobody, Allow)]
#[case(None, Some(NOW), Nobody, Hide)]
#[case(None, Some(NOW), Moderator, Hide)]
#[case(None, Some(NOW), Owner, Allow)]
#[case(None, Some(NOW), Admin, Allow)]
#[case(Some(NOW + 1), Some(NOW + 2), Viewer, Hide)]
fn before_and_after_its_time_it_is_absent(
    #[case] publish_at: Option<i64>,
    #[case] expires_at: Option<i64>,
    #[case] who: Who,
    #[case] expected: Decision,
) {
    let rules = Rules {
        publish_at,
        expires_at,
        ..Rules::PUBLIC
    };
    let asker = asker(who);
    assert_eq!(ask(who, &asker, rules, Watch), expected);
    assert_eq!(ask(who, &asker, rules, See), expected);
}

#[rstest]
#[case("DE", None, Nobody, Elsewhere)]
#[case("DE", Some("DE"), Nobody, Allow)]
#[case("DE", Some("FR"), Nobody, Elsewhere)]
#[case("DE", Some("FR"), Moderator, Allow)]
#[case("DE", Some("FR"), Owner, Allow)]
#[case("!DE", None, Nobody, Elsewhere)]
#[case("!DE", Some("DE"), Viewer, Elsewhere)]
#[case("!DE", Some("FR"), Viewer, Allow)]
fn a_region_is_kept_to(
    #[case] rule: &str,
    #[case] country: Option<&str>,
    #[case] who: Who,
    #[case] expected: Decision,
) {
    let country = country.and_then(|code| code.parse().ok());
    let listed = |code: &str| code.parse().into_iter().collect();
    let regions = match rule.strip_prefix('!') {
        Some(code) => Regions::Deny(listed(code)),
        None => Regions::Allow(listed(rule)),
    };
    let rules = Rules {
        regions: Some(&regions),
        ..Rules::PUBLIC
    };
    let asker = Asker {
        country,
        ..asker(who)
    };
    assert_eq!(ask(who, &asker, rules, Watch), expected);
    let seen = if expected == Allow { Allow } else { Hide };
    assert_eq!(ask(who, &asker, rules, See), seen);
}

#[rstest]
#[case(None, Nobody, Elsewhere)]
#[case(Some("10.1.2.3"), Nobody, Allow)]
#[case(Some("::ffff:10.1.2.3"), Nobody, Allow)]
#[case(Some("192.0.2.1"), Nobody, Elsewhere)]
#[case(Some("2001:db8::7"), Viewer, Allow)]
#[case(Some("192.0.2.1"), Admin, Allow)]
fn a_network_is_kept_to(#[case] addr: Option<&str>, #[case] who: Who, #[case] expected: Decision) {
    let networks: Vec<_> = ["10.0.0.0/8", "2001:db8::/32"]
        .iter()
        .filter_map(|text| text.parse().ok())
        .collect();
    let rules = Rules {
        networks: &networks,
        ..Rules::PUBLIC
    };
    let asker = Asker {
        addr: addr.and_then(|text| text.parse::<IpAddr>().ok()),
        ..asker(who)
    };
    assert_eq!(ask(who, &asker, rules, Watch), expected);
}

#[rstest]
#[case("video_a", HASH, Allow)]
#[case("video_b", HASH, Unlock)]
#[case("video_a", "$argon2id$two", Unlock)]
fn a_password_opens_one_thing_until_it_is_changed(
    #[case] id: &str,
    #[case] hash: &str,
    #[case] expected: Decision,
) {
    let asker = Asker {
        unlocked: Arc::new([Unlocked {
            id: id.to_owned(),
            tag: password_tag(hash),
        }]),
        ..asker(Nobody)
    };
    let rules = open_to(Visibility::Password);
    assert_eq!(ask(Nobody, &asker, rules, Watch), expected);
    assert_eq!(ask(Nobody, &asker, rules, See), Hide);
}

fn under(who: Who, kids: bool, max_rating: Option<u8>) -> Asker {
    let mut asker = asker(who);
    if let Principal::User(user) = &mut asker.principal {
        user.profile = Some(ProfileRef {
            id: Id::new("profile"),
            kids,
            max_rating,
        });
    }
    asker
}

#[rstest]
#[case(Viewer, None, Some(12), Allow)]
#[case(Viewer, Some(12), Some(12), Allow)]
#[case(Viewer, Some(12), Some(13), Hide)]
#[case(Viewer, Some(12), None, Hide)]
#[case(Viewer, Some(18), None, Allow)]
#[case(Owner, Some(12), Some(13), Hide)]
#[case(Admin, Some(12), Some(13), Hide)]
#[case(Admin, Some(12), Some(0), Allow)]
fn a_ceiling_holds_for_everybody(
    #[case] who: Who,
    #[case] ceiling: Option<u8>,
    #[case] rating_level: Option<u8>,
    #[case] expected: Decision,
) {
    let asker = under(who, false, ceiling);
    let rules = Rules {
        rating_level,
        ..Rules::PUBLIC
    };
    assert_eq!(ask(who, &asker, rules, See), expected);
    assert_eq!(ask(who, &asker, rules, Watch), expected);
}

#[rstest]
#[case(Owner)]
#[case(Admin)]
fn a_child_watches_and_changes_nothing(#[case] who: Who) {
    let asker = under(who, true, Some(6));
    let rules = Rules {
        rating_level: Some(0),
        ..Rules::PUBLIC
    };
    assert_eq!(ask(who, &asker, rules, Watch), Allow);
    for action in [Comment, Edit, Moderate, Operate] {
        assert_eq!(ask(who, &asker, rules, action), Forbid, "{action:?}");
    }
    for action in [Comment, Upload, Edit, Moderate, Operate] {
        assert_eq!(decide(&asker, &Resource::Instance, action), Forbid);
    }
    assert_eq!(ask(who, &asker, open_to(Visibility::Private), Watch), Hide);
}

#[rstest]
#[case(&[], [Hide, Hide, Forbid, Forbid])]
#[case(&[Scope::Read], [Allow, Forbid, Forbid, Forbid])]
#[case(&[Scope::Upload], [Hide, Hide, Allow, Forbid])]
#[case(&[Scope::Manage], [Allow, Allow, Forbid, Forbid])]
#[case(&[Scope::Admin], [Allow, Allow, Allow, Allow])]
fn a_credential_does_no_more_than_it_is_trusted_with(
    #[case] scopes: &[Scope],
    #[case] expected: [Decision; 4],
) {
    let mut asker = asker(Admin);
    if let Principal::User(user) = &mut asker.principal {
        user.scopes = scopes.iter().copied().collect::<Scopes>();
    }
    let private = open_to(Visibility::Private);
    let decided = [
        ask(Admin, &asker, private, Watch),
        ask(Admin, &asker, private, Edit),
        decide(&asker, &Resource::Instance, Upload),
        decide(&asker, &Resource::Instance, Operate),
    ];
    assert_eq!(decided, expected);
}
