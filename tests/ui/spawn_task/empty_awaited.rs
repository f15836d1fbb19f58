use portable::spawn_task;

fn main() {
    drop(async {
        let number: u8 = spawn_task!().await;
        number
    });
}
