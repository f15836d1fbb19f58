//! A framework over `portable`, which pins the errors that its users get on each runtime.

#[doc(hidden)]
pub use portable;

/// A program that is one service.
#[macro_export]
macro_rules! service {
    ($name:literal, $service:path) => {
        #[$crate::portable::main(crate = $crate::portable, name = $name)]
        async fn main() {
            $service().await
        }
    };
}
