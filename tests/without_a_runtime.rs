//! A library's call in a program that has no runtime compiled in.
#![cfg(all(feature = "std", not(feature = "_runtime")))]

use std::panic::{catch_unwind, set_hook};
use std::sync::Mutex;

#[test]
fn a_spawn_panics_at_the_place_of_the_call_and_names_the_cure() {
    static SAID: Mutex<String> = Mutex::new(String::new());

    set_hook(Box::new(|info| {
        *SAID.lock().unwrap() = info.to_string();
    }));
    let line = line!() + 1;
    let spawned = catch_unwind(|| portable::spawn(async {}));
    assert!(spawned.is_err());
    let said = SAID.lock().unwrap();
    let place = format!("{}:{line}:", file!());
    assert!(said.contains(&place), "{said}");
    assert!(
        said.contains("enable a feature of `portable`: tokio, smol"),
        "{said}"
    );
}
