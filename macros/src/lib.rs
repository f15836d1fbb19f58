//! The macros of [`portable`]: [`main`](macro@main), [`test`](macro@test), [`task`](macro@task) and
//! [`spawn_task!`](macro@spawn_task). Use them from there; this crate is an implementation detail.
//!
//! The macros know no runtime. They turn a function into a call of `portable`'s hidden entry, which
//! decides where the function runs.
//!
//! [`portable`]: https://docs.rs/portable

// `write` builds on `check`, `check` on `read`, and `read` on `syntax`: none of them names one
// further up.

// The examples do not run here, because `portable` is not a dependency: the examples that run are
// in `portable`, beside each macro.

#![forbid(unsafe_code)]

mod check;
mod errors;
mod read;
mod suggest;
mod syntax;
mod write;

#[cfg(test)]
mod random;
#[cfg(test)]
mod testing;

use proc_macro::TokenStream;

use read::Kind;

/// Turns an `async fn` into a function that starts a runtime, runs the body on it to its end, and
/// shuts the runtime down.
///
/// Equivalent to `#[tokio::main]`. It is made for a program's `main`, and takes any `async fn`.
///
/// # Arguments
///
/// All are optional, in any order. All but the last five are methods of
/// `portable::runtime::Builder`.
///
/// A value is any expression of its type, but for those that the macro must know: `flavor` and
/// `spawn`, `entry`, `executor` and `crate` take what the table shows, written out, and no constant.
///
/// | Argument | Value | Meaning | Default |
/// |---|---|---|---|
/// | `flavor` | `"multi_thread"`, `"current_thread"` or `"local"` | Whether spawned tasks run on worker threads, or all on the thread that called the function. `"local"` is `"current_thread"` under the name it has in Tokio. | `"multi_thread"` |
/// | `runtime` | the name of a runtime | Which of those that are compiled in it runs on. A literal is checked by the compiler. | `PORTABLE_RUNTIME`, or the first that is compiled in |
/// | `worker_threads` | a `usize` from 1 | The number of worker threads. Only with `"multi_thread"`. | one per core |
/// | `thread_name` | a string, or anything that is `Into<String>` | The name of the threads that the runtime starts. | `"portable-worker"` |
/// | `thread_stack_size` | a `usize`, in bytes | The stack of each of these threads. | 2 MiB |
/// | `max_blocking_threads` | a `usize` from 1 | How many threads `spawn_blocking` may use at once. | 512 |
/// | `shutdown_timeout` | `"250us"`, `"500ms"`, `"5s"`, `"2m"`, `"1h"`, or a `Duration` | How long the end waits for closures and polls that still run. | `"1s"` |
/// | `name` | a string, or anything that is `Into<String>` | The name of the runtime, for logs and metrics. Threads keep `thread_name`. | none |
/// | `watchdog` | a time, as for `shutdown_timeout` | Reports a task that is in one poll for longer. Needs the feature `inspect`. | none |
/// | `dump_on` | `"SIGUSR1"`, or a `SignalKind` | Prints what each task does at this signal. Needs the features `inspect` and `signal`, and Unix. | none |
/// | `tokio_context` | `"current_thread"`, `"multi_thread"`, or a `Flavor` | The flavour of the Tokio runtime that dependencies find on other runtimes. Needs the feature `tokio-context`. | `"current_thread"` |
/// | `start_paused` | a `bool` | Starts with a paused clock, as `time::pause` does. Needs the feature `test-util` and the current-thread flavour. | `false` |
/// | `stack_size` | a `usize`, in bytes | Runs the function on a thread with such a stack: see below. | the thread that calls the function |
/// | `spawn` | `true` or `false` | Runs the function as a task, on a worker: see below. | `false` |
/// | `init` | a function or a closure, without arguments, that returns `()` | Called once, before the runtime starts: see below. | nothing |
/// | `entry`, `executor` | strings | For a firmware: see below. | |
/// | `crate` | a path, bare or in a string | Where to find `portable`, if not at `::portable`. | `::portable` |
///
/// ```ignore
/// const WORKERS: usize = 2;
///
/// #[portable::main(worker_threads = WORKERS + 1, thread_name = "worker", shutdown_timeout = "500ms")]
/// async fn main() {}
/// ```
///
/// # A stack for `main`
///
/// The future of `main` lives on the stack, and in a debug build a big one may outgrow what the
/// operating system gives to a program: 8 MiB on Linux and macOS, 1 MiB on Windows. `stack_size`
/// starts a thread with as much as is asked for, and all of the function runs there, `init` and the
/// other arguments too:
///
/// ```ignore
/// #[portable::main(stack_size = 64 * 1024 * 1024)]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let big = [0_u8; 16 * 1024 * 1024];
///     portable::task::yield_now().await;
///     Ok(drop(big))
/// }
/// ```
///
/// The thread has the name of the one that calls the function, which waits for it. A panic goes on
/// there, and an error is printed as for any `main`. The output need not be `Send`: only the exit
/// status made of it crosses over. So the resulting function returns `ExitCode`, unless it returns
/// nothing, and only the `main` of a program and tests have the argument.
///
/// A size below the operating system's minimum means the minimum. If the thread can't be started,
/// the program prints one line on the standard error and exits with status 2. Code that must be on
/// the first thread of the process, such as windows on macOS, can't have a stack of its own.
///
/// # `main` as a task
///
/// The future of `main` stays on its thread, which has its price on the multi-thread flavour: each
/// time that `main` and a task of a worker wait for one another, a thread is woken. A `main` that
/// does most of the work itself, for example one that accepts connections, is better off on a
/// worker:
///
/// ```ignore
/// #[portable::main(spawn = true)]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let (sender, mut receiver) = portable::sync::mpsc::channel(1);
///     portable::spawn(async move { sender.send(42).await });
///     assert_eq!(receiver.recv().await, Some(42));
///     Ok(())
/// }
/// ```
///
/// The effect is that of `portable::spawn` in an otherwise empty `main`. So the future must be
/// `Send`, `task::id` returns the id of its task, and `spawn_local` panics where it would in any
/// other task. A panic still ends the program. The output of a program's `main` need not be `Send`:
/// the worker turns it into an exit status, and the resulting function returns `ExitCode`, unless
/// it returns nothing.
///
/// # Before the runtime starts
///
/// `init` sets up what the runtime and the body rely on: a logger, a `tracing` subscriber,
/// environment variables while there is one thread. It is called on the thread that `main` runs on,
/// before the arguments for the builder are evaluated.
///
/// ```ignore
/// fn set_up() {
///     tracing_subscriber::fmt().init();
/// }
///
/// #[portable::main(init = set_up)]
/// async fn main() {}
/// ```
///
/// An `init` that can fail handles the failure itself:
/// `init = || set_up().expect("the log is writable")`.
///
/// # Without an operating system
///
/// On a microcontroller, with the feature `embassy` and without `std`, the function runs on
/// Embassy's executor, as with `#[embassy_executor::main]`. There it may take the spawner, and
/// returns `()` or `!`:
///
/// ```ignore
/// #[portable::main(entry = "cortex_m_rt::entry")]
/// async fn main(spawner: portable::runtime::Spawner) -> ! {
///     run(spawner).await
/// }
/// ```
///
/// `entry` names the attribute of the entry point and `executor` the executor's type, if they are
/// not those of the architecture. With an operating system they are checked and have no effect, so
/// that one source is built for both. Without one, all other arguments but `crate` are refused.
///
/// # In other crates
///
/// In a crate that re-exports `portable`, or a macro that expands elsewhere:
///
/// ```ignore
/// #[my_framework::portable::main(crate = my_framework::portable)]
/// async fn main() {}
/// ```
///
/// # On other functions
///
/// Any `async fn` will do: with arguments and generics, a method, `unsafe`, with `-> impl Trait` or
/// `-> !`. The resulting function is not async, and each call runs a runtime of its own. So it
/// panics where a task calls it, like any other `block_on`.
///
/// ```ignore
/// struct Client {
///     name: String,
/// }
///
/// impl Client {
///     #[portable::main(flavor = "current_thread")]
///     pub async fn greet(&self, other: &str) -> String {
///         format!("{} greets {other}", self.name)
///     }
/// }
/// ```
///
/// A panic of the entry, for example of a call inside a task, names the place of the call.
///
/// The body keeps its place in an inner function, so the compiler says of it what it says of any
/// `async fn`. A few things follow:
///
/// - Attributes on the function are those of the outer one, which callers see. A lint attribute
///   on an argument is that of the inner one, and `#[target_feature]` is that of both.
/// - In the body the name of the function is that of the inner one, which is async: `Box::pin(work(n -
///   1)).await` goes on within the same runtime. The outer one is at a path from its module, as in
///   `std::thread::spawn(self::main)` or `let f: fn(u8) -> u8 = self::work;`.
/// - An associated function that uses a type parameter of its `impl`, and has neither a receiver
///   nor the word `Self`, is refused by the compiler (E0401); so is one where a macro in the body says
///   `Self`. Write `Self` somewhere: `let _: Option<Self> = None;` is enough.
///
/// With a receiver, with `Self`, with a `#[cfg]` on a generic parameter or a macro in the signature the
/// body is an async block of the outer function. There the name is that of the outer function.
///
/// # Lints
///
/// The compiler and clippy report no lint in the code that the attribute generates, and the
/// attribute allows almost none: so a crate may `forbid` what it likes. There is one exception,
/// clippy's `future_not_send`, because the future of `main` need not be `Send`. A crate that
/// forbids it gets E0453 for a function with arguments or an `.await`; one that denies it does not.
///
/// # Errors
///
/// All mistakes are reported in one go, each at its place: an unknown or repeated argument, a value
/// of the wrong kind, `worker_threads` with a flavor that has none, `stack_size` on another
/// function than `main` or with `spawn`, a function that is not async, is `const`, has a foreign
/// ABI or variable arguments. On the `main` of a program, arguments, generics, a `where` clause and
/// `unsafe` are errors too. The function itself stays, so nothing else in the crate breaks.
///
/// Without a runtime feature of `portable`, the only error is that no runtime is on.
#[proc_macro_attribute]
pub fn main(args: TokenStream, item: TokenStream) -> TokenStream {
    write::entry(Kind::Main, args.into(), item.into()).into()
}

/// Turns an `async fn` into a unit test that runs on a runtime of its own.
///
/// Equivalent to `#[tokio::test]`. Results and `#[should_panic]` work as on any test:
///
/// ```ignore
/// #[portable::test(flavor = "multi_thread", worker_threads = 2)]
/// #[should_panic(expected = "on purpose")]
/// async fn panics() {
///     panic!("on purpose");
/// }
/// ```
///
/// # Arguments
///
/// The arguments are those of [`main`](macro@main), with these other defaults:
///
/// | Argument | Default |
/// |---|---|
/// | `flavor` | `"current_thread"`: the test's thread runs all of its tasks; a name, or a list like `["multi_thread", "current_thread"]` |
/// | `worker_threads` | one per core; only with `flavor = "multi_thread"`, and in a list for that flavor alone |
/// | `runtime` | all that are compiled in; a name, or a list like `["tokio", "smol"]`, restricts them, written out |
/// | `init` | nothing; each test calls it, so it must bear being called again, as `try_init` does |
/// | `timeout` | none; `"500ms"`, `"5s"`, `"2m"`, or a `Duration` |
///
/// # Time
///
/// A test that takes longer than its `timeout` fails. The message names the test, the runtime and
/// the place of the test:
///
/// ```ignore
/// #[portable::test(timeout = "5s")]
/// async fn answers() {
///     assert_eq!(ask().await, 42);
/// }
/// ```
///
/// ```text
/// portable: the test `server::answers` on smol, tests/server.rs:3, outran its `timeout` of 5s: its
/// future was still waiting
/// ```
///
/// The limit covers the test and its runtime, from the start to the end. At the limit a future that
/// waits is dropped, inside its runtime, and the test panics: the others go on. A poll can't be
/// ended from outside. If one still runs 5 s after the limit, the message goes to the standard
/// error and the process is aborted, with all of its tests: better than a run that hangs. The 5 s
/// are for a machine under load, which may be late by seconds. The end of the runtime has its own
/// limit, `shutdown_timeout`, and the same 5 s on top.
///
/// # One test a runtime
///
/// In a build with several runtimes the attribute makes one test for each, named after both: `adds`
/// becomes `adds__tokio` and `adds__smol`. So `cargo test --all-features` runs every test on every
/// runtime, `cargo test adds` one on all of them, `cargo test __smol` all on one, and
/// `cargo test adds__smol` one on one. In a build with one runtime the test keeps its plain name,
/// unless `runtime` restricts it. A runtime in the list that is not compiled in is left out.
///
/// A name in Rust has no hyphen, so the tests on `async-std` end in `__async_std`, and
/// `cargo test async_std` selects them. `cargo test async-std` selects nothing, and only its last
/// line shows that: `0 passed`.
///
/// # One test a flavor
///
/// A list of flavors makes one test for each, named after it, in every build:
///
/// ```ignore
/// #[portable::test(flavor = ["multi_thread", "current_thread"])]
/// async fn adds() {
///     assert_eq!(portable::spawn(async { 1 + 1 }).await.unwrap(), 2);
/// }
/// ```
///
/// With one runtime the tests are `adds__multi_thread` and `adds__current_thread`, with several
/// `adds__smol__multi_thread` and so on. `cargo test __multi_thread` selects a flavor, and a runtime
/// without workers has it too, as it has with `flavor = "multi_thread"`.
///
/// # With other test attributes
///
/// `#[should_panic]`, `#[ignore]` and results work as on any test. So do the attributes of `rstest`
/// and `test-case`, above this one or below; with `test-log` it is
/// `#[test_log::test(portable::test)]`.
///
/// ```ignore
/// #[rstest]
/// #[case(1, 2)]
/// #[portable::test]
/// async fn increments(#[case] number: u8, #[case] next: u8) {
///     assert_eq!(number + 1, next);
/// }
/// ```
///
/// # Errors
///
/// The errors are those of [`main`](macro@main). Arguments, generics, `unsafe`, `#[target_feature]` and a
/// second attribute that makes a test, such as `#[test]` or `#[tokio::test]`, are errors too: the test
/// would run twice. The compiler warns of a test inside the body of another function, as of any `#[test]`
/// there, because no harness finds it.
#[proc_macro_attribute]
pub fn test(args: TokenStream, item: TokenStream) -> TokenStream {
    write::entry(Kind::Test, args.into(), item.into()).into()
}

/// Turns an `async fn` into a task with a pool of its own: a call gives a `Spawnable`, which is
/// spawned or awaited.
///
/// Equivalent to `#[embassy_executor::task]`. Without an allocator, only this makes a task:
///
/// ```ignore
/// use portable::time::{Duration, sleep};
///
/// #[portable::task(pool_size = 2)]
/// async fn blink(mut led: Led, period: Duration) -> ! {
///     loop {
///         led.toggle();
///         sleep(period).await;
///     }
/// }
///
/// let task = portable::spawn(blink(led, Duration::from_millis(500)));
/// ```
///
/// The call takes a place in the pool, which is given back when the task has ended or the
/// `Spawnable` is dropped. With no place left the `JoinHandle` gives an error:
/// `JoinError::is_full`.
///
/// # Arguments
///
/// | Argument | Value | Meaning | Default |
/// |---|---|---|---|
/// | `pool_size` | a constant `usize` from 1 | How many of these tasks may run at once. | 1 |
/// | `crate` | a path, bare or in a string | Where to find `portable`, if not at `::portable`. | `::portable` |
///
/// # The resulting function
///
/// The function has the same name, visibility and attributes, is not async, and returns
/// `Spawnable<impl Future<Output = T> + Send + 'static>`. The body keeps its place in an inner
/// function, so the compiler says of it what it says of any `async fn`. The pool is a `static`
/// inside the function, with places as large as the future needs.
///
/// rustc must know the size of the future to know the type of the result. So a task that starts
/// itself, or two that start each other, do so through a plain function, whose type does not depend
/// on theirs: `fn start(n: u8) -> JoinHandle<()> { blink(n).spawn() }`. Without such a function the
/// error is E0391, a cycle.
///
/// The expansion is the same on a microcontroller and with an operating system.
///
/// # Errors
///
/// All mistakes are reported in one go, each at its place: an unknown or repeated argument; a
/// function that is not async, is `const`, `unsafe`, generic, has a `where` clause, a foreign ABI,
/// variable arguments, `self` or `Self`; an argument that is a pattern, `impl Trait` or a reference
/// that is not `'static`; `impl Trait` as the output; `#[target_feature]`, or a second attribute
/// that decides what the function is.
#[proc_macro_attribute]
pub fn task(args: TokenStream, item: TokenStream) -> TokenStream {
    write::task(args.into(), item.into()).into()
}

/// The macro behind `portable::spawn_task!`. Its input begins with the path of `portable` in
/// brackets.
///
/// Spawns a task, and returns its `JoinHandle`:
///
/// ```ignore
/// let task = spawn_task!(async { 5 });
/// assert_eq!(task.await?, 5);
/// ```
///
/// # Modifiers
///
/// Modifiers stand before the task, in any order, each followed by a comma:
///
/// | Modifier | Meaning |
/// |---|---|
/// | `name = "conn-{id}"` | Names the task. A literal may mention variables as in `format!`; any other expression is a string. |
/// | `pool = POOL` | Gives the task a place in a `static` `task::Pool`. |
/// | `local` | Spawns on this thread, as `task::spawn_local`. The future need not be `Send`. |
/// | `blocking` | The task is a closure for the blocking pool, as `task::spawn_blocking`. |
/// | `detach` | Lets the task go: the value is `()`. |
///
/// ```ignore
/// spawn_task!(name = "conn-{id}", detach, handle(stream));
/// let sum = spawn_task!(blocking, move || numbers.iter().sum::<u64>());
/// ```
///
/// # Captures
///
/// A list in brackets right before the task says what the task takes along. A variable is cloned,
/// and `name = expression` makes a new one:
///
/// ```ignore
/// let task = spawn_task!([sender, db = pool.clone(), mut count = 0] async move {
///     count += db.rows().await;
///     sender.send(count).await
/// });
/// ```
///
/// # Errors
///
/// An unknown, repeated or misplaced modifier, two that exclude each other, a missing comma or
/// task: all are reported in one go, each at its place. The compiler reports mistakes in the task
/// itself at the task.
///
/// # Panics
///
/// Panics with a `name` where `task::Builder` gives an error.
#[proc_macro]
pub fn spawn_task(input: TokenStream) -> TokenStream {
    write::spawn(input.into()).into()
}

/// Expands `#[portable::main]` in a build without the feature `std`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __main_without_std(args: TokenStream, item: TokenStream) -> TokenStream {
    write::firmware(args.into(), item.into()).into()
}

/// Expands `#[portable::main]` in the browser.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __main_of_page(args: TokenStream, item: TokenStream) -> TokenStream {
    write::page(args.into(), item.into()).into()
}

/// Stands in for Embassy's attribute in a build without the feature `embassy`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __no_executor(_args: TokenStream, _item: TokenStream) -> TokenStream {
    write::no_runtime().into()
}

/// Checks the name of a runtime.
#[doc(hidden)]
#[proc_macro]
pub fn __pin(input: TokenStream) -> TokenStream {
    write::pin(input.into()).into()
}

/// Makes one test per runtime.
#[doc(hidden)]
#[proc_macro]
pub fn __fan_out(input: TokenStream) -> TokenStream {
    write::fan_out(input.into()).into()
}

/// Stands in for `#[test]` on a function that tests call.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn __called_by_tests(_args: TokenStream, item: TokenStream) -> TokenStream {
    write::called(item.into()).into()
}
