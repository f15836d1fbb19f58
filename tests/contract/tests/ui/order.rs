portable_contract::contract! { runtime: "smol", limit: LIMIT, sections: [time] }

fn main() {}
