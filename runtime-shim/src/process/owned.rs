use std::io;
use std::mem;
use std::process::ExitStatus;

#[cfg(unix)]
use super::exit::Exit;
#[cfg(unix)]
use super::orphans;
#[cfg(windows)]
use super::windows::exit::Exit;
use crate::task::consume_budget;

/// A child, or its exit status.
#[derive(Debug)]
pub(super) struct Process {
    // Ends before the child's handle is closed.
    exit: Exit,
    state: State,
    kill_on_drop: bool,
}

#[derive(Debug)]
enum State {
    /// Running as far as is known.
    Running(std::process::Child),
    Ended(ExitStatus),
}

impl Process {
    pub(super) fn new(child: std::process::Child, kill_on_drop: bool) -> Self {
        Self {
            state: State::Running(child),
            exit: Exit::default(),
            kill_on_drop,
        }
    }

    pub(super) fn id(&self) -> Option<u32> {
        match &self.state {
            State::Running(child) => Some(child.id()),
            State::Ended(_) => None,
        }
    }

    pub(super) fn try_wait(&mut self) -> io::Result<Option<ExitStatus>> {
        match &mut self.state {
            State::Running(child) => {
                let ended = child.try_wait()?;
                if let Some(status) = ended {
                    self.exit = Exit::default();
                    self.state = State::Ended(status);
                }
                Ok(ended)
            }
            State::Ended(status) => Ok(Some(*status)),
        }
    }

    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        // A paused clock does not see what another process does.
        #[cfg(feature = "test-util")]
        let _hold = crate::time::hold();
        loop {
            if let Some(status) = self.try_wait()? {
                // This is ready at once, so it spends budget.
                consume_budget().await;
                return Ok(status);
            }
            if let State::Running(child) = &self.state {
                self.exit.may_have_come(child).await?;
            }
        }
    }

    pub(super) fn kill(&mut self) -> io::Result<()> {
        // Checks the child first: if other code has collected its status, its id may belong to
        // another process.
        self.try_wait()?;
        match &mut self.state {
            State::Running(child) => child.kill(),
            State::Ended(_) => Ok(()),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.exit = Exit::default();
        let ended = State::Ended(ExitStatus::default());
        if let State::Running(mut child) = mem::replace(&mut self.state, ended)
            && let Ok(None) = child.try_wait()
        {
            if self.kill_on_drop {
                let _ = child.kill();
            }
            #[cfg(unix)]
            orphans::adopt(child);
        }
    }
}
