struct Engine;

impl portable::runtime::CustomRuntime for Engine {}

fn main() {}
