// This file is included for each side, after its `File`, `BufReader`, `copy`, `stdin`, `stdout`, traits
// and `count_lines`.

use std::path::Path;

/// The bytes of one small read or write.
const SMALL: usize = 4096;

/// Copies one file into another.
pub(crate) async fn copy_file(from: &Path, to: &Path) {
    let mut from = File::open(from).await.unwrap();
    let mut to = File::create(to).await.unwrap();
    copy(&mut from, &mut to).await.unwrap();
    to.flush().await.unwrap();
}

/// Copies standard input to standard output.
pub(crate) async fn cat() {
    let mut output = stdout();
    copy(&mut stdin(), &mut output).await.unwrap();
    output.flush().await.unwrap();
}

/// Reads a file in small pieces.
pub(crate) async fn reads(from: &Path) {
    let mut from = File::open(from).await.unwrap();
    let mut buf = [0; SMALL];
    while from.read(&mut buf).await.unwrap() > 0 {}
}

/// Writes a file of `total` bytes in small pieces.
pub(crate) async fn writes(to: &Path, total: usize) {
    let mut to = File::create(to).await.unwrap();
    for _ in 0..total / SMALL {
        to.write_all(&[7; SMALL]).await.unwrap();
    }
    to.flush().await.unwrap();
}

/// Reads a file line by line.
pub(crate) async fn lines(from: &Path) {
    let from = File::open(from).await.unwrap();
    assert!(count_lines(BufReader::new(from)).await > 0);
}
