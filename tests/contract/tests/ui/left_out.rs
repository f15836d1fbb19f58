portable_contract::contract! {
    runtime: "smol",
    sections: [time],
    without: {
        time::slep => "the file is misspelt",
        time::sleep::is_never_early => "there is no such test",
        tyme => "the section is misspelt",
    },
}

fn main() {}
