use std::process::{ExitCode, Termination};

struct Outcome(bool);

impl Termination for Outcome {
    fn report(self) -> ExitCode {
        ExitCode::from(u8::from(!self.0))
    }
}

#[portable::main(stack_size = 1 << 20)]
async fn main() -> impl Termination {
    Outcome(true)
}
