use portable::task::Pool;

static POOL: Pool<128, 1> = Pool::new();

fn main() {
    POOL.spawn(async { [0_u8; 300] });
}
