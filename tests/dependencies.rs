//! Checks that a dependency is in the tree with its feature and its runtime only.

use std::collections::BTreeSet;
use std::env;
use std::process::Command;

/// The packages that each runtime brings.
const OWN: [(&str, &[&str]); 5] = [
    ("tokio", &["tokio", "mio"]),
    ("smol", &["async-task", "async-io", "polling"]),
    (
        "async-std",
        &["async-std", "async-task", "async-io", "polling"],
    ),
    (
        "embassy",
        &["embassy-executor", "embassy-time", "async-task"],
    ),
    ("pollster", &["pollster", "async-task"]),
];

/// The features that need no part of a runtime.
const NEUTRAL: &str = "fs,signal,future";

/// Returns the names of the packages that `portable` is built of, with these features.
fn tree(features: &str) -> BTreeSet<String> {
    let text = run_tree(features, "{p}");
    let names = text.lines().filter_map(|line| line.split(' ').next());
    names
        .filter(|name| !name.is_empty())
        .map(String::from)
        .collect()
}

/// Returns a line for each of these packages.
fn run_tree(features: &str, format: &str) -> String {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or("cargo".into()));
    cargo
        .args(["tree", "--offline", "--package", "portable"])
        .args(["--edges", "normal", "--prefix", "none", "--format", format])
        .args(["--features", features])
        .current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = cargo.output().expect("cargo starts");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Returns the packages in the tree that only other runtimes bring.
fn foreign(runtime: &str, tree: &BTreeSet<String>) -> Vec<&'static str> {
    let of = |name| OWN.iter().find(|(runtime, _)| *runtime == name);
    let (_, own) = of(runtime).expect("it is in the table");
    let others = OWN.iter().flat_map(|(_, packages)| *packages);
    others
        .filter(|package| !own.contains(package) && tree.contains(**package))
        .copied()
        .collect()
}

#[test]
fn nothing_of_one_runtime_is_in_the_tree_of_another() {
    for (runtime, _) in OWN {
        for features in [runtime.into(), format!("{runtime},{NEUTRAL}")] {
            let tree = tree(&features);
            assert!(tree.contains("portable-runtime-shim"), "{tree:?}");
            assert_eq!(foreign(runtime, &tree), [""; 0], "with {features}");
        }
    }
}

#[test]
fn sockets_and_processes_bring_the_reactor_of_their_runtime_alone() {
    for (runtime, _) in OWN {
        let tree = tree(&format!("{runtime},net,process,{NEUTRAL}"));
        let mut foreign = foreign(runtime, &tree);
        if matches!(runtime, "embassy" | "pollster") {
            // These runtimes have no reactor of their own.
            foreign.retain(|package| !["async-io", "polling"].contains(package));
            assert!(tree.contains("async-io"), "on {runtime}: {tree:?}");
        }
        assert_eq!(foreign, [""; 0], "on {runtime}");
        assert_eq!(
            tree.contains("mio"),
            runtime == "tokio",
            "on {runtime}: {tree:?}"
        );
    }
}

#[test]
fn what_is_taken_from_tokio_elsewhere_brings_no_reactor_of_it() {
    for (runtime, _) in OWN {
        if runtime == "tokio" {
            continue;
        }
        let tree = tree(&format!(
            "{runtime},sync,select,stream,tokio-io,net,process"
        ));
        assert!(tree.contains("tokio"), "on {runtime}: {tree:?}");
        assert!(!tree.contains("mio"), "on {runtime}: {tree:?}");
    }
}

#[test]
fn a_library_without_a_runtime_builds_none() {
    let tree = tree("net,fs,process,signal,tokio-io,sync,select");
    for (runtime, packages) in OWN {
        for package in packages {
            let is_tokios_traits = *package == "tokio";
            assert!(
                !tree.contains(*package) || is_tokios_traits,
                "{package} of {runtime}: {tree:?}"
            );
        }
    }
}

#[test]
fn tokio_stream_is_in_the_tree_with_its_feature_alone() {
    for (runtime, _) in OWN {
        assert!(!tree(&format!("{runtime},sync,io")).contains("tokio-stream"));
        assert!(tree(&format!("{runtime},stream")).contains("tokio-stream"));
    }
}

#[test]
fn a_runtime_of_tokio_is_in_the_tree_with_its_feature_alone() {
    let has_runtime = |features: &str| {
        // One line for each package, with its features.
        let text = run_tree(features, "{p} {f}");
        let mut tokio = text.lines().filter(|line| line.starts_with("tokio v"));
        tokio.any(|line| line.contains("rt-multi-thread"))
    };
    let added = "sync,select,tokio-io,net,process,fs,signal,hyper";
    for (runtime, _) in OWN {
        let is_tokio = runtime == "tokio";
        assert_eq!(has_runtime(&format!("{runtime},{added}")), is_tokio);
        assert!(has_runtime(&format!("{runtime},{added},tokio-context")));
        // On Tokio it adds nothing, so the program's own choice of Tokio's features counts.
        let tree = tree(&format!("{runtime},tokio-context"));
        assert_eq!(tree.contains("mio"), !is_tokio, "on {runtime}: {tree:?}");
    }
    // A library that asks for it leaves the runtime to the program.
    assert!(!has_runtime(&format!("{added},tokio-context")));
}

#[test]
fn rayon_is_in_the_tree_with_its_feature_alone() {
    for (runtime, _) in OWN {
        assert!(!tree(&format!("{runtime},{NEUTRAL}")).contains("rayon-core"));
        let tree = tree(&format!("{runtime},rayon"));
        assert!(tree.contains("rayon-core"), "on {runtime}: {tree:?}");
        // The parallel iterators are the program's to choose.
        assert!(!tree.contains("rayon"), "on {runtime}: {tree:?}");
        assert_eq!(foreign(runtime, &tree), [""; 0], "on {runtime}");
    }
}
