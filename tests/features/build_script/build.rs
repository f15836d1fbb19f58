//! Runs on Tokio while the program runs on smol: the features of build dependencies are separate.

#[portable::main(flavor = "current_thread")]
async fn main() {
    let runtime = portable::spawn(async { portable::runtime::current() })
        .await
        .unwrap();
    println!("cargo::rustc-env=BUILT_ON={runtime}");
    println!("cargo::rerun-if-changed=build.rs");
}
