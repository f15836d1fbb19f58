#[test]
fn there_is_one_runtime() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_tokio_main"))
        .output()
        .unwrap();
    assert_eq!(output.stdout, b"one runtime: true\n", "{output:?}");
}

/// Only Tokio's timers follow a clock that stands still and is set forward.
#[tokio::test(start_paused = true)]
async fn our_sleeps_follow_a_paused_clock() {
    use portable::time::{Duration, sleep, timeout};

    let start = std::time::Instant::now();
    let hour = Duration::from_secs(3600);
    sleep(hour).await;
    timeout(hour, std::future::pending::<()>()).await.unwrap_err();
    assert!(start.elapsed() < hour);
    tokio::time::resume();
    sleep(Duration::from_millis(1)).await;
}
