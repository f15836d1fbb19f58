#[portable::main(entry = cortex_m_rt::entry, executor = 5)]
async fn main() {}
