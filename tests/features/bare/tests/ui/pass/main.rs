#[portable::main(entry = "", executor = "embassy_executor::Executor", crate = portable)]
async fn main() -> ! {
    std::process::exit(0)
}
