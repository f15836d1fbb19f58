//! The work with files, written natively for one runtime.

#[cfg(feature = "tokio")]
pub(crate) use self::tokio::*;

#[cfg(feature = "tokio")]
mod tokio {
    use tokio::fs::File;
    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy, stdin, stdout};

    pub(crate) const NAME: &str = "tokio";

    async fn count_lines(reader: BufReader<File>) -> usize {
        let mut lines = reader.lines();
        let mut count = 0;
        while lines.next_line().await.unwrap().is_some() {
            count += 1;
        }
        count
    }

    include!("workloads.rs");
}

#[cfg(all(feature = "async-std", not(feature = "tokio")))]
pub(crate) use self::async_std::*;

#[cfg(all(feature = "async-std", not(feature = "tokio")))]
mod async_std {
    use async_std::fs::File;
    use async_std::io::prelude::BufReadExt;
    use async_std::io::{BufReader, ReadExt, WriteExt, copy, stdin, stdout};
    use async_std::stream::StreamExt;

    pub(crate) const NAME: &str = "async-std";

    async fn count_lines(reader: BufReader<File>) -> usize {
        reader.lines().count().await
    }

    include!("workloads.rs");
}

#[cfg(not(any(feature = "tokio", feature = "async-std")))]
pub(crate) use self::smol::*;

#[cfg(not(any(feature = "tokio", feature = "async-std")))]
mod smol {
    use smol::Unblock;
    use smol::fs::File;
    use smol::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy};
    use smol::stream::StreamExt;

    pub(crate) const NAME: &str = "smol";

    fn stdin() -> Unblock<std::io::Stdin> {
        Unblock::new(std::io::stdin())
    }

    fn stdout() -> Unblock<std::io::Stdout> {
        Unblock::new(std::io::stdout())
    }

    async fn count_lines(reader: BufReader<File>) -> usize {
        reader.lines().count().await
    }

    include!("workloads.rs");
}
