#[portable::main(stack_size = 4 << 20, init = || println!("starts"))]
async fn main() -> ! {
    std::process::exit(0)
}
