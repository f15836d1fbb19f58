use metrics::{counter, gauge, with_local_recorder};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusRecorder};
use portable::runtime::RuntimeMetrics;

/// Writes the metrics of a runtime in the text format of Prometheus.
#[derive(Debug)]
pub struct Exporter {
    metrics: RuntimeMetrics,
    recorder: PrometheusRecorder,
}

impl Exporter {
    /// Makes an exporter of these metrics.
    pub fn new(metrics: RuntimeMetrics) -> Self {
        let recorder = PrometheusBuilder::new().build_recorder();
        Self { metrics, recorder }
    }

    /// Reads the metrics and returns the text.
    pub fn text(&self) -> String {
        with_local_recorder(&self.recorder, || record(&self.metrics));
        self.recorder.handle().render()
    }
}

fn record(metrics: &RuntimeMetrics) {
    counter!("portable_tasks_spawned_total").absolute(metrics.spawned_tasks_count());
    for (ended, count) in [
        ("finished", metrics.finished_tasks_count()),
        ("cancelled", metrics.cancelled_tasks_count()),
        ("panicked", metrics.panicked_tasks_count()),
    ] {
        counter!("portable_tasks_ended_total", "how" => ended).absolute(count);
    }
    set("portable_tasks_alive", metrics.num_alive_tasks());
    set("portable_queue_depth", metrics.global_queue_depth());
    set("portable_blocking_threads", metrics.num_blocking_threads());
    set("portable_closures_running", metrics.num_running_closures());
    set("portable_closures_queued", metrics.blocking_queue_depth());
    set(
        "portable_watched_descriptors",
        metrics.num_watched_descriptors(),
    );
    if let Some(timers) = metrics.num_timers() {
        set("portable_timers", timers);
    }
    for worker in 0..metrics.num_workers() {
        let busy = metrics.worker_total_busy_duration(worker);
        let busy = u64::try_from(busy.as_micros()).unwrap_or(u64::MAX);
        let parks = metrics.worker_park_count(worker);
        let worker = worker.to_string();
        counter!("portable_worker_busy_microseconds_total", "worker" => worker.clone())
            .absolute(busy);
        counter!("portable_worker_parks_total", "worker" => worker).absolute(parks);
    }
}

fn set(name: &'static str, value: usize) {
    gauge!(name).set(value as f64);
}
