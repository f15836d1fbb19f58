use std::rc::Rc;

#[portable::main(spawn = true)]
async fn shared() -> Rc<u8> {
    Rc::new(1)
}

fn main() {
    shared();
}
