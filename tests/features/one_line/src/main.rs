//! A program on Tokio, of which only the manifest has changed.

use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main(worker_threads = 2)]
async fn main() {
    println!("{}", answer().await);
}

async fn answer() -> u32 {
    let (mut here, mut there) = tokio::io::duplex(16);
    let (written, read) = tokio::join!(here.write_u32(6), there.read_u32());
    written.unwrap();
    let seven = tokio::spawn(async { 7 });
    tokio::select! {
        seven = seven => seven.unwrap() * read.unwrap(),
        () = tokio::time::sleep(std::time::Duration::from_secs(60)) => 0,
    }
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn it_works() {
        assert_eq!(super::answer().await, 42);
    }

    /// As a crate does that exports Tokio under a path of its own.
    mod framework {
        pub(super) use tokio as rt;
    }

    #[tokio::test(flavor = "multi_thread", crate = "framework::rt")]
    async fn it_works_at_another_path() {
        assert_eq!(super::answer().await, 42);
    }

    #[tokio::test(crate = framework::rt, worker_threads = 2, flavor = "multi_thread")]
    async fn it_works_at_a_path_that_is_written_out() {
        assert_eq!(super::answer().await, 42);
    }

    macro_rules! test {
        ($name:ident, $path:path) => {
            #[tokio::test(crate = $path)]
            async fn $name() {
                assert_eq!(super::answer().await, 42);
            }
        };
    }

    test!(it_works_at_a_path_from_a_macro, framework::rt);
}
