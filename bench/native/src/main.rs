//! Meander's benchmark programs on the public crate timely.
//!
//! `meander-bench-native NAME ARGS… [-w WORKERS] [--group ROUNDS] [--open-times N] [--serve]`
//! prints one JSON object on one line for a run. With `--serve` it makes a run for every line read
//! from standard input, so that a harness can let two systems take turns in warm processes.

mod args;
mod measure;
mod programs;
mod random_graph;

use std::io::BufRead;
use std::process::exit;

use args::Args;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let args = Args::parse(&words).unwrap_or_else(|message| fail(&message, 2));
    if args.serve {
        for line in std::io::stdin().lock().lines() {
            if line.is_err() {
                return;
            }
            report(&args);
        }
    } else {
        report(&args);
    }
}

fn report(args: &Args) {
    match programs::run(args) {
        Ok(line) => println!("{line}"),
        Err(programs::Failure::Usage(message)) => fail(&message, 2),
        Err(programs::Failure::Run(message)) => fail(&message, 1),
    }
}

fn fail(message: &str, code: i32) -> ! {
    eprintln!("{message}");
    exit(code)
}
