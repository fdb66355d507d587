use proptest::prelude::*;

use super::*;

fn titles(properties: &[&[u32]]) -> Titles {
    Titles {
        properties: properties.iter().map(|p| p.to_vec()).collect(),
        popularity: vec![1.0; properties.len()],
    }
}

fn view(viewer: u32, item: u32) -> View {
    View {
        viewer,
        item,
        weight: 1.0,
    }
}

#[test]
fn what_the_same_people_watch_goes_together_and_the_popular_does_not_win() {
    // Everybody watches 0; those who watch 1 watch 2.
    let mut views: Vec<View> = (0..40).map(|viewer| view(viewer, 0)).collect();
    for viewer in 0..8 {
        views.push(view(viewer, 1));
        views.push(view(viewer, 2));
    }
    let found = neighbours(40, &titles(&[&[], &[], &[], &[]]), &views);
    assert_eq!(found[1][0].item, 2);
    assert_eq!(found[1][0].reason, Reason::Watched);
    assert!(found[1][1].item == 0 && found[1][1].score < found[1][0].score);
    assert!(found[3].is_empty());
}

#[test]
fn what_nobody_has_watched_goes_with_what_is_like_it() {
    let found = neighbours(0, &titles(&[&[0, 1], &[0], &[0, 1], &[2]]), &[]);
    assert_eq!(found[0][0].item, 2, "two shared properties beat one");
    assert_eq!(found[0][0].reason, Reason::Alike);
    assert!(found[3].is_empty());
}

#[test]
fn old_and_abandoned_views_count_less() {
    assert!(weight(1.0, 0.0) > weight(0.2, 0.0));
    assert!((weight(1.0, 60.0) - 0.5).abs() < 1e-6);
    assert!(weight(f64::NAN, 0.0).is_nan() || weight(2.0, -5.0) <= 1.0);
}

#[test]
fn picks_name_what_speaks_for_them_the_most() {
    let seeds = [
        (
            "a",
            1.0,
            vec![("x", 0.5, Reason::Watched), ("b", 0.9, Reason::Watched)],
        ),
        (
            "b",
            0.5,
            vec![("x", 0.2, Reason::Alike), ("y", 0.8, Reason::Alike)],
        ),
    ];
    let picks = picks(&seeds);
    assert_eq!(picks.len(), 2, "what was watched is not recommended");
    assert_eq!((picks[0].item, picks[0].because), ("x", "a"));
    assert_eq!((picks[1].item, picks[1].reason), ("y", Reason::Alike));
}

#[test]
fn not_all_of_the_top_is_of_a_kind() {
    let all = vec![(1.0, "a1"), (0.95, "a2"), (0.9, "a3"), (0.6, "b1")];
    let kind = |item: &&str| vec![(item[..1].to_owned(), 0.9)];
    assert_eq!(diverse(all, kind, 3), ["a1", "b1", "a2"]);
}

proptest! {
    #[test]
    fn any_views_give_bounded_lists_without_the_title_itself(
        views in prop::collection::hash_map((0_u32..20, 0_u32..30), 0.01_f32..1.0, 0..200),
        properties in prop::collection::vec(prop::collection::vec(0_u32..12, 0..4), 30),
    ) {
        let views: Vec<View> = views
            .into_iter()
            .map(|((viewer, item), weight)| View { viewer, item, weight })
            .collect();
        let titles = Titles { properties, popularity: vec![0.0; 30] };
        for (item, list) in neighbours(20, &titles, &views).into_iter().enumerate() {
            prop_assert!(list.len() <= NEIGHBOURS);
            prop_assert!(list.windows(2).all(|w| w[0].score >= w[1].score));
            prop_assert!(list.iter().all(|n| n.item as usize != item && n.score.is_finite()));
        }
    }
}
