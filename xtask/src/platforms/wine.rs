//! Wine, and a file that Debian's lacks.

use std::fs;
use std::process::Command;

use crate::run::{Result, root, step};

const WINE: &str = "/usr/lib/wine/wine64";

/// The standard library takes its random numbers from this file, which wine 8 does not have. Without
/// it a program ends at its start.
const RANDOM: &str = "\
#include <windows.h>
BOOLEAN WINAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE bytes, SIZE_T len) {
    return SystemFunction036(bytes, (ULONG)len);
}
";

/// Makes a folder in which wine keeps its state, and returns the command that runs a program.
pub(super) fn runner() -> Result<String> {
    let folder = root().join("target/platforms/wine");
    let prefix = folder.join("prefix");
    let system = prefix.join("drive_c/windows/system32");
    let failed = |error| format!("cannot write to {}: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(failed)?;
    if !system.is_dir() {
        let mut boot = Command::new("timeout");
        boot.args(["300", WINE, "wineboot", "--init"])
            .env("WINEPREFIX", &prefix)
            .env("WINEDEBUG", "-all")
            .env("DISPLAY", "");
        step(boot)?;
    }
    let source = folder.join("random.c");
    fs::write(&source, RANDOM).map_err(failed)?;
    let mut compile = Command::new("x86_64-w64-mingw32-gcc");
    compile
        .args(["-shared", "-O1", "-o"])
        .arg(system.join("bcryptprimitives.dll"))
        .arg(&source)
        .arg("-ladvapi32");
    step(compile)?;
    Ok(format!(
        "env WINEPREFIX={} WINEDEBUG=-all DISPLAY= {WINE}",
        prefix.display()
    ))
}
