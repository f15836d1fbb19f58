use std::str;

/// The room that there is for the next read.
const READ: usize = 16 * 1024;

/// The largest request, in bytes.
const MAX_REQUEST: usize = 64 * 1024 * 1024;

/// The most words in a request.
const MAX_WORDS: usize = 64 * 1024;

/// Finds the requests in the bytes of a connection.
///
/// A request is an array of strings (`*2\r\n$3\r\nGET\r\n$3\r\nkey\r\n`), or a line of words, as
/// somebody types it into `nc`.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    bytes: Vec<u8>,
    /// The bytes from `start` to `end` have been received, and belong to no request so far.
    start: usize,
    end: usize,
}

impl Requests {
    /// Returns room to read into. [`add`](Self::add) says how much was read.
    pub(crate) fn space(&mut self) -> &mut [u8] {
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
        if self.end == self.bytes.len() {
            // Moves what is left to the front, where the requests before it were.
            self.bytes.copy_within(self.start..self.end, 0);
            (self.start, self.end) = (0, self.end - self.start);
            let room = self.end.max(READ);
            self.bytes.resize(self.end + room, 0);
        }
        &mut self.bytes[self.end..]
    }

    /// Takes in the first `count` bytes of the [`space`](Self::space).
    pub(crate) fn add(&mut self, count: usize) {
        self.end += count;
    }

    /// Returns the words of the next request, if all of it is there.
    ///
    /// The error is in the words of the protocol.
    pub(crate) fn next(&mut self) -> Option<Result<Vec<&[u8]>, String>> {
        let Self { bytes, start, end } = self;
        let mut rest = &bytes[*start..*end];
        match words(&mut rest) {
            Ok(Some(words)) => {
                *start = *end - rest.len();
                Some(Ok(words))
            }
            Ok(None) if *end - *start < MAX_REQUEST => None,
            Ok(None) => Some(Err("ERR Protocol error: too big request".into())),
            Err(error) => Some(Err(format!("ERR Protocol error: {error}"))),
        }
    }
}

/// Takes a request from the front of `bytes`. Returns `None` if it has not come to its end.
fn words<'a>(bytes: &mut &'a [u8]) -> Result<Option<Vec<&'a [u8]>>, &'static str> {
    let Some(head) = line(bytes) else {
        return Ok(None);
    };
    let Some(count) = head.strip_prefix(b"*") else {
        let words = head.split(u8::is_ascii_whitespace);
        return Ok(Some(words.filter(|word| !word.is_empty()).collect()));
    };
    let count = number(count, MAX_WORDS).ok_or("invalid multibulk length")?;
    let mut words = Vec::with_capacity(count.min(16));
    for _ in 0..count {
        let Some(head) = line(bytes) else {
            return Ok(None);
        };
        let len = head.strip_prefix(b"$").ok_or("expected '$'")?;
        let len = number(len, MAX_REQUEST).ok_or("invalid bulk length")?;
        let Some((word, rest)) = bytes.split_at_checked(len) else {
            return Ok(None);
        };
        match rest {
            [b'\r', b'\n', rest @ ..] => *bytes = rest,
            [] | [b'\r'] => return Ok(None),
            _ => return Err("a string is longer than its length"),
        }
        words.push(word);
    }
    Ok(Some(words))
}

/// Takes a line from the front of `bytes`, without its end.
fn line<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = bytes.iter().position(|byte| *byte == b'\n')?;
    let line = &bytes[..end];
    *bytes = &bytes[end + 1..];
    Some(line.strip_suffix(b"\r").unwrap_or(line))
}

fn number(digits: &[u8], max: usize) -> Option<usize> {
    let number = str::from_utf8(digits).ok()?.parse().ok()?;
    (number <= max).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Receives the bytes in pieces of this size, and returns all words.
    fn received(bytes: &[u8], piece: usize) -> Vec<Result<Vec<String>, String>> {
        let mut requests = Requests::default();
        let mut all = Vec::new();
        let mut rest = bytes;
        while !rest.is_empty() {
            let space = requests.space();
            let count = piece.min(rest.len()).min(space.len());
            space[..count].copy_from_slice(&rest[..count]);
            rest = &rest[count..];
            requests.add(count);
            while let Some(request) = requests.next() {
                let text = |word: &&[u8]| String::from_utf8_lossy(word).into_owned();
                let request = request.map(|words| words.iter().map(text).collect());
                let is_wrong = request.is_err();
                all.push(request);
                if is_wrong {
                    return all;
                }
            }
        }
        all
    }

    #[test]
    fn requests_are_found_however_they_are_cut() {
        let bytes = b"*2\r\n$3\r\nGET\r\n$4\r\na\r\nb\r\n*1\r\n$4\r\nPING\r\nset  a\t1\r\n\r\n";
        for piece in 1..=bytes.len() {
            let wanted: [&[&str]; 4] = [&["GET", "a\r\nb"], &["PING"], &["set", "a", "1"], &[]];
            let found: Vec<_> = received(bytes, piece).into_iter().flatten().collect();
            assert_eq!(found, wanted, "in pieces of {piece}");
        }
    }

    #[test]
    fn a_request_that_is_longer_than_the_room_is_found() {
        let long = "x".repeat(10 * READ + 1);
        let bytes = format!("*1\r\n${}\r\n{long}\r\nPING\r\n", long.len());
        let found = received(bytes.as_bytes(), 1000);
        assert_eq!(found, [Ok(vec![long]), Ok(vec!["PING".into()])]);
    }

    #[test]
    fn what_is_no_request_is_an_error() {
        for (bytes, error) in [
            ("*x\r\n", "invalid multibulk length"),
            ("*-1\r\n", "invalid multibulk length"),
            ("*1\r\n:1\r\n", "expected '$'"),
            ("*1\r\n$-5\r\n", "invalid bulk length"),
            ("*1\r\n$99999999999\r\n", "invalid bulk length"),
            ("*1\r\n$1\r\nabc\r\n", "a string is longer than its length"),
        ] {
            let found = received(bytes.as_bytes(), 100);
            assert_eq!(found, [Err(format!("ERR Protocol error: {error}"))]);
        }
    }
}
