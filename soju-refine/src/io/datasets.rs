//! Presets for corpora: how each is laid out, where its text is, whose it is.
//!
//! The list is `datasets.toml` beside this file. A preset holds no data and fetches none. Licences and
//! addresses were looked up, not guessed: what was not found says `unconfirmed`, and whoever uses a
//! corpus reads its own terms.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::Layout;
use super::mapping::{Mapping, TextField};

static ALL: LazyLock<Vec<Dataset>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct File {
        dataset: Vec<Dataset>,
    }
    let file: File = toml::from_str(include_str!("datasets.toml")).expect("a test reads the list");
    file.dataset
});

/// A corpus that soju can read by its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dataset {
    /// The name on the command line.
    pub name: String,
    /// What it is.
    pub title: String,
    /// How its files are laid out.
    #[serde(rename = "format")]
    pub layout: Layout,
    /// The fields that hold the text; several are joined by line feeds. Empty is the layout's own.
    #[serde(default)]
    pub text: Vec<String>,
    /// The field of the identifier, where it is not `id`.
    #[serde(default)]
    pub id: Option<String>,
    /// The columns of a table.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Whether the first line of a table names the columns.
    #[serde(default = "yes")]
    pub header: bool,
    /// What stands between columns, where it is not what the layout says.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// Split rows at the last delimiters only: the text may hold more.
    #[serde(default)]
    pub split_last: bool,
    /// Line feeds are written as a backslash and an n.
    #[serde(default)]
    pub newline_escapes: bool,
    /// Names of files that give the corpus away, as globs; any compression may follow.
    #[serde(default)]
    pub files: Vec<String>,
    /// The licence, by its SPDX identifier where it has one; `unconfirmed` where it was not found.
    pub licence: String,
    /// Where it is.
    pub address: String,
    /// What a user should know.
    #[serde(default)]
    pub note: String,
}

fn yes() -> bool {
    true
}

impl Dataset {
    /// Every corpus, sorted by name.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The corpus of that name, whatever the case.
    pub fn named(name: &str) -> Option<&'static Self> {
        ALL.iter().find(|dataset| dataset.name.eq_ignore_ascii_case(name))
    }

    /// The name that is most like `name`, for a message.
    pub fn nearest(name: &str) -> Option<&'static str> {
        let alike = |d: &&Self| strsim::jaro_winkler(name, &d.name);
        let nearest = ALL.iter().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
        (alike(&nearest) > 0.7).then_some(&nearest.name)
    }

    /// The corpus that a file's name gives away.
    pub fn of_file(name: &str) -> Option<&'static Self> {
        let file = name.rsplit(['/', '\\']).next()?;
        let bare =
            [".gz", ".zst", ".xz", ".bz2"].iter().find_map(|ext| file.strip_suffix(ext)).unwrap_or(file);
        ALL.iter().find(|dataset| {
            dataset.files.iter().any(|glob| glob::Pattern::new(glob).is_ok_and(|glob| glob.matches(bare)))
        })
    }

    pub(super) fn delimiter_byte(&self) -> Option<u8> {
        self.delimiter.and_then(|c| u8::try_from(c).ok())
    }

    pub(super) fn mapping(&'static self) -> Mapping {
        let text = match self.text.as_slice() {
            [] => TextField::Auto,
            [one] => TextField::Named(one.as_str().into()),
            several => TextField::Joined(several.iter().map(|name| Arc::from(name.as_str())).collect()),
        };
        Mapping {
            text,
            id: self.id.as_deref().unwrap_or("id").into(),
            schema: Some(&self.name),
            newline_escapes: self.newline_escapes,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::io::{Input, ReadOptions, reader};

    #[test]
    fn the_list_is_sound() {
        let mut names = HashSet::new();
        for dataset in Dataset::all() {
            let name = &dataset.name;
            assert!(names.insert(name), "{name} stands twice");
            assert!(Layout::named(name).is_err(), "{name} is a layout");
            assert!(
                name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name}"
            );
            assert!(!dataset.licence.is_empty() && !dataset.title.is_empty(), "{name}");
            assert!(dataset.address.starts_with("https://"), "{name}: {}", dataset.address);
            let missing = dataset.text.iter().find(|text| !dataset.columns.contains(text));
            assert!(dataset.columns.is_empty() || missing.is_none(), "{name} has no column {missing:?}");
            assert!(dataset.header || !dataset.columns.is_empty(), "{name} names no columns");
            assert!(dataset.delimiter.is_none_or(|c| c.is_ascii()), "{name}");
            for glob in &dataset.files {
                glob::Pattern::new(glob).unwrap();
            }
        }
        let sorted = Dataset::all().is_sorted_by(|a, b| a.name < b.name);
        assert!(sorted, "the list is not sorted by name");
    }

    /// The first record of a file that holds `text`, read by the preset.
    fn first(name: &str, text: &str) -> (String, Option<&'static str>, Option<String>) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("file");
        std::fs::write(&path, text).unwrap();
        let options = ReadOptions::default().format(name).unwrap();
        let mut reader = reader::open(&Input::file(&path).unwrap(), &options).unwrap();
        match reader.next_record().unwrap().unwrap() {
            reader::Raw::Rejected(rejection) => panic!("{name}: {rejection:?}"),
            reader::Raw::Record(raw) => {
                let record = raw.parse().unwrap_or_else(|rejection| panic!("{name}: {rejection:?}"));
                (record.text, record.reading.schema, record.id)
            }
        }
    }

    #[test]
    fn presets_read_what_their_corpora_hold() {
        let cases = [
            (
                "nsmc",
                "id\tdocument\tlabel\n9976970\t아 더빙.. 진짜 짜증나네요\t0\n",
                "아 더빙.. 진짜 짜증나네요",
            ),
            ("chatbot-data", "Q,A,label\n12시 땡!,하루가 또 가네요.,0\n", "12시 땡!\n하루가 또 가네요."),
            ("beep", "comments\tcontain_gender_bias\tbias\thate\n좋다\tFalse\tothers\tnone\n", "좋다"),
            ("k-mhas", "document\tlabel\n\"그래\"\t\"2,3\"\n", "\"그래\""),
            ("curse-detection", "이건 a|b 다|0\n", "이건 a|b 다"),
            ("kote", "39087\t내가 톰\t3,4\n", "내가 톰"),
            ("3i4k", "1\t오늘 비가 온다\n", "오늘 비가 온다"),
            ("kornli", "sentence1\tsentence2\tgold_label\n가\t나\tneutral\n", "가\n나"),
            ("klue-sts", "[{\"guid\":\"k1\",\"sentence1\":\"가\",\"sentence2\":\"나\"}]", "가\n나"),
            ("klue-ynat", "[\n {\"guid\":\"y1\",\"title\":\"제목\"}\n]", "제목"),
            (
                "korquad-1",
                "{\"data\":[{\"paragraphs\":[{\"context\":\"글\",\"qas\":[]}],\"title\":\"t\"}]}",
                "글",
            ),
            ("petitions", "{\"category\":\"a\",\"content\":\"청원\",\"petition_idx\":21}\n", "청원"),
            ("kowikitext", " = 수학 = \n수학은 학문이다.\n", "수학은 학문이다."),
            (
                "sci-news-sum-kr",
                "{\"title\":\"t\",\"sentences\":[\"가.\",\"나.\"],\"summaries\":[]}",
                "가.\n나.",
            ),
            ("madlad-400", "{\"text\":\"가\\\\n나\"}\n", "가\n나"),
            ("cc-100", "가\n나\n\n다\n", "가\n나"),
            ("oscar-2301", "{\"content\":\"가\",\"warc_headers\":{},\"metadata\":{}}\n", "가"),
            ("ud-korean", "# text = 갔다 .\n1\t갔다\n\n", "갔다 ."),
        ];
        for (name, text, expected) in cases {
            let (text, schema, _) = first(name, text);
            assert_eq!((text.as_str(), schema), (expected, Some(name)));
        }
        assert_eq!(first("klue-ynat", "[{\"guid\":\"y1\",\"title\":\"제목\"}]").2.as_deref(), Some("y1"));
    }

    #[test]
    fn names_of_files_give_some_away_and_others_not() {
        let of = |name: &str| Dataset::of_file(name).map(|d| d.name.as_str());
        assert_eq!(of("data/ratings_train.txt"), Some("nsmc"));
        assert_eq!(of("ko.txt.xz"), Some("cc-100"));
        assert_eq!(of("madlad/clean_docs_v2-00000-of-00007.jsonl.gz"), Some("madlad-400"));
        assert_eq!(of("notes.txt"), None);
        assert_eq!(of("ko.jsonl"), None);
        assert_eq!(Dataset::nearest("nsmd"), Some("nsmc"));
    }
}
