//! What shows, people and collections have in common for clients: who sees
//! them, who may change them, and how they are answered.

use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::response::{IntoResponse as _, Response};
use http::request::Parts;
use http::{StatusCode, Uri, header};
use matinee_catalog::community::SubjectKind;
use matinee_catalog::moderation::Kind;
use matinee_catalog::{
    Catalog, Collection, CollectionPatch, Edit, Paged, Person, PersonPatch, Result, Show,
    ShowPatch, Sight, Subject,
};
use matinee_engines::id::Id;
use serde::Serialize;

use super::listing::answer;
use super::sight::{Owned, own, seen, sight};
use super::view::{
    CollectionView, CollectionWhole, Looking, PersonView, PersonWhole, ShowView, ShowWhole,
};
use crate::community::words::{Judged, judged};
use crate::http::acts::Act;
use crate::http::edition::{Etag, IfMatch};
use crate::{AppState, Caller, Problem, ProblemResult, PublicOrigin};

/// Something with all that belongs to it, and its revision as the `ETag`.
pub(super) type Edition<W> = ProblemResult<(Etag, Json<W>)>;

/// A show, a person or a collection.
pub(super) trait Titled: Owned {
    /// What it is.
    const SUBJECT: Subject;
    /// What a case about one is about, and as what its words are judged.
    const CASE: (SubjectKind, Kind);
    /// Where they are.
    const ROOM: &'static str;
    /// One of a list.
    type View: Serialize;
    /// One with all that belongs to it.
    type Whole: Serialize + Send;
    /// A change of what is said about it.
    type Patch;

    /// What of a change is judged by its words, by field.
    fn said(patch: &Self::Patch) -> Vec<(&'static str, &str)>;
    fn id(&self) -> &str;
    /// What people call it.
    fn called(&self) -> &str;
    fn revision(&self) -> i64;
    async fn views(looking: &Looking<'_>, rows: Vec<Self>) -> ProblemResult<Vec<Self::View>>;
    async fn whole(self, looking: &Looking<'_>) -> ProblemResult<Self::Whole>;
    async fn edited(catalog: &Catalog, id: &str, patch: Self::Patch, edit: &Edit) -> Result<Self>;
    async fn restored(catalog: &Catalog, id: &str, number: i64, edit: &Edit) -> Result<Self>;
    async fn delete(catalog: &Catalog, id: &str) -> Result<()>;
}

macro_rules! titled {
    ($row:ident, $room:literal, $view:ident, $whole:ident, $patch:ident,
     $views:ident, $make_whole:ident, $edit:ident, $restore:ident, $delete:ident,
     $kind:ident, $called:ident, $said:expr) => {
        impl Titled for $row {
            const SUBJECT: Subject = Subject::$row;
            const CASE: (SubjectKind, Kind) = (SubjectKind::$row, Kind::$kind);
            const ROOM: &'static str = $room;
            type View = $view;
            type Whole = $whole;
            type Patch = $patch;

            fn said(patch: &$patch) -> Vec<(&'static str, &str)> {
                let said: fn(&$patch) -> Vec<(&'static str, Option<&String>)> = $said;
                let given = said(patch).into_iter();
                given
                    .filter_map(|(field, text)| Some((field, text?.as_str())))
                    .collect()
            }

            fn id(&self) -> &str {
                &self.id
            }

            fn called(&self) -> &str {
                &self.$called
            }

            fn revision(&self) -> i64 {
                self.revision
            }

            async fn views(looking: &Looking<'_>, rows: Vec<Self>) -> ProblemResult<Vec<$view>> {
                looking.$views(rows).await
            }

            async fn whole(self, looking: &Looking<'_>) -> ProblemResult<$whole> {
                looking.$make_whole(self).await
            }

            async fn edited(
                catalog: &Catalog,
                id: &str,
                patch: $patch,
                edit: &Edit,
            ) -> Result<Self> {
                catalog.$edit(id, patch, edit).await
            }

            async fn restored(
                catalog: &Catalog,
                id: &str,
                number: i64,
                edit: &Edit,
            ) -> Result<Self> {
                catalog.$restore(id, number, edit).await
            }

            async fn delete(catalog: &Catalog, id: &str) -> Result<()> {
                catalog.$delete(id).await
            }
        }
    };
}

titled!(
    Show,
    "shows",
    ShowView,
    ShowWhole,
    ShowPatch,
    shows,
    whole_show,
    edit_show,
    restore_show,
    delete_show,
    Title,
    title,
    |patch| vec![
        ("title", patch.title.as_ref()),
        ("overview", patch.overview.as_ref()),
        ("tagline", patch.tagline.as_ref().and_then(Option::as_ref)),
    ]
);
titled!(
    Person,
    "people",
    PersonView,
    PersonWhole,
    PersonPatch,
    people,
    whole_person,
    edit_person,
    restore_person,
    delete_person,
    Name,
    name,
    |patch| vec![
        ("name", patch.name.as_ref()),
        ("biography", patch.biography.as_ref()),
    ]
);
titled!(
    Collection,
    "collections",
    CollectionView,
    CollectionWhole,
    CollectionPatch,
    collections,
    whole_collection,
    edit_collection,
    restore_collection,
    delete_collection,
    Title,
    title,
    |patch| vec![
        ("title", patch.title.as_ref()),
        ("overview", patch.overview.as_ref()),
    ]
);

/// A request for titles: by whom, and at which address.
pub(super) struct Visit {
    pub state: AppState,
    pub caller: Caller,
    pub origin: PublicOrigin,
    act: Act,
}

impl FromRequestParts<AppState> for Visit {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        Ok(Self {
            caller: Caller::from_request_parts(parts, state).await?,
            origin: PublicOrigin::from_request_parts(parts, state).await?,
            act: Act::from_request_parts(parts, state).await?,
            state: state.clone(),
        })
    }
}

/// The `{id}` and `{n}` of a path.
pub(super) type Numbered =
    std::result::Result<Path<(String, i64)>, axum::extract::rejection::PathRejection>;

impl Visit {
    pub(super) fn sight(&self) -> Sight {
        sight(&self.caller)
    }

    pub(super) fn looking(&self) -> Looking<'_> {
        Looking {
            state: &self.state,
            sight: self.sight(),
            origin: &self.origin,
        }
    }

    /// One that the visitor sees.
    pub(super) async fn seen<T: Titled>(&self, id: &str) -> ProblemResult<T> {
        seen(&self.state, &self.caller, id).await
    }

    /// One that the visitor may change.
    pub(super) async fn own<T: Titled>(&self, id: &str) -> ProblemResult<T> {
        own(&self.state, &self.caller, id).await
    }

    pub(super) async fn page<T: Titled>(
        &self,
        page: Paged<T>,
        uri: &Uri,
    ) -> ProblemResult<Response> {
        let rows = T::views(&self.looking(), page.rows).await?;
        Ok(answer(&rows, page.next.as_deref(), uri))
    }

    pub(super) async fn answer<T: Titled>(&self, title: T) -> Edition<T::Whole> {
        let etag = Etag(title.revision());
        Ok((etag, Json(title.whole(&self.looking()).await?)))
    }

    pub(super) async fn get<T: Titled>(&self, id: &str) -> Edition<T::Whole> {
        let title: T = self.seen(id).await?;
        self.answer(title).await
    }

    /// Judges words that the visitor is about to leave.
    pub(super) async fn judged<T: Titled>(
        &self,
        said: &[(&'static str, &str)],
    ) -> ProblemResult<Judged> {
        judged(&self.state, Some(&self.caller), T::CASE.1, said).await
    }

    /// What has just been made, with these words.
    pub(super) async fn created<T: Titled>(
        &self,
        title: T,
        words: Judged,
    ) -> ProblemResult<Response> {
        words
            .kept_as(&self.state, T::CASE.0, title.id(), None)
            .await?;
        let place = format!("/api/{}/{}", T::ROOM, title.id());
        let whole = self.answer(title).await?;
        let place = [(header::LOCATION, place)];
        Ok((StatusCode::CREATED, place, whole).into_response())
    }

    /// Changes what is said about one, if the visitor has seen its last edit.
    pub(super) async fn patch<T: Titled>(
        &self,
        id: &str,
        patch: T::Patch,
        seen: IfMatch,
    ) -> Edition<T::Whole> {
        self.own::<T>(id).await?;
        let edit = seen.edit(&self.caller);
        let words = self.judged::<T>(&T::said(&patch)).await?;
        let title = T::edited(&self.state.catalog, id, patch, &edit).await?;
        words.kept_as(&self.state, T::CASE.0, id, None).await?;
        self.answer(title).await
    }

    /// Goes back to an earlier revision.
    pub(super) async fn restore<T: Titled>(
        &self,
        path: Numbered,
        if_match: IfMatch,
    ) -> Edition<T::Whole> {
        let (id, number) = numbered(path)?;
        self.own::<T>(&id).await?;
        let edit = if_match.edit(&self.caller);
        let title = T::restored(&self.state.catalog, &id, number, &edit).await?;
        self.answer(title).await
    }

    /// Removes one with its pictures.
    pub(super) async fn delete<T: Titled>(&self, id: &str) -> ProblemResult<StatusCode> {
        let title: T = self.own(id).await?;
        self.act.tell("title", title.called());
        T::delete(&self.state.catalog, id).await?;
        if let Err(error) = self.state.artworks.free_stray().await {
            // What stays written down is freed later.
            tracing::warn!(%error, "pictures of what is gone are left for now");
        }
        Ok(StatusCode::NO_CONTENT)
    }
}

/// The `{id}` and `{n}` of a path, if they can be such.
pub(super) fn numbered(path: Numbered) -> ProblemResult<(String, i64)> {
    let gone = || Problem::not_found("There is nothing under this address.");
    let Path((id, number)) = path.map_err(|_| gone())?;
    id.parse::<Id>().map_err(|_| gone())?;
    Ok((id, number))
}
