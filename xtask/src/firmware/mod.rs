//! Runs the demonstration in `examples/firmware` on the desk and on emulated boards, and compares its
//! size on one with that of the same program on Embassy's own interface. Then runs the program of the
//! firmware page.

mod page;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{Result, cargo, output, root, shown, stdout, step, table};
use crate::toolchain::Toolchain;

/// The target of the firmware page, and of the board on which the size is compared.
const TARGET: &str = "thumbv7m-none-eabi";
const TRACE: &str = "examples/firmware/trace.txt";

/// A board as QEMU has it.
struct Board {
    name: &'static str,
    target: &'static str,
    /// The folder of `examples/firmware/` with the firmware.
    folder: &'static str,
    programs: &'static [&'static str],
    qemu: &'static str,
    /// The package of Debian with the emulator.
    package: &'static str,
    options: &'static [&'static str],
}

const SEMIHOSTING: &str = "enable=on,target=native";

const BOARDS: [Board; 3] = [
    Board {
        name: "a Cortex-M3",
        target: TARGET,
        folder: "cortex-m",
        programs: &["portable", "native"],
        qemu: "qemu-system-arm",
        package: "qemu-system-arm",
        options: &["-machine", "mps2-an385", "-semihosting-config", SEMIHOSTING],
    },
    Board {
        name: "a Cortex-M0",
        target: "thumbv6m-none-eabi",
        folder: "cortex-m",
        programs: &["portable", "native"],
        qemu: "qemu-system-arm",
        package: "qemu-system-arm",
        options: &["-machine", "microbit", "-semihosting-config", SEMIHOSTING],
    },
    Board {
        name: "RISC-V",
        target: "riscv32imac-unknown-none-elf",
        folder: "riscv",
        programs: &["portable"],
        qemu: "qemu-system-riscv32",
        package: "qemu-system-misc",
        options: &["-machine", "virt", "-bios", "none", "-monitor", "none"],
    },
];

/// The runtimes of the demonstration on the desk.
const DESK: [&str; 2] = ["tokio", "embassy"];

/// The bytes that portable may add: to the flash, the larger of the first two limits, and to the
/// RAM.
const TEXT_PER_CENT: u64 = 10;
const TEXT: u64 = 2048;
const BSS: u64 = 1024;

/// The seconds after which an emulator that has not ended is stopped.
const LIMIT: &str = "60";

pub fn firmware() -> Result {
    let path = root().join(TRACE);
    let trace =
        fs::read_to_string(&path).map_err(|error| format!("cannot read {TRACE}: {error}"))?;
    for runtime in DESK {
        // The target folder is another one, where no other build replaces the program before it is
        // run.
        let package = [
            &["--package", "firmware-demo", "--features", runtime][..],
            &["--target-dir", "target/firmware"],
        ]
        .concat();
        step(cargo(&[&["build"], &package[..]].concat()))?;
        let mut program = cargo(&[&["run", "--quiet"], &package[..]].concat());
        compare(&format!("on the desk, {runtime}"), &mut program, &trace)?;
    }

    for board in &BOARDS {
        board.has_qemu()?;
        let programs = board.build()?;
        for (name, program) in board.programs.iter().zip(&programs) {
            let name = format!("on {}, {name}", board.name);
            compare(&name, &mut board.emulator(program), &trace)?;
        }
        if let (TARGET, [portable, native]) = (board.target, &programs[..]) {
            sizes(portable, native)?;
        }
    }
    page::check()
}

/// Runs a program and compares its output, byte for byte.
fn compare(name: &str, program: &mut Command, wanted: &str) -> Result {
    let printed = output(program)?;
    if printed.status.success() && printed.stdout == wanted.as_bytes() {
        eprintln!("ok   {name}");
        return Ok(());
    }
    Err(format!(
        "{name}: another text, or another end\n{}: {}\n--- wanted\n{wanted}--- printed\n{}\
         --- errors\n{}",
        shown(program),
        printed.status,
        String::from_utf8_lossy(&printed.stdout),
        String::from_utf8_lossy(&printed.stderr),
    ))
}

impl Board {
    /// Builds the firmwares, and returns their paths.
    fn build(&self) -> Result<Vec<PathBuf>> {
        let toolchain = Toolchain::of(self.target)?;
        eprintln!("\n{}: {}", self.target, toolchain.name());
        let manifest = format!("examples/firmware/{}/Cargo.toml", self.folder);
        let mut build = toolchain.cargo("build", self.target);
        build
            .args(["--release", "--locked", "--manifest-path", &manifest])
            .args(["--target-dir", "target/firmware"])
            .env("RUSTFLAGS", flags());
        step(build)?;
        let folder = root().join("target/firmware").join(self.target);
        let path = |name| folder.join("release").join(name);
        Ok(self.programs.iter().map(path).collect())
    }

    /// Returns a QEMU with virtual time, in which a run is the same on every machine.
    fn emulator(&self, program: &Path) -> Command {
        let mut command = Command::new("timeout");
        command
            .args([LIMIT, self.qemu, "-nographic"])
            .args(self.options)
            .args(["-icount", "shift=6,sleep=off"])
            .arg("-kernel")
            .arg(program);
        command
    }

    fn has_qemu(&self) -> Result {
        let Self { qemu, package, .. } = self;
        let printed = stdout(Command::new(qemu).arg("--version"));
        printed.map(drop).map_err(|error| {
            format!("{error}; on Debian: apt-get install --no-install-recommends {package}")
        })
    }
}

/// Returns the flags of rustc for the firmwares.
fn flags() -> String {
    // The messages of panics name files. The prefix is replaced, so that they have the same length in
    // every checkout.
    format!("--remap-path-prefix={}=.", root().display())
}

#[derive(Clone, Copy)]
struct Size {
    text: u64,
    data: u64,
    bss: u64,
}

/// Prints the sizes, and fails if portable costs more than it may.
fn sizes(portable: &Path, native: &Path) -> Result {
    let (ours, theirs) = (size(portable)?, size(native)?);
    let mut rows = vec![
        ["firmware", "text", "data", "bss"]
            .map(String::from)
            .to_vec(),
    ];
    for (name, size) in [("portable", ours), ("native", theirs)] {
        let numbers = [size.text, size.data, size.bss].map(|bytes| bytes.to_string());
        rows.push([&[name.to_string()][..], &numbers].concat());
    }
    let more = [
        (ours.text, theirs.text),
        (ours.data, theirs.data),
        (ours.bss, theirs.bss),
    ]
    .map(|(ours, theirs)| format!("{:+}", ours as i64 - theirs as i64));
    rows.push([&["more".to_string()][..], &more].concat());
    println!();
    table(&rows);

    // Initialised data takes space in the flash, and again in the RAM that it is copied to.
    let flash = |size: Size| size.text + size.data;
    let ram = |size: Size| size.data + size.bss;
    let allowed = TEXT.max(flash(theirs) * TEXT_PER_CENT / 100);
    let mut broken = Vec::new();
    for (what, ours, theirs, allowed) in [
        ("flash", flash(ours), flash(theirs), allowed),
        ("RAM", ram(ours), ram(theirs), BSS),
    ] {
        if ours > theirs + allowed {
            broken.push(format!(
                "portable takes {} bytes of {what} more than the native firmware, and may take \
                 {allowed}",
                ours - theirs
            ));
        }
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(broken.join("\n")),
    }
}

/// Returns the output of binutils' `size`, or of the same tool of LLVM and of rustup's
/// `llvm-tools`.
fn printed_size(program: &Path, options: &[&str]) -> Result<String> {
    ["size", "llvm-size", "rust-size"]
        .iter()
        .find_map(|tool| stdout(Command::new(tool).args(options).arg(program)).ok())
        .ok_or("no `size`: on Debian: apt-get install --no-install-recommends binutils".into())
}

fn size(program: &Path) -> Result<Size> {
    let printed = printed_size(program, &[])?;
    // The output is a line of names, and one of numbers: text, data, bss, and their sum.
    let numbers: Vec<u64> = printed
        .lines()
        .nth(1)
        .unwrap_or_default()
        .split_whitespace()
        .map_while(|word| word.parse().ok())
        .collect();
    match numbers[..] {
        [text, data, bss, ..] => Ok(Size { text, data, bss }),
        _ => Err(format!("`size` printed something else:\n{printed}")),
    }
}
