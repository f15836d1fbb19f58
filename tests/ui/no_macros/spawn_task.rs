fn main() {
    portable::spawn_task!(async {});
}
