#[portable::task]
async fn run() -> std::rc::Rc<u8> {
    std::rc::Rc::new(5)
}

fn main() {}
