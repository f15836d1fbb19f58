use portable::task::{Pool, yield_now};

static POOL: Pool<128, 1> = Pool::new();

fn main() {
    let bytes = [0_u8; 100];
    let _ = || {
        POOL.spawn(async move {
            yield_now().await;
            bytes.len()
        })
    };
}
