use std::time::Duration;

use portable::signal::unix::SignalKind;

#[portable::main(watchdog = "1s", dump_on = "SIGUSR2", thread_name = "worker")]
async fn names() -> u8 {
    1
}

#[portable::main(
    flavor = "current_thread",
    dump_on = {
        let kind = SignalKind::user_defined1();
        kind
    },
    watchdog = Duration::from_secs(1),
    shutdown_timeout = "2s",
)]
async fn expressions() -> u8 {
    2
}

#[portable::main(dump_on = SignalKind::from_raw(34))]
async fn another_signal() -> u8 {
    3
}

fn main() {
    assert_eq!([names(), expressions(), another_signal()], [1, 2, 3]);
}
