//! Standard output and standard error.

use std::fmt;
use std::io::{self, SeekFrom, Write};

use crate::io::blocking::{Blocking, Device, write_blocking};
use crate::io::patient::{Until, patiently};

macro_rules! output {
    ($Handle:ident, $function:ident, $print:literal, $name:literal, $what:literal) => {
        #[doc = concat!("Returns a handle of the process's ", $what, ".")]
        ///
        #[doc = concat!("Equivalent to `tokio::io::", $name, "`.")]
        #[doc = concat!("See [`", stringify!($Handle), "`].")]
        ///
        /// # Examples
        ///
        /// ```
        /// # extern crate portable_runtime_shim as portable;
        /// # #[cfg(feature = "_runtime")]
        /// # portable::runtime::block_on(async {
        /// use portable::io::{self, AsyncWriteExt};
        ///
        #[doc = concat!("io::", $name, "().write_all(b\"to be\\n\").await?;")]
        /// # Ok::<(), std::io::Error>(())
        /// # }).unwrap();
        /// ```
        pub fn $function() -> $Handle {
            $Handle(Blocking::new(io::$function()))
        }

        #[doc = concat!("A handle of the process's ", $what, ", made by [`", $name, "`].")]
        ///
        #[doc = concat!("Equivalent to `tokio::io::", stringify!($Handle), "`.")]
        ///
        /// When a write returns, the operating system has its bytes, without a `flush`. So the
        /// output is complete at the end of `main` and after `process::exit`, and in order with the
        #[doc = concat!("output of other handles and of ", $print, ".")]
        /// A write of up to 2 MiB is not mixed with others.
        ///
        /// # Errors
        ///
        /// A write returns the operating system's error, and each write returns its own. After the
        /// runtime has ended, writes return an error that says so. If another program has made the
        /// descriptor non-blocking, a write waits all the same.
        ///
        /// # Cancel safety
        ///
        /// A cancelled write may still happen. The next write of the same handle waits for it. If
        /// that one begins with the same bytes, it counts as the same write, and nothing is written
        /// twice.
        pub struct $Handle(Blocking<io::$Handle>);

        impl Device for io::$Handle {
            fn read(&self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::Unsupported.into())
            }

            fn write(&self, bytes: &[u8]) -> io::Result<usize> {
                let mut output = self.lock();
                let mut left = bytes;
                while !left.is_empty() {
                    // After an error, the standard library's buffer contains nothing of `left`.
                    match patiently(self, Until::Writable, || output.write(left))? {
                        0 => return Err(io::ErrorKind::WriteZero.into()),
                        written => left = &left[written..],
                    }
                }
                patiently(self, Until::Writable, || output.flush())?;
                Ok(bytes.len())
            }

            fn seek(&self, _: SeekFrom) -> io::Result<u64> {
                Err(io::ErrorKind::Unsupported.into())
            }
        }

        write_blocking! { $Handle }

        #[cfg(feature = "tokio-io")]
        crate::io::forward::forward_write! {
            portable_primitives::tokio::io::AsyncWrite => $Handle
        }

        impl fmt::Debug for $Handle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(stringify!($Handle)).finish_non_exhaustive()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $Handle {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.0.device().as_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $Handle {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.0.device().as_raw_fd()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsHandle for $Handle {
            fn as_handle(&self) -> std::os::windows::io::BorrowedHandle<'_> {
                self.0.device().as_handle()
            }
        }

        #[cfg(windows)]
        impl std::os::windows::io::AsRawHandle for $Handle {
            fn as_raw_handle(&self) -> std::os::windows::io::RawHandle {
                self.0.device().as_raw_handle()
            }
        }
    };
}

output!(Stdout, stdout, "`println!`", "stdout", "standard output");
output!(Stderr, stderr, "`eprintln!`", "stderr", "standard error");
