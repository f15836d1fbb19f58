macro_rules! function {
    ($name:ident) => {
        async fn $name() {}
    };
}

#[portable::main]
function!(run);

fn main() {
    run();
}
