#[portable::task]
async fn run(value: u8)
where
    u8: Send,
{
    drop(value);
}

fn main() {}
