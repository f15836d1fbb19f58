use std::io::Write;
use std::sync::Arc;

/// An answer, in the second version of the protocol.
#[derive(Debug)]
pub(crate) enum Answer {
    Simple(&'static str),
    /// A code such as `ERR`, and what is wrong.
    Error(String),
    Integer(i64),
    Bulk(Arc<[u8]>),
    Nil,
    Array(Vec<Answer>),
}

impl Answer {
    pub(crate) fn bulk(bytes: &[u8]) -> Self {
        Self::Bulk(bytes.into())
    }

    /// Returns a message from a channel.
    pub(crate) fn message(channel: &[u8], text: &[u8]) -> Self {
        Self::Array(vec![
            Self::bulk(b"message"),
            Self::bulk(channel),
            Self::bulk(text),
        ])
    }

    /// Returns the answer to a change of a subscription, after which there are `count` channels.
    pub(crate) fn change(name: &str, channel: Option<&[u8]>, count: usize) -> Self {
        Self::Array(vec![
            Self::bulk(name.as_bytes()),
            channel.map_or(Self::Nil, Self::bulk),
            Self::count(count),
        ])
    }

    pub(crate) fn count(count: usize) -> Self {
        Self::Integer(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// Adds the answer to `bytes`.
    pub(crate) fn write(&self, bytes: &mut Vec<u8>) {
        // A write to a vector cannot fail.
        let _ = match self {
            Self::Simple(text) => write!(bytes, "+{text}\r\n"),
            Self::Error(text) => write!(bytes, "-{text}\r\n"),
            Self::Integer(number) => write!(bytes, ":{number}\r\n"),
            Self::Nil => write!(bytes, "$-1\r\n"),
            Self::Bulk(value) => {
                let _ = write!(bytes, "${}\r\n", value.len());
                bytes.extend_from_slice(value);
                bytes.extend_from_slice(b"\r\n");
                Ok(())
            }
            Self::Array(answers) => {
                let _ = write!(bytes, "*{}\r\n", answers.len());
                answers.iter().for_each(|answer| answer.write(bytes));
                Ok(())
            }
        };
    }
}
