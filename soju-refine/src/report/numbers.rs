//! Numbers as a person reads them.

/// `1234567` → `1,234,567`.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut shown = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.char_indices() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

/// The number and its noun: `1 document`, `2,000 documents`.
pub(super) fn counted(n: u64, noun: &str) -> String {
    format!("{} {noun}{}", grouped(n), if n == 1 { "" } else { "s" })
}

/// A share in percent with one digit. What is not all never shows as 100.0, what is not nothing never as 0.0.
pub(super) fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    match (part as f64 / whole as f64 * 1000.0).round() {
        0.0 if part > 0 => "<0.1%".to_owned(),
        1000.0 if part < whole => ">99.9%".to_owned(),
        tenths => format!("{:.1}%", tenths / 10.0),
    }
}

/// A share as a fraction of one; 0 of nothing.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A size in bytes, in powers of 1000.
pub(super) fn bytes(n: u64) -> String {
    let mut size = n as f64;
    for unit in ["B", "kB", "MB", "GB", "TB"] {
        if size < 999.5 {
            let digits = usize::from(size < 9.95 && unit != "B");
            return format!("{size:.digits$} {unit}");
        }
        size /= 1000.0;
    }
    format!("{} PB", grouped(size.round() as u64))
}

/// A time span: `0.42 s`, `12.3 s`, `4 min 05 s`, `2 h 07 min`.
pub(super) fn duration(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 9.995 {
        return format!("{seconds:.2} s");
    }
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    if whole < 3600 {
        return format!("{} min {:02} s", whole / 60, whole % 60);
    }
    format!("{} h {:02} min", grouped(whole / 3600), whole / 60 % 60)
}

/// How many a second: `0.35`, `8.1`, `1,240`.
pub(super) fn rate(per_second: f64) -> String {
    match per_second {
        r if !r.is_finite() || r < 0.0 => "–".to_owned(),
        r if r < 0.995 => format!("{r:.2}"),
        r if r < 99.95 => format!("{r:.1}"),
        r => grouped(r.round() as u64),
    }
}

/// A measured value of any unit: whole from ten on, with two digits below.
pub(super) fn measured(value: f64) -> String {
    if value.abs() < 10.0 { format!("{value:.2}") } else { format!("{value:.0}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!([0, 999, 1000, 1234567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([percent(1, 3), percent(0, 0), percent(0, 5)], ["33.3%", "–", "0.0%"]);
        assert_eq!([percent(1, 100_000), percent(99_999, 100_000)], ["<0.1%", ">99.9%"]);
        assert_eq!([0, 999, 1000, 253_115_424].map(bytes), ["0 B", "999 B", "1.0 kB", "253 MB"]);
        assert_eq!(
            [9.996, 59.96, 3599.6, 7621.0].map(duration),
            ["10.0 s", "1 min 00 s", "1 h 00 min", "2 h 07 min"]
        );
        assert_eq!([0.126, 35.0].map(measured), ["0.13", "35"]);
        assert_eq!([0.346, 8.12, 1240.4, f64::NAN].map(rate), ["0.35", "8.1", "1,240", "–"]);
    }
}
