//! The library on a runtime of ours, and what it ignores.

portable_contract::contract! {
    runtime: "smol",
    flavor: current_thread,
    sections: [entry_point, time],
    without: {
        time::timeout => "`tests/own` has it",
        time::interval::zero_panics_with_one_text => "to leave one test out",
    },
    limit: std::time::Duration::from_secs(30),
}
