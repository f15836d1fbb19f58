fn main() {
    portable::spawn(async { 42 });
}
