/// Starts a task: [`task::spawn`](crate::task::spawn) with modifiers.
#[macro_export]
macro_rules! spawn_task {
    ($($tokens:tt)*) => {
        $crate::__private::spawn_task! { [$crate] $($tokens)* }
    };
}
