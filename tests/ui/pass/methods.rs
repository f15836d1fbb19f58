use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

#[derive(Default)]
struct Counter {
    count: u32,
}

impl Counter {
    #[portable::main]
    async fn new() -> Self {
        Self::default()
    }

    #[portable::main]
    async fn with(count: u32) -> Result<Self, std::num::ParseIntError> {
        let offset: u32 = "1".parse()?;
        Ok(Counter {
            count: count + offset,
        })
    }

    #[portable::main]
    async fn says_self_in_the_body() -> u32 {
        let counter = Self { count: 7 };
        counter.count
    }

    #[portable::main(flavor = "current_thread")]
    async fn main(&self) -> u32 {
        self.count
    }

    #[portable::main]
    async fn longer<'a>(&'a self, other: &'a Self) -> &'a Self {
        if other.count > self.count { other } else { self }
    }

    #[portable::main]
    async fn add(&mut self, (a, mut b): (u32, u32)) {
        #![allow(clippy::arithmetic_side_effects)]
        b += 1;
        self.count += a + b;
    }

    #[portable::main]
    async fn into_count(self) -> u32 {
        self.count
    }

    #[portable::main]
    async fn plus_one(mut self) -> Self {
        self.count += 1;
        self
    }

    #[portable::main]
    async fn boxed(self: Box<Self>) -> u32 {
        self.count
    }

    #[portable::main]
    async fn rc(self: Rc<Self>) -> u32 {
        self.count
    }

    #[portable::main]
    async fn arc(self: &Arc<Self>) -> u32 {
        self.count
    }

    #[portable::main]
    async fn pinned(self: Pin<&mut Self>) -> u32 {
        self.count
    }

    #[portable::main]
    async fn shown(&self) -> impl std::fmt::Display {
        self.count
    }

    #[portable::main]
    async fn maybe_shown(&self) -> Result<impl std::fmt::Display, std::num::ParseIntError> {
        let offset: u32 = "1".parse()?;
        Ok(self.count + offset)
    }
}

trait Run {
    const NAME: &'static str;

    #[portable::main]
    async fn name(&self) -> &'static str {
        Self::NAME
    }

    #[portable::main]
    async fn nothing() {}

    fn run(&self) -> u32;
}

impl Run for Counter {
    const NAME: &'static str = "counter";

    #[portable::main]
    async fn run(&self) -> u32 {
        let seven = async { 7 };
        self.count + seven.await
    }
}

struct Pool<T>(T);

impl<T: Clone> Pool<T> {
    #[portable::main]
    async fn item(&self) -> T {
        self.0.clone()
    }
}

fn main() {
    assert_eq!(Counter::new().count, 0);
    let mut counter = Counter::with(1).unwrap();
    assert_eq!(counter.main(), 2);
    assert_eq!(counter.longer(&Counter { count: 9 }).count, 9);
    counter.add((1, 2));
    assert_eq!(counter.shown().to_string(), "6");
    assert_eq!(counter.maybe_shown().unwrap().to_string(), "7");
    assert_eq!((counter.run(), counter.name()), (13, "counter"));
    Counter::nothing();
    assert_eq!(Counter::says_self_in_the_body(), 7);
    assert_eq!(counter.plus_one().into_count(), 7);
    assert_eq!(Box::new(Counter { count: 1 }).boxed(), 1);
    assert_eq!(Rc::new(Counter { count: 2 }).rc(), 2);
    assert_eq!(Arc::new(Counter { count: 3 }).arc(), 3);
    assert_eq!(Pin::new(&mut Counter { count: 4 }).pinned(), 4);
    assert_eq!(Pool(5).item(), 5);
}
