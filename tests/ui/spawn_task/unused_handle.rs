#![deny(unused_must_use)]

#[portable::main]
async fn main() {
    portable::spawn_task!(async {});
    portable::spawn_task!(name = "second", async {});
    portable::spawn_task!(detach, async {});
    let _ = portable::spawn_task!(async {});
    portable::spawn(async {});
}
