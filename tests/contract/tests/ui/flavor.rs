portable_contract::contract! { runtime: "smol", flavor: local, sections: [time] }

fn main() {}
