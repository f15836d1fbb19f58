#[portable::main]
async fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
