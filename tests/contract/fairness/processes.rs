//! Child processes that are always ready (contract 22).

use std::process::Stdio;

use crate::common::always_ready::is_fair;
use crate::common::on_both_flavors;
use portable::io::AsyncReadExt;
use portable::process::Command;

on_both_flavors! {
    the_status_of_a_child_that_has_ended,
    a_pipe_of_a_fast_child,
    a_program_that_is_not_there,
}

async fn the_status_of_a_child_that_has_ended() {
    is_fair(|stop| async move {
        let mut child = Command::new("true").spawn().unwrap();
        while !stop.is_set() {
            assert!(child.wait().await.unwrap().success());
        }
    })
    .await;
}

async fn a_pipe_of_a_fast_child() {
    is_fair(|stop| async move {
        let mut command = Command::new("cat");
        command
            .arg("/dev/zero")
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        let mut child = command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        while !stop.is_set() {
            stdout.read_exact(&mut [0; 16]).await.unwrap();
        }
    })
    .await;
}

/// A loop that waits for a program to be installed tries it again and again.
async fn a_program_that_is_not_there() {
    is_fair(|stop| async move {
        let mut command = Command::new("/there/is/no/such/program");
        while !stop.is_set() {
            command.status().await.unwrap_err();
            command.output().await.unwrap_err();
        }
    })
    .await;
}
