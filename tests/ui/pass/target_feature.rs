//! The body is compiled with the features that `#[target_feature]` turns on.

#[cfg(target_arch = "x86_64")]
mod x86 {
    #[target_feature(enable = "sse4.2")]
    fn fast() -> u8 {
        1
    }

    struct S;

    impl S {
        #[portable::main]
        #[target_feature(enable = "sse4.2")]
        async fn method(&self) -> u8 {
            fast()
        }
    }

    #[portable::main]
    #[target_feature(enable = "sse4.2")]
    async fn function(n: u8) -> u8 {
        portable::task::yield_now().await;
        n + fast()
    }

    #[cfg_attr(all(), target_feature(enable = "sse4.2"), inline)]
    #[portable::main]
    async unsafe fn conditional() -> u8 {
        fast()
    }

    pub fn run() {
        if std::is_x86_feature_detected!("sse4.2") {
            // SAFETY: it is there.
            let sum = unsafe { function(1) + S.method() + conditional() };
            assert_eq!(sum, 4);
        }
    }
}

fn main() {
    #[cfg(target_arch = "x86_64")]
    x86::run();
}
