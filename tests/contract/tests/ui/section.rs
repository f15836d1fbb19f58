portable_contract::contract! { runtime: "smol", sections: [time, sockets] }

fn main() {}
