portable_contract::contract! { sections: [time] }

fn main() {}
