//! People and their credits.

use matinee_catalog::{
    Audience, CatalogError, Edit, Filter, NewCredit, PersonPatch, Sight, Subject,
};

use crate::{film, first_page, on_each, public};

#[tokio::test]
async fn people_are_found_by_name_and_told_apart_by_other_databases_ids() {
    on_each(async |catalog| {
        let one = catalog.create(film("One")).await.unwrap();
        let mut hidden = film("Hidden");
        hidden.details.is_public = false;
        let hidden = catalog.create(hidden).await.unwrap();
        let named = |name: &str, tmdb: Option<&str>| NewCredit {
            name: Some(name.to_owned()),
            external_ids: tmdb
                .map(|id| ("tmdb".to_owned(), id.to_owned()))
                .into_iter()
                .collect(),
            ..NewCredit::default()
        };
        let by = Edit::default();
        let set = async |video: &str, all: Vec<NewCredit>| {
            catalog.set_video_credits(video, all, &by).await.unwrap();
            catalog.credits(Subject::Video, video).await.unwrap()
        };
        let first = set(&one.id, vec![named("John Smith", Some("1"))]).await;
        let again = set(
            &hidden.id,
            vec![named("john smith", None), named("Ada", None)],
        )
        .await;
        assert_eq!(first[0].person.id, again[0].person.id);
        let other = set(&one.id, vec![named("John Smith", Some("2"))]).await;
        assert_ne!(first[0].person.id, other[0].person.id);

        let names = async |sight: &Sight| {
            let page = catalog.list_people(first_page(sight)).await.unwrap();
            page.rows.into_iter().map(|p| p.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&public()).await, ["John Smith"]);
        assert_eq!(names(&Sight::everything()).await.len(), 3);
        let ada = &again[1].person;
        assert!(!catalog.sees_person(&public(), &ada.id).await.unwrap());
        let all = catalog
            .filmography(&Sight::everything(), &ada.id)
            .await
            .unwrap();
        assert_eq!(all.videos.len(), 1);
        let seen = catalog.filmography(&public(), &ada.id).await.unwrap();
        assert!(seen.videos.is_empty());

        let patch = PersonPatch {
            name: Some("Ada Lovelace".to_owned()),
            birth_date: Some(Some("1815-12-10".to_owned())),
            ..PersonPatch::default()
        };
        let ada = catalog.edit_person(&ada.id, patch, &by).await.unwrap();
        assert_eq!(ada.revision, 2);
        let wrong = PersonPatch {
            birth_date: Some(Some("yesterday".to_owned())),
            ..PersonPatch::default()
        };
        assert!(catalog.edit_person(&ada.id, wrong, &by).await.is_err());
        let before = catalog.restore_person(&ada.id, 1, &by).await.unwrap();
        assert_eq!((before.name.as_str(), before.birth_date), ("Ada", None));
        catalog.delete_person(&ada.id).await.unwrap();
        let left = catalog.credits(Subject::Video, &hidden.id).await.unwrap();
        assert_eq!(left.len(), 1);
        let unknown = NewCredit {
            person_id: Some(ada.id),
            ..NewCredit::default()
        };
        assert!(matches!(
            catalog.set_video_credits(&one.id, vec![unknown], &by).await,
            Err(CatalogError::Invalid(errors)) if errors[0].field == "credits[0].person_id"
        ));
        let with = Filter {
            person_id: Some(other[0].person.id.clone()),
            ..Filter::default()
        };
        assert_eq!(catalog.count(&Audience::program(), &with).await.unwrap(), 1);
    })
    .await;
}
