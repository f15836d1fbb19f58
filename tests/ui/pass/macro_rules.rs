macro_rules! from_block {
    ($(#[$meta:meta])* $vis:vis $name:ident -> $ty:ty $body:block) => {
        $(#[$meta])*
        #[portable::main]
        $vis async fn $name() -> $ty $body
    };
}

from_block!(private -> u8 { 1 });
from_block!(
    /// Documented.
    #[inline]
    pub public -> Result<u8, String> { Ok(2) }
);
from_block!(pub(crate) in_crate -> impl std::fmt::Display { 3 });

macro_rules! from_expression {
    ($name:ident($($arg:ident: $ty:ty),*), $e:expr, $($args:tt)*) => {
        #[portable::main($($args)*)]
        async fn $name($($arg: $ty),*) -> u8 {
            $e
        }
    };
}

from_expression!(expression(_a: u8, _b: u8), 4, flavor = "current_thread");

macro_rules! with_values {
    ($flavor:literal, $workers:expr, $timeout:expr, $path:path, $name:ident) => {
        #[portable::main(
            flavor = $flavor,
            worker_threads = $workers,
            shutdown_timeout = $timeout,
            crate = $path
        )]
        async fn $name() {}
    };
}

with_values!("multi_thread", 1 + 1, "5s", portable, values);

macro_rules! from_item {
    ($item:item) => {
        #[portable::main]
        $item
    };
}

from_item!(
    /// Documented.
    pub async fn whole_item(number: u8) -> u8 {
        number
    }
);

macro_rules! hygienic {
    ($arg:ident) => {
        #[portable::main]
        async fn same_names(number: u8, $arg: u8) -> u8 {
            number * 10 + $arg
        }
    };
}

hygienic!(number);

macro_rules! test_functions {
    ($($name:ident)*) => {
        $(
            #[portable::test(flavor = "multi_thread", worker_threads = 1)]
            async fn $name() {}
        )*
    };
}

test_functions!(one two);

fn main() {
    assert_eq!(private(), 1);
    assert_eq!(public(), Ok(2));
    assert_eq!(in_crate().to_string(), "3");
    assert_eq!(expression(1, 2), 4);
    values();
    assert_eq!(whole_item(5), 5);
    assert_eq!(same_names(1, 2), 12);
}
