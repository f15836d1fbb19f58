#[portable::task]
async fn run(shared: std::rc::Rc<u8>) {
    drop(shared);
}

fn main() {}
