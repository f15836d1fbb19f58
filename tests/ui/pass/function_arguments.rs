struct Point {
    x: i32,
    y: i32,
}

#[portable::main]
async fn plain(one: i32, mut two: i32) -> i32 {
    two += 1;
    one + two
}

#[portable::main]
#[allow(clippy::toplevel_ref_arg)]
async fn patterns(_: i32, (a, b): (i32, i32), Nested { x, y: [z] }: &Nested, ref c: i32) -> i32 {
    a + b + x + z + c
}

struct Nested {
    x: i32,
    y: [i32; 1],
}

#[portable::main]
async fn references<'a>(first: &'a str, _second: &str, point: &mut Point) -> &'a str {
    point.x += point.y;
    first
}

#[portable::main]
async fn impl_trait(shown: impl std::fmt::Display, count: usize) -> String {
    shown.to_string().repeat(count)
}

#[portable::main]
async fn named_like_the_function(named_like_the_function: u8, __arg0: u8, __call: u8) -> u8 {
    named_like_the_function + __arg0 + __call
}

#[portable::main]
async fn attributes(
    #[allow(unused_variables)] unused: u8,
    #[cfg(any())] absent: u8,
    #[cfg(not(any()))] present: u8,
) -> u8 {
    present
}

fn main() {
    assert_eq!(plain(1, 2), 4);
    assert_eq!(patterns(0, (1, 2), &Nested { x: 3, y: [4] }, 5), 15);
    let mut point = Point { x: 1, y: 2 };
    assert_eq!(references("first", "second", &mut point), "first");
    assert_eq!(point.x, 3);
    assert_eq!(impl_trait(5, 3), "555");
    assert_eq!(named_like_the_function(1, 2, 3), 6);
    assert_eq!(attributes(1, 2), 2);
}
