//! A type may be a macro, with any brackets, and a macro may say `Self`.

use std::error::Error;

macro_rules! ty {
    () => { u8 };
    ($ty:ty) => { Result<$ty, Box<dyn Error>> };
}

use ty;

macro_rules! this {
    () => { Self };
}

macro_rules! iterator {
    () => { impl Iterator<Item = u8> };
}

macro_rules! pattern {
    ($name:ident) => { ($name, _) };
}

#[portable::main]
async fn output() -> ty!{} {
    1
}

#[portable::main]
async fn coerced() -> ty!{ Box<dyn Fn() -> u8> } {
    let one: u8 = "1".parse()?;
    Ok(Box::new(move || one))
}

#[portable::main]
async fn nested() -> Result<Vec<ty!{}>, ty![]> {
    Ok(vec![1])
}

#[portable::main]
async fn clause<T>(_: T) -> u8
where
    ty!{}: Sized,
    T: Into<ty!{}>,
{
    1
}

#[portable::main]
async fn parameters(a: ty!{}, pattern!(b): (self::ty![], ty!()), c: impl Fn(ty!{}) -> ty!{}) -> ty!() {
    c(a + b)
}

#[portable::main]
async fn opaque() -> iterator!{} {
    [1, 2].into_iter()
}

#[portable::main]
async fn pointer<'a>(f: fn() -> ty!{}, r: &'a ty!{}) -> &'a ty!{} {
    f();
    r
}

#[portable::test]
async fn test() -> ty!{ () } {
    Ok(())
}

#[derive(Clone)]
struct S(u8);

impl S {
    #[portable::main]
    async fn new() -> this!() {
        S(1)
    }

    #[portable::main]
    async fn add(a: this!{}, b: Option<this![]>) -> u8 {
        a.0 + b.map_or(0, |b| b.0)
    }

    #[portable::main]
    async fn fails() -> ty!{ this!{} } {
        if "x".parse::<u8>()? > 1 {
            return Ok(S(2));
        }
        Err("no".into())
    }
}

#[portable::task]
async fn task(n: ty!{}) -> ty!{} {
    n
}

#[portable::main(stack_size = 1 << 20)]
async fn main() -> ty!{ () } {
    assert_eq!(task(1).await, 1);
    std::thread::spawn(|| {
        assert_eq!(output(), 1);
        assert_eq!(coerced().unwrap()(), 1);
        assert_eq!(nested(), Ok(vec![1]));
        assert_eq!(clause(1), 1);
        assert_eq!(parameters(1, (2, 3), |sum| sum), 3);
        assert_eq!(opaque().count(), 2);
        assert_eq!(*pointer(|| 1, &2), 2);
        assert_eq!(S::add(S::new(), Some(S(2))), 3);
        assert!(S::fails().is_err());
    })
    .join()
    .unwrap();
    Ok(())
}
