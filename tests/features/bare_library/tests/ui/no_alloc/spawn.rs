pub fn start() {
    portable::spawn(async { 42 });
}

fn main() {}
