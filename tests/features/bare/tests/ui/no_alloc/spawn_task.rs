use portable::spawn_task;

fn main() {
    let six = 6;
    let _task = spawn_task!(async move { six * 7 });
}
