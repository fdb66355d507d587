//! Who a list is for, as a condition in SQL.
//!
//! [`matinee_identity::access::decide`] judges one video; this judges all rows
//! of a query at once, by the same rules. A test generates rules and askers and
//! holds the two against each other on real databases.

use std::sync::Arc;

use matinee_identity::access::place::{Country, Network};
use matinee_identity::access::{Action, Asker, Decision, Resource, Visibility, decide};
use matinee_identity::ratings::UNRATED;
use matinee_identity::{Role, Scope};
use sea_orm::Condition;
use sea_orm::sea_query::{Expr, ExprTrait, Func, LikeExpr, SimpleExpr};

use crate::store::videos::Column as C;
use crate::{Video, advert};

/// Who a list is for: only what they may come upon
/// ([`Action::See`]) is in it.
#[derive(Debug, Clone)]
pub struct Audience(Arc<Kind>);

#[derive(Debug)]
enum Kind {
    /// The program itself: everything.
    Program,
    Asker(Asker),
}

impl Audience {
    /// What this person may come upon.
    pub fn of(asker: &Asker) -> Self {
        Self(Arc::new(Kind::Asker(asker.clone())))
    }

    /// What anybody may come upon now.
    pub fn anybody() -> Self {
        Self::of(&Asker::nobody())
    }

    /// Everything: for the program's own use, never for an answer.
    pub fn program() -> Self {
        Self(Arc::new(Kind::Program))
    }

    /// The condition on `videos` (under its own name) that lets through what
    /// they may come upon, and nothing else.
    pub fn condition(&self) -> Condition {
        self.condition_by(&VIDEOS.column(C::Visibility))
    }

    /// The same on another table (under its own name) whose rows have an owner
    /// and rules in columns that are called as those of `videos` are.
    pub fn condition_on(&self, table: &'static str) -> Condition {
        let table = Ruled(table);
        match &*self.0 {
            Kind::Program => Condition::all(),
            Kind::Asker(asker) => seen_by(table, asker, &table.column(C::Visibility)),
        }
    }

    /// The same with this for the column of visibility: how it is written
    /// decides which index is used.
    pub(crate) fn condition_by(&self, visibility: &SimpleExpr) -> Condition {
        match &*self.0 {
            Kind::Program => Condition::all(),
            Kind::Asker(asker) => seen_by(VIDEOS, asker, visibility).add(no_advert()),
        }
    }

    /// The one visibility that lets them come upon anything, if it is one.
    pub(crate) fn only(&self) -> Option<Visibility> {
        match &*self.0 {
            Kind::Asker(asker) if asker.user().is_none() => Some(Visibility::Public),
            _ => None,
        }
    }

    /// Whether they may come upon this video: the same for a row that is at
    /// hand.
    pub fn sees(&self, video: &Video) -> bool {
        match &*self.0 {
            Kind::Program => true,
            Kind::Asker(asker) => {
                !video.is_advert()
                    && decide(asker, &video.resource(), Action::See) == Decision::Allow
            }
        }
    }
}

impl From<&Asker> for Audience {
    fn from(asker: &Asker) -> Self {
        Self::of(asker)
    }
}

impl Video {
    /// What [`decide`] needs to know of it.
    pub fn resource(&self) -> Resource<'_> {
        Resource::Item(self.item())
    }
}

/// A table whose rows have an owner and rules.
#[derive(Clone, Copy)]
struct Ruled(&'static str);

const VIDEOS: Ruled = Ruled("videos");

impl Ruled {
    fn column(self, column: C) -> Expr {
        Expr::col((self.0, column))
    }

    /// Whether a column's JSON has this word between quotes. The words are ids,
    /// countries and networks: none needs an escape in JSON.
    fn names(self, list: C, word: &str) -> SimpleExpr {
        let pattern = format!("%\"{}\"%", escaped(word));
        self.column(list).like(LikeExpr::new(pattern).escape('\\'))
    }

    fn starts(self, list: C, beginning: &str) -> SimpleExpr {
        self.column(list).like(format!("{beginning}%"))
    }
}

/// Nobody comes upon an advertisement, whoever they are.
fn no_advert() -> SimpleExpr {
    let kind = VIDEOS.column(C::ContentType);
    kind.clone().is_null().or(kind.ne(advert::KIND))
}

fn seen_by(table: Ruled, asker: &Asker, visibility: &SimpleExpr) -> Condition {
    let user = asker.user().filter(|user| user.scopes.contain(Scope::Read));
    let role = user.filter(|user| !user.is_kid()).map(|user| user.role);
    let mut all = Condition::all();
    let profile = asker.user().and_then(|user| user.profile.as_ref());
    if let Some(most) = profile.and_then(|profile| profile.max_rating) {
        let level = Func::coalesce([
            table.column(C::RatingLevel),
            Expr::value(i32::from(UNRATED)),
        ]);
        all = all.add(Expr::expr(level).lte(i32::from(most)));
    }
    if role >= Some(Role::Administrator) {
        return all;
    }
    let moderates = role >= Some(Role::Moderator);
    let is = |wanted: Visibility| visibility.clone().eq(wanted.as_str());
    let mut open = Condition::any().add(is(Visibility::Public));
    if let Some(user) = user {
        open = open.add(is(Visibility::Members));
        let of_groups = is(Visibility::Groups);
        if moderates {
            open = open.add(of_groups);
        } else if !user.groups.is_empty() {
            let mine = user.groups.iter().fold(Condition::any(), |any, group| {
                any.add(table.names(C::AccessGroups, group))
            });
            open = open.add(Condition::all().add(of_groups).add(mine));
        }
    }
    let mut theirs = Condition::all().add(open).add(on_at(table, asker.now));
    if !moderates {
        theirs = theirs
            .add(near(table, asker.country))
            .add(within(table, asker));
    }
    let mut any = Condition::any().add(theirs);
    if let Some(user) = user.filter(|_| role >= Some(Role::Creator)) {
        any = any.add(table.column(C::Owner).eq(user.id.as_str()));
    }
    all.add(any)
}

fn on_at(table: Ruled, now: i64) -> Condition {
    let since = Condition::any()
        .add(table.column(C::PublishAt).is_null())
        .add(table.column(C::PublishAt).lte(now));
    let until = Condition::any()
        .add(table.column(C::ExpiresAt).is_null())
        .add(table.column(C::ExpiresAt).gt(now));
    Condition::all().add(since).add(until)
}

fn near(table: Ruled, country: Option<Country>) -> Condition {
    let mut near = Condition::any().add(table.column(C::AccessRegions).is_null());
    if let Some(country) = country {
        let here = country.to_string();
        near = near
            .add(
                Condition::all()
                    .add(table.starts(C::AccessRegions, "{\"allow\":"))
                    .add(table.names(C::AccessRegions, &here)),
            )
            .add(
                Condition::all()
                    .add(table.starts(C::AccessRegions, "{\"deny\":"))
                    .add(table.names(C::AccessRegions, &here).not()),
            );
    }
    near
}

fn within(table: Ruled, asker: &Asker) -> Condition {
    let within = Condition::any().add(table.column(C::AccessNetworks).is_null());
    asker
        .addr
        .into_iter()
        .flat_map(Network::all_around)
        .fold(within, |any, network| {
            any.add(table.names(C::AccessNetworks, &network.to_string()))
        })
}

/// A text whose `%`, `_` and `\` mean themselves in LIKE.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}
