//! Two libraries that are written on `portable` without a runtime, in programs that do not know
//! `portable`.

/// Uses both libraries.
pub async fn use_both() {
    assert_eq!(counter::sum(100).await, 4950);
    assert_eq!(ticker::three_ticks().await, 3);
}
