//! `Instant`: arithmetic that does not surprise (contract 15).

use std::collections::HashSet;

use portable::time::{Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn it_never_goes_back() {
    let mut last = Instant::now();
    for _ in 0..10_000 {
        let now = Instant::now();
        assert!(now >= last);
        last = now;
    }
}

#[test]
fn it_adds_and_subtracts() {
    let start = Instant::now();
    let mut later = start + SECOND;
    assert!(later > start);
    assert_eq!(later - start, SECOND);
    assert_eq!(later - SECOND, start);
    later += SECOND;
    assert_eq!(later - start, 2 * SECOND);
    later -= 2 * SECOND;
    assert_eq!(later, start);
}

#[test]
fn a_negative_difference_is_zero() {
    let start = Instant::now();
    let later = start + SECOND;
    assert_eq!(start - later, Duration::ZERO);
    assert_eq!(start.duration_since(later), Duration::ZERO);
    assert_eq!(start.saturating_duration_since(later), Duration::ZERO);
    assert_eq!(start.checked_duration_since(later), None);
    assert_eq!(later.duration_since(start), SECOND);
    assert_eq!(later.saturating_duration_since(start), SECOND);
    assert_eq!(later.checked_duration_since(start), Some(SECOND));
    assert_eq!(later.elapsed(), Duration::ZERO);
}

#[test]
fn checked_arithmetic_tells_of_an_overflow() {
    let now = Instant::now();
    assert_eq!(now.checked_add(Duration::MAX), None);
    assert_eq!(now.checked_sub(Duration::MAX), None);
    assert_eq!(now.checked_add(SECOND), Some(now + SECOND));
    assert_eq!(now.checked_sub(Duration::ZERO), Some(now));
}

#[test]
fn it_is_the_standard_librarys() {
    let before = std::time::Instant::now();
    let now = Instant::now();
    let after = std::time::Instant::now();
    assert!(before <= now.into_std() && now.into_std() <= after);
    assert_eq!(Instant::from_std(before).into_std(), before);
    assert_eq!(Instant::from(before), Instant::from_std(before));
    assert_eq!(std::time::Instant::from(now), now.into_std());
}

#[test]
fn elapsed_is_the_time_since() {
    let start = Instant::now();
    std::thread::sleep(Duration::from_millis(5));
    let elapsed = start.elapsed();
    assert!(elapsed >= Duration::from_millis(5));
    assert!(elapsed <= Instant::now() - start);
}

#[test]
fn it_can_be_a_key() {
    let now = Instant::now();
    let seen: HashSet<_> = [now, now + SECOND, now].into_iter().collect();
    assert_eq!(seen.len(), 2);
    assert!([now, now + SECOND].is_sorted());
}
