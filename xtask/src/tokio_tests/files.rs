//! The files with Tokio's tests, and where Cargo has put them.

use std::path::PathBuf;

use serde_json::Value;

use super::package::Package;
use crate::run::{Result, stdout};

/// The files of tokio, and those of tokio-util after a `util:`. Left out are those that test one of
/// Tokio's own parts alone, without a task, a socket or a timer, and those of unstable features.
const FILES: &str = "
    task_abort task_blocking task_id task_join_set task_local task_local_set task_panic task_yield_now
    join_handle_panic coop_budget
    time_interval time_panic time_pause time_rt time_sleep time_timeout test_clock
    macros_join macros_pin macros_rename_test macros_select macros_test macros_try_join
    no_rt rt_basic rt_blocking_thread_exhaust rt_busy_tick rt_common rt_common_before_park rt_handle
    rt_handle_block_on rt_local rt_metrics rt_panic rt_shutdown_err rt_spawn_blocking rt_threaded
    rt_time_start_paused rt_worker_index async_send_sync unwindsafe
    tcp_accept tcp_accept_ready tcp_connect tcp_echo tcp_into_split tcp_into_std tcp_peek tcp_shutdown
    tcp_socket tcp_split tcp_stream udp
    uds_cred uds_datagram uds_socket uds_split uds_stream unix_shutdown
    net_bind_resource net_lookup_host net_panic net_quickack net_unix_pipe
    fs fs_canonicalize_dir fs_copy fs_dir fs_file fs_file_join_error fs_link fs_open_options
    fs_remove_dir_all fs_remove_file fs_rename fs_try_exists fs_write
    process_arg0 process_change_of_runtime process_issue_2174 process_issue_42 process_issue_7144
    process_issue_8042 process_kill_after_wait process_kill_on_drop process_smoke
    signal_ctrl_c signal_drop_recv signal_drop_rt signal_drop_signal signal_info signal_multi_rt
    signal_no_rt signal_notify_both signal_panic signal_realtime signal_twice signal_usr1
    io_async_fd io_copy io_copy_bidirectional io_driver io_driver_drop io_lines io_panic io_split
    buffered duplex_stream
    sync_barrier sync_broadcast sync_mpsc sync_mutex sync_mutex_owned sync_notify sync_once_cell
    sync_oneshot sync_panic sync_rwlock sync_semaphore sync_watch
    util:abort_on_drop util:sync_cancellation_token util:task_tracker
";

/// The files that CI runs: of each part of Tokio those that are short.
pub(super) const FEW: &str = "
    task_abort task_id task_join_set macros_test tcp_accept udp uds_split fs_file process_smoke
    rt_handle time_timeout util:task_tracker
";

pub(super) fn all() -> Vec<String> {
    names(FILES)
}

pub(super) fn names(list: &str) -> Vec<String> {
    list.split_whitespace().map(String::from).collect()
}

/// The folders of the packages that the files are in.
pub(super) struct Sources {
    pub(super) tokio: PathBuf,
    util: PathBuf,
    /// The versions of both.
    pub(super) versions: String,
}

impl Sources {
    /// Asks Cargo, which downloads the packages if they are not there.
    pub(super) fn find(package: &Package) -> Result<Self> {
        let mut metadata = package.cargo(&["metadata", "--format-version", "1"]);
        let metadata: Value = serde_json::from_str(&stdout(&mut metadata)?)
            .map_err(|error| format!("cargo metadata: {error}"))?;
        let find = |name: &str| -> Result<(PathBuf, String)> {
            let packages = metadata["packages"].as_array().into_iter().flatten();
            // The package of ours with the other name comes from no registry.
            let is_it = |package: &&Value| package["name"] == name && package["source"].is_string();
            let package = packages.filter(is_it).reduce(|_, last| last);
            let text = |key: &str| Some(package?[key].as_str()?.to_string());
            let (Some(manifest), Some(version)) = (text("manifest_path"), text("version")) else {
                return Err(format!("{name} is no dependency of portable-tokio"));
            };
            let folder = PathBuf::from(manifest);
            Ok((folder.parent().unwrap_or(&folder).to_path_buf(), version))
        };
        let ((tokio, version), (util, of_util)) = (find("tokio")?, find("tokio-util")?);
        let versions = format!("tokio {version} and tokio-util {of_util}");
        Ok(Self {
            tokio,
            util,
            versions,
        })
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        let (package, file) = match name.strip_prefix("util:") {
            Some(file) => (&self.util, file),
            None => (&self.tokio, name),
        };
        package.join("tests").join(format!("{file}.rs"))
    }
}
