#[portable::main(entry = "cortex_m_rt::entry", executor = "embassy_executor::Executor")]
async fn main() {}
