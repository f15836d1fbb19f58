//! The work with files, on `portable`.

use portable::fs::File;
use portable::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, copy, stdin, stdout};

async fn count_lines(reader: BufReader<File>) -> usize {
    let mut lines = reader.lines();
    let mut count = 0;
    while lines.next_line().await.unwrap().is_some() {
        count += 1;
    }
    count
}

include!("workloads.rs");
