use portable::task::Pool;

static POOL: Pool<128, 1> = Pool::new();

#[repr(align(32))]
struct Aligned;

fn main() {
    POOL.spawn(async { Aligned });
}
