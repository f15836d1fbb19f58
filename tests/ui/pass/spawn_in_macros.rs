macro_rules! background {
    ($future:expr) => {
        portable::spawn_task!($future)
    };
    ($name:literal, $future:expr) => {
        portable::spawn_task!(name = $name, $future)
    };
    ([$($capture:ident),*] $($task:tt)*) => {
        portable::spawn_task!(detach, [$($capture),*] $($task)*)
    };
}

#[portable::main]
async fn main() {
    let id = 5;
    assert_eq!(background!(async { 1 }).await.unwrap(), 1);
    assert_eq!(background!("conn-{id}", async { 2 }).await.unwrap(), 2);
    background!([id] async move { assert_eq!(id, 5) });
}
