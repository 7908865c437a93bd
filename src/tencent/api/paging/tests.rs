//! The paging driver against sources that misbehave as the real one might.

use parking_lot::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use super::*;

#[allow(clippy::unnecessary_wraps, reason = "the sources of these tests are made of it")]
fn page(items: impl IntoIterator<Item = u64>, counted: u64) -> Result<ListPage<u64>, ApiError> {
    Ok(ListPage { items: items.into_iter().collect(), counted: Some(counted) })
}

fn failure() -> ApiError {
    ApiError::Status {
        action: "DescribeImages".to_owned(),
        host: "a.b".parse().unwrap(),
        status: 502,
    }
}

/// Reads a source, and tells which positions were asked for.
async fn read(
    paging: Paging,
    source: impl Fn(u64) -> Result<ListPage<u64>, ApiError>,
) -> (Result<Listing<u64>, ApiError>, Vec<u64>) {
    let asked = Mutex::new(Vec::new());
    let listing = collect(
        paging,
        |item| *item,
        |position| {
            asked.lock().push(position);
            assert!(asked.lock().len() < 500, "it doesn't end");
            std::future::ready(source(position))
        },
    )
    .await;
    (listing, asked.into_inner())
}

/// The items of a numbered page.
fn numbered(number: u64, length: u64, total: u64) -> std::ops::Range<u64> {
    let begin = number.saturating_sub(1) * length;
    begin.min(total)..(begin + length).min(total)
}

fn sorted(listing: &Listing<u64>) -> Vec<u64> {
    let mut items = listing.items.clone();
    items.sort_unstable();
    items
}

#[tokio::test]
async fn both_styles_read_every_item_once() {
    let (listing, asked) =
        read(Paging::Items, |offset| page(offset.min(250)..(offset + LIMIT).min(250), 250)).await;
    let listing = listing.unwrap();
    assert_eq!(listing.items, (0..250).collect::<Vec<_>>());
    assert!(listing.is_complete());
    assert_eq!(asked, [0, 100, 200], "the last page isn't full, so it is the last");

    let (listing, asked) =
        read(Paging::Pages, |number| page(numbered(number, LIMIT, 250), 250)).await;
    assert_eq!(listing.unwrap().items, (0..250).collect::<Vec<_>>());
    assert_eq!(asked, [1, 2, 3]);
}

#[tokio::test]
async fn one_page_is_one_call() {
    // A full page may be the last by a count that lags.
    for (total, calls) in [(0, 1), (1, 1), (99, 1), (100, 2), (101, 2), (200, 3)] {
        let (listing, asked) =
            read(Paging::Pages, |number| page(numbered(number, LIMIT, total), total)).await;
        assert!(listing.unwrap().is_complete());
        assert_eq!(asked.len(), calls, "{total}");
    }
}

#[tokio::test]
async fn a_server_that_gives_less_than_asked_is_read_to_the_end() {
    let (listing, _) =
        read(Paging::Items, |offset| page(offset.min(230)..(offset + 30).min(230), 230)).await;
    assert_eq!(listing.unwrap().items, (0..230).collect::<Vec<_>>());
    let (listing, _) = read(Paging::Pages, |number| page(numbered(number, 30, 230), 230)).await;
    assert_eq!(listing.unwrap().items, (0..230).collect::<Vec<_>>());
}

#[tokio::test]
async fn one_short_page_in_the_middle_hides_nothing() {
    let (listing, _) = read(Paging::Items, |offset| {
        let length = if offset == 100 { 37 } else { LIMIT };
        page(offset.min(450)..(offset + length).min(450), 450)
    })
    .await;
    let listing = listing.unwrap();
    assert!(listing.is_complete());
    assert_eq!(sorted(&listing), (0..450).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_first_page_that_comes_twice_is_counted_once() {
    // A server that counts from 0, but takes 0 for 1 as well: 0 and 1 are the same page.
    let (listing, _) =
        read(Paging::Pages, |number| page(numbered(number.max(1), LIMIT, 150), 150)).await;
    assert_eq!(listing.unwrap().items.len(), 150);
    // A server that takes the number for an item's: page 1 is all but the first item.
    let (listing, _) = read(Paging::Pages, |offset| page(offset.min(60)..60, 60)).await;
    let listing = listing.unwrap();
    assert!(listing.is_complete(), "page 0 is looked at when something is missing");
    assert_eq!(sorted(&listing), (0..60).collect::<Vec<_>>());
    // A server that gives the first page whatever is asked.
    let (listing, asked) = read(Paging::Pages, |_| page(0..100, 250)).await;
    let listing = listing.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete()), (100, false));
    assert!(asked.len() <= 5, "{asked:?}");
}

#[tokio::test]
async fn pages_that_count_from_0_are_read_too() {
    for total in [1, 100, 150, 250, 1_000] {
        let (listing, _) =
            read(Paging::Pages, |number| page(numbered(number + 1, LIMIT, total), total)).await;
        let listing = listing.unwrap();
        assert!(listing.is_complete(), "{total}");
        assert_eq!(sorted(&listing), (0..total).collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn an_empty_page_below_the_count_ends_it_incomplete() {
    let (listing, asked) =
        read(Paging::Pages, |number| page(numbered(number, LIMIT, 150), 1_000)).await;
    let listing = listing.unwrap();
    assert_eq!((listing.items.len(), listing.counted), (150, 1_000));
    assert!(!listing.is_complete() && listing.gaps.is_empty());
    assert!(asked.len() <= 12, "{asked:?}");
}

#[tokio::test]
async fn a_page_that_fails_is_a_gap_and_the_rest_is_read() {
    let (listing, _) = read(Paging::Pages, |number| match number {
        3 => Err(failure()),
        _ => page(numbered(number, LIMIT, 650), 650),
    })
    .await;
    let listing = listing.unwrap();
    assert_eq!(listing.items.len(), 550);
    assert_eq!(listing.items.last(), Some(&649));
    assert_eq!(listing.gaps.len(), 1);
    assert_eq!((listing.gaps[0].first, listing.gaps[0].last), (201, Some(300)));
    assert!(!listing.is_complete());

    let (listing, _) = read(Paging::Items, |offset| match offset {
        200 => Err(failure()),
        _ => page(offset..(offset + LIMIT).min(250), 250),
    })
    .await;
    let listing = listing.unwrap();
    assert_eq!((listing.gaps[0].first, listing.gaps[0].last), (201, Some(250)));
}

#[tokio::test]
async fn a_list_that_stays_away_is_not_asked_for_ever() {
    let (listing, asked) = read(Paging::Pages, |number| match number {
        1 => page(0..100, 10_000),
        _ => Err(failure()),
    })
    .await;
    let listing = listing.unwrap();
    assert_eq!(listing.gaps.iter().filter_map(Gap::size).sum::<u64>(), 9_900);
    assert_eq!(asked.len(), 5);
}

#[tokio::test]
async fn a_first_page_that_fails_is_an_error() {
    let (listing, _) = read(Paging::Items, |_| Err(failure())).await;
    assert!(matches!(listing, Err(ApiError::Status { status: 502, .. })));
}

#[tokio::test]
async fn a_list_that_grows_is_read_to_its_new_end() {
    // After the first page one item comes in front: everything moves by one.
    let calls = AtomicU64::new(0);
    let (listing, _) = read(Paging::Pages, |number| {
        let grown = u64::from(calls.fetch_add(1, Ordering::Relaxed) > 0);
        let total = 200 + grown;
        page(numbered(number, LIMIT, total).map(|index| 1_000 + index - grown), total)
    })
    .await;
    let listing = listing.unwrap();
    assert!(listing.is_complete(), "{listing:?}");
    assert_eq!(listing.counted, 201);
    for item in 1_000..1_200 {
        assert!(listing.items.contains(&item), "{item}");
    }
}

#[tokio::test]
async fn a_list_that_shrinks_is_read_again() {
    // After the first page its first item goes: item 100 moves into the page that was read.
    let calls = AtomicU64::new(0);
    let (listing, _) = read(Paging::Pages, |number| {
        let gone = u64::from(calls.fetch_add(1, Ordering::Relaxed) > 0);
        let total = 250 - gone;
        page(numbered(number, LIMIT, total).map(|index| index + gone), total)
    })
    .await;
    let listing = listing.unwrap();
    assert!(listing.is_complete());
    assert_eq!(listing.items, (1..250).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_that_never_rests_still_ends() {
    let calls = AtomicU64::new(0);
    let (listing, _) = read(Paging::Pages, |number| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        page(numbered(number, LIMIT, 950), 1_000 - call)
    })
    .await;
    assert_eq!(listing.unwrap().items.len(), 950);
}

#[tokio::test]
async fn without_a_count_it_goes_on_until_nothing_new_comes() {
    let (listing, _) = read(Paging::Items, |offset| {
        Ok(ListPage {
            items: (offset.min(250)..(offset + LIMIT).min(250)).collect(),
            counted: None,
        })
    })
    .await;
    let listing = listing.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete()), (250, true));
}

#[tokio::test]
async fn a_count_that_lags_hides_nothing() {
    for paging in [Paging::Items, Paging::Pages] {
        for total in [100, 101, 130, 200, 230, 1_000] {
            for count in [0, 1, 60, 100, 130, total - 1] {
                let (listing, asked) = read(paging, |position| match paging {
                    Paging::Items => {
                        page(position.min(total)..(position + LIMIT).min(total), count)
                    }
                    Paging::Pages => page(numbered(position, LIMIT, total), count),
                })
                .await;
                let listing = listing.unwrap();
                assert_eq!(sorted(&listing), (0..total).collect::<Vec<_>>(), "{paging:?} {count}");
                assert!(asked.len() as u64 <= total / LIMIT + 3, "{asked:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_server_that_gives_less_than_asked_and_whose_count_lags_hides_nothing() {
    for cap in [10, 20, 50] {
        for (total, count) in [(cap + 5, cap), (3 * cap, cap), (3 * cap + 1, 2 * cap)] {
            let (listing, _) =
                read(Paging::Pages, |number| page(numbered(number, cap, total), count)).await;
            assert_eq!(sorted(&listing.unwrap()).len() as u64, total, "{cap} {count}");
        }
    }
}

#[tokio::test]
async fn a_page_behind_a_full_one_that_fails_leaves_open_what_there_is() {
    for paging in [Paging::Items, Paging::Pages] {
        let first = u64::from(paging == Paging::Pages);
        let (listing, asked) = read(paging, |position| match position == first {
            true => page(0..LIMIT, LIMIT),
            false => Err(failure()),
        })
        .await;
        let listing = listing.unwrap();
        assert_eq!((listing.gaps[0].first, listing.gaps[0].last), (101, None));
        assert_eq!(asked.len(), 2, "once is enough: each costs half a minute");
    }
}

#[tokio::test]
async fn a_server_that_refuses_what_lies_behind_the_end_has_told_that_it_is_the_end() {
    let (listing, _) = read(Paging::Items, |offset| match offset {
        0 => page(0..LIMIT, LIMIT),
        _ => Err(ApiError::Refused(Box::new(crate::tencent::Refusal {
            action: "DescribeImagePersonal".to_owned(),
            code: "InvalidParameter".to_owned(),
            message: "Offset".to_owned(),
            request_id: None,
            service: "tcr",
            region: String::new(),
            origin: String::new(),
            clock_ahead: None,
        }))),
    })
    .await;
    assert!(listing.unwrap().is_complete());
}

#[tokio::test]
async fn a_page_in_the_middle_that_came_before_does_not_end_the_list() {
    let (listing, _) = read(Paging::Items, |offset| {
        let offset = if offset == 200 { 100 } else { offset };
        page(offset.min(630)..(offset + LIMIT).min(630), 630)
    })
    .await;
    let listing = listing.unwrap();
    assert_eq!((listing.items.len(), listing.is_complete()), (530, false));
}

#[tokio::test]
async fn counts_without_bounds_end() {
    for count in [u64::MAX, i64::MAX as u64] {
        for paging in [Paging::Items, Paging::Pages] {
            let (listing, asked) = read(paging, |position| match paging {
                Paging::Items => page(position.min(150)..(position + LIMIT).min(150), count),
                Paging::Pages => page(numbered(position, LIMIT, 150), count),
            })
            .await;
            let listing = listing.unwrap();
            assert_eq!((listing.items.len(), listing.counted), (150, count));
            assert!(asked.len() < 12, "{asked:?}");
        }
    }
}

#[test]
fn an_answer_without_list_and_count_is_not_an_empty_list() {
    assert!(ListPage::<u64>::new(crate::tencent::actions::DESCRIBE_IMAGES, None, None).is_err());
    assert!(
        ListPage::<u64>::new(
            crate::tencent::actions::DESCRIBE_IMAGES,
            None,
            Some(LenientNumber(0))
        )
        .is_ok()
    );
}

#[tokio::test]
async fn a_list_without_a_count_of_which_the_rest_fails_is_a_gap_without_an_end() {
    for paging in [Paging::Items, Paging::Pages] {
        let first = u64::from(paging == Paging::Pages);
        let (listing, _) = read(paging, |position| match position == first {
            true => Ok(ListPage { items: (0..LIMIT).collect(), counted: None }),
            false => Err(failure()),
        })
        .await;
        let listing = listing.unwrap();
        assert!(!listing.is_complete());
        let gap = listing.gaps.last().unwrap();
        assert_eq!((gap.last, gap.size()), (None, None));
        assert!(gap.to_string().ends_with(" on"), "{gap}");
    }
}
