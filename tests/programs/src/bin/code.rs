//! Returns an exit code.

use std::process::ExitCode;

#[portable::main]
async fn main() -> ExitCode {
    portable::task::yield_now().await;
    ExitCode::from(7)
}
