//! The command line: a program's name, its numbers and words in order, and a few options.

pub struct Args {
    pub name: String,
    /// The positional arguments as given, for the report.
    pub given: Vec<String>,
    numbers: Vec<u64>,
    words: Vec<String>,
    pub workers: usize,
    /// How many consecutive rounds make one latency sample.
    pub group: usize,
    pub open_times: Option<usize>,
    pub serve: bool,
}

impl Args {
    pub fn parse(tokens: &[String]) -> Result<Args, String> {
        let mut args = Args {
            name: String::new(),
            given: Vec::new(),
            numbers: Vec::new(),
            words: Vec::new(),
            workers: 1,
            group: 1,
            open_times: None,
            serve: false,
        };
        let mut rest = tokens.iter();
        while let Some(token) = rest.next() {
            match token.as_str() {
                "-w" => args.workers = count(token, rest.next())?,
                "--group" => args.group = count(token, rest.next())?,
                "--open-times" => args.open_times = Some(count(token, rest.next())?),
                "--serve" => args.serve = true,
                flag if flag.starts_with('-') => return Err(format!("unknown flag {flag}")),
                name if args.name.is_empty() => args.name = name.to_owned(),
                word => args.positional(word),
            }
        }
        Ok(args)
    }

    fn positional(&mut self, word: &str) {
        self.given.push(word.to_owned());
        match word.parse() {
            Ok(number) => self.numbers.push(number),
            Err(_) => self.words.push(word.to_owned()),
        }
    }

    /// Exactly `N` numbers and at most the words named; `usage` names them for the message.
    pub fn expect<const N: usize>(
        &self,
        usage: &str,
        allowed: &[&str],
    ) -> Result<[u64; N], String> {
        let complaint = || format!("usage: {} {usage}", self.name);
        if !self.words.iter().all(|word| allowed.contains(&word.as_str())) {
            return Err(complaint());
        }
        self.numbers.clone().try_into().map_err(|_| complaint())
    }

    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|given| given == word)
    }
}

fn count(flag: &str, value: Option<&String>) -> Result<usize, String> {
    match value.map(|text| text.parse()) {
        Some(Ok(number)) if number > 0 => Ok(number),
        _ => Err(format!("{flag} needs a number above 0")),
    }
}
