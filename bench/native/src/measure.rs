//! Time, processor time and memory of this process, and the line that reports them.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Barrier;
use std::time::Instant;

use crate::args::Args;

/// What one worker brings back from a run.
#[derive(Default)]
pub struct Part {
    pub seconds: f64,
    /// Microseconds a round, one value for each group of rounds. Empty where rounds do not exist.
    pub laps: Vec<f64>,
    /// Records this worker accounts for; None where the program moves none.
    pub records: Option<u64>,
    /// Rounds, epochs or iterations: the unit of the rate where there are no records.
    pub rounds: u64,
    /// Further figures to report, by name.
    pub extra: Vec<(&'static str, f64)>,
    pub wrong: Option<String>,
    /// A sum that is right only when those of all workers are added: what it is, its expected value.
    pub share: Option<(u64, u64)>,
}

impl Part {
    /// Notes a failed check; the first one is kept.
    pub fn check<T: PartialEq + std::fmt::Display>(&mut self, what: &str, actual: T, expected: T) {
        if actual != expected && self.wrong.is_none() {
            self.wrong = Some(format!("wrong answer, {what}: {actual}, expected {expected}"));
        }
    }
}

/// Lets all workers start together, and takes processor time of the timed part alone.
pub struct Gate {
    barrier: Barrier,
    cpu_before: AtomicU64,
    cpu_after: AtomicU64,
}

impl Gate {
    pub fn new(workers: usize) -> Self {
        let barrier = Barrier::new(workers);
        Gate { barrier, cpu_before: AtomicU64::new(0), cpu_after: AtomicU64::new(0) }
    }

    /// Runs `work` on every worker at once and returns this worker's seconds.
    pub fn time(&self, work: impl FnOnce()) -> f64 {
        if self.barrier.wait().is_leader() {
            self.cpu_before.store(cpu_micros(), Ordering::SeqCst);
        }
        let start = Instant::now();
        work();
        let seconds = start.elapsed().as_secs_f64();
        if self.barrier.wait().is_leader() {
            self.cpu_after.store(cpu_micros(), Ordering::SeqCst);
        }
        seconds
    }

    pub fn cpu_seconds(&self) -> f64 {
        let before = self.cpu_before.load(Ordering::SeqCst);
        let after = self.cpu_after.load(Ordering::SeqCst);
        after.saturating_sub(before) as f64 / 1e6
    }
}

/// Runs `round` for 0..total and returns microseconds a round for each group of `group` rounds.
/// One reading of the clock ends a group and begins the next.
pub fn time_rounds(total: u64, group: usize, mut round: impl FnMut(u64)) -> Vec<f64> {
    let group = group as u64;
    let mut laps = Vec::with_capacity((total / group) as usize);
    let mut next = 0;
    let mut before = Instant::now();
    while next + group <= total {
        for index in next..next + group {
            round(index);
        }
        next += group;
        let now = Instant::now();
        laps.push((now - before).as_nanos() as f64 / 1e3 / group as f64);
        before = now;
    }
    for index in next..total {
        round(index);
    }
    laps
}

/// The value below which `share` of the samples lie (nearest rank).
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

pub fn sorted(mut laps: Vec<f64>) -> Vec<f64> {
    laps.sort_by(f64::total_cmp);
    laps
}

fn cpu_micros() -> u64 {
    // SAFETY: getrusage only writes into the structure it is given.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let micros = |time: libc::timeval| time.tv_sec as u64 * 1_000_000 + time.tv_usec as u64;
    micros(usage.ru_utime) + micros(usage.ru_stime)
}

/// `VmHWM` (the peak) or `VmRSS` (now) of this process in MB; None where there is no /proc.
pub fn memory_mb(field: &str) -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(field))?;
    let kib: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib * 1024.0 / 1e6)
}

/// Which settings of the C library's allocator this process runs under.
fn malloc_settings() -> String {
    let is_setting = |name: &str| name.starts_with("MALLOC_") || name == "GLIBC_TUNABLES";
    let mut set: Vec<String> = std::env::vars()
        .filter(|(name, _)| is_setting(name))
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    set.sort();
    if set.is_empty() {
        "default".to_owned()
    } else {
        set.join(" ")
    }
}

/// The line of a run: the same names as Meander's own harness, then what only this side knows.
pub fn line(args: &Args, parts: Vec<Part>, cpu_seconds: f64) -> String {
    let seconds = parts.iter().map(|part| part.seconds).fold(0.0, f64::max);
    let records = parts.iter().map(|part| part.records).sum::<Option<u64>>();
    let rounds = parts.first().map_or(0, |part| part.rounds);
    let rate = records.unwrap_or(rounds) as f64 / seconds;
    let extra = parts.first().map_or(Vec::new(), |part| part.extra.clone());
    let laps = sorted(parts.into_iter().next().map_or(Vec::new(), |part| part.laps));
    let given: Vec<String> = args.given.iter().map(|word| quote_word(word)).collect();
    let mut fields = vec![
        format!("\"name\":\"{}\"", args.name),
        format!("\"args\":[{}]", given.join(",")),
        format!("\"workers\":{}", args.workers),
        format!("\"records\":{}", records.map_or("null".to_owned(), |count| count.to_string())),
        format!("\"seconds\":{}", number(Some(seconds))),
        format!("\"cpu_seconds\":{}", number(Some(cpu_seconds))),
        format!("\"rate\":{}", number(Some(rate))),
        format!("\"p50_us\":{}", number(quantile(&laps, 0.5))),
        format!("\"p99_us\":{}", number(quantile(&laps, 0.99))),
        format!("\"peak_rss_mb\":{}", number(memory_mb("VmHWM:"))),
    ];
    fields.extend(extra.iter().map(|(name, value)| format!("\"{name}\":{}", number(Some(*value)))));
    fields.push(format!("\"malloc\":\"{}\"", malloc_settings()));
    format!("{{{}}}", fields.join(","))
}

fn quote_word(word: &str) -> String {
    if word.parse::<u64>().is_ok() {
        word.to_owned()
    } else {
        format!("\"{word}\"")
    }
}

fn number(value: Option<f64>) -> String {
    match value {
        Some(value) if value.is_finite() => format!("{}", (value * 1e6).round() / 1e6),
        _ => "null".to_owned(),
    }
}
