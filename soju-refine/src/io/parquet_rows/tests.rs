use std::fs::{self, File};
use std::path::Path;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int32Array, Int64Array, StringArray,
    TimestampMillisecondArray,
};
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::io::{Record, RejectKind, Rejection, reader};

fn write(path: &Path, columns: Vec<(&str, ArrayRef)>, group_rows: usize) {
    let batch =
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(n, a)| (n, a, true))).unwrap();
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group_rows))
        .set_data_page_row_count_limit(16)
        .set_write_batch_size(16)
        // So that a long value stays the only one of its kind.
        .set_dictionary_page_size_limit(1 << 30)
        .build();
    let file = File::create(path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

fn strings(values: impl IntoIterator<Item = String>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

fn open(path: &Path) -> Result<Box<dyn Reader>, IoError> {
    reader::open(&Input::file(path).unwrap(), &ReadOptions::default())
}

/// Every row, and the error at the end where there is one.
fn read(mut reader: Box<dyn Reader>) -> (Vec<Result<Record, Rejection>>, Option<IoError>) {
    let mut rows = Vec::new();
    loop {
        match reader.next_record() {
            Ok(Some(Raw::Record(raw))) => {
                assert!(raw.size() < 1 << 30);
                rows.push(raw.parse());
            }
            Ok(Some(Raw::Rejected(rejection))) => rows.push(Err(rejection)),
            Ok(None) => return (rows, None),
            Err(error) => {
                assert!(matches!(reader.next_record(), Ok(None)), "a reader goes on after its end");
                return (rows, Some(error));
            }
        }
    }
}

fn json_of(record: &Record) -> Value {
    record
        .fields
        .iter()
        .map(|(name, value)| (name.clone(), serde_json::from_str::<Value>(value.get()).unwrap()))
        .collect()
}

#[test]
fn columns_of_every_common_type_become_fields() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut lists = ListBuilder::new(StringBuilder::new());
    lists.append_value([Some("x"), None]);
    lists.append_null();
    let tags: DictionaryArray<Int32Type> = ["ko", "en"].into_iter().collect();
    let structure =
        arrow_array::StructArray::try_from(vec![("n", Arc::new(Int32Array::from(vec![1, 2])) as ArrayRef)]);
    write(
        &path,
        vec![
            ("id", strings(["a-1".into(), "a-2".into()])),
            ("text", strings(["첫째 글 \"따옴표\"".into(), "둘째\n글".into()])),
            ("language_score", Arc::new(Float64Array::from(vec![0.5, f64::NAN]))),
            ("n", Arc::new(Int64Array::from(vec![Some(i64::MAX), None]))),
            ("lists", Arc::new(lists.finish())),
            ("lang", Arc::new(tags)),
            ("date", Arc::new(TimestampMillisecondArray::from(vec![0, 1500]).with_timezone("UTC"))),
            ("raw", Arc::new(BinaryArray::from_vec(vec![b"\x00\xff", b""]))),
            ("deep", Arc::new(structure.unwrap())),
        ],
        10,
    );
    let (rows, error) = read(open(&path).unwrap());
    assert!(error.is_none(), "{error:?}");
    let records: Vec<_> = rows.into_iter().map(Result::unwrap).collect();
    assert_eq!(records[0].id.as_deref(), Some("a-1"));
    assert_eq!(records[1].text, "둘째\n글");
    assert_eq!(records[1].position.to_string(), format!("{}:2", path.display()));
    assert_eq!(records[0].reading.schema, Some("parquet"));
    let expected = [
        json!({"id": "a-1", "text": "첫째 글 \"따옴표\"", "language_score": 0.5, "n": i64::MAX, "lists": ["x", null],
            "lang": "ko", "date": "1970-01-01T00:00:00Z", "raw": "00ff", "deep": {"n": 1}}),
        json!({"id": "a-2", "text": "둘째\n글", "language_score": null, "n": null, "lists": null,
            "lang": "en", "date": "1970-01-01T00:00:01.500Z", "raw": "", "deep": {"n": 2}}),
    ];
    for (record, expected) in records.iter().zip(expected) {
        assert_eq!(json_of(record), expected);
    }
}

#[test]
fn corpora_are_known_by_their_columns() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let cases = [
        (&["text", "id", "language_script", "minhash_cluster_size"][..], "fineweb2"),
        (&["text", "timestamp", "url", "source"], "culturax"),
        (&["text", "source", "token_count"], "korean-webtext"),
    ];
    for (names, schema) in cases {
        write(&path, names.iter().map(|n| (*n, strings(["가".into()]))).collect(), 10);
        let (rows, _) = read(open(&path).unwrap());
        assert_eq!(rows[0].as_ref().unwrap().reading.schema, Some(schema));
    }
}

#[test]
fn mojibake_is_undone_and_a_preset_names_text_and_identifier() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(
        &path,
        vec![("content", strings(["¾È³çÇÏ¼¼¿ä".into()])), ("petition_idx", strings(["21".into()]))],
        10,
    );
    let mut options = ReadOptions::default().format("petitions").unwrap();
    options.layout = Some(crate::io::Layout::Parquet);
    let (rows, _) = read(reader::open(&Input::file(&path).unwrap(), &options).unwrap());
    let record = rows[0].as_ref().unwrap();
    assert_eq!((record.text.as_str(), &*record.text_field), ("안녕하세요", "content"));
    assert_eq!((record.id.as_deref(), record.reading.schema), (Some("21"), Some("petitions")));
    assert_eq!(record.reading.repairs, ["cp949_as_latin1"]);
}

fn numbered(path: &Path, rows: usize, group_rows: usize) {
    let text = |i: usize| format!("{i}번째 줄에는 {} 글이 있다", "긴 ".repeat(i % 40));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows as i64));
    write(path, vec![("text", strings((0..rows).map(text))), ("n", numbers)], group_rows);
}

#[test]
fn reading_goes_on_after_any_row() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    numbered(&path, 500, 120);
    let (whole, _) = read(open(&path).unwrap());
    assert_eq!(whole.len(), 500);
    for done in [0, 1, 119, 120, 121, 239, 240, 380, 499, 500, 501] {
        let mut reader = open(&path).unwrap();
        reader.skip_to(done).unwrap();
        assert_eq!(reader.done(), done);
        let (rest, error) = read(reader);
        assert!(error.is_none());
        let numbers: Vec<_> =
            rest.iter().map(|r| json_of(r.as_ref().unwrap())["n"].as_u64().unwrap()).collect();
        assert_eq!(numbers, (done..500).collect::<Vec<_>>());
        let lines: Vec<_> = rest.iter().map(|r| r.as_ref().unwrap().position.line).collect();
        assert_eq!(lines, (done + 1..501).collect::<Vec<_>>());
    }
}

#[test]
fn a_bad_row_is_rejected_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let long = vec![b'a'; 2000];
    let texts: Vec<Option<&[u8]>> =
        vec![Some("좋은 글".as_bytes()), None, Some(b"\xb0\xa1"), Some(b" \n"), Some(&long), Some(b"good")];
    write(&path, vec![("text", Arc::new(BinaryArray::from_opt_vec(texts)))], 100);
    let options = ReadOptions { max_record_bytes: 1000, ..ReadOptions::default() };
    let (rows, error) = read(reader::open(&Input::file(&path).unwrap(), &options).unwrap());
    assert!(error.is_none());
    let kinds: Vec<_> = rows.iter().map(|r| r.as_ref().err().map(|r| (r.position.line, r.reason))).collect();
    let expected = [
        None,
        Some((2, RejectKind::MissingText)),
        Some((3, RejectKind::InvalidUtf8)),
        Some((4, RejectKind::EmptyText)),
        Some((5, RejectKind::LineTooLong)),
        None,
    ];
    assert_eq!(kinds, expected);
}

#[test]
fn a_file_without_the_column_names_those_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    write(&path, vec![("본문", strings(["가".into()])), ("text", numbers)], 10);
    let error = open(&path).err().unwrap().to_string();
    assert!(
        error.ends_with(
            "has no column of strings called `text`; there are `본문`: name the right one with --text-field"
        ),
        "{error}"
    );
    let options = ReadOptions { text_field: Some("본문".into()), ..ReadOptions::default() };
    let (rows, _) = read(reader::open(&Input::file(&path).unwrap(), &options).unwrap());
    assert_eq!(rows[0].as_ref().unwrap().text, "가");
    assert_eq!(&*rows[0].as_ref().unwrap().text_field, "본문");
}

#[test]
fn what_is_no_parquet_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let error = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        open(&path).err().unwrap().to_string()
    };
    assert!(error(b"").contains("0 bytes are too few for a parquet file"));
    assert!(error(b"{\"text\":\"a\"}\n").contains("does not end in PAR1"));
    numbered(&path, 50, 50);
    let whole = fs::read(&path).unwrap();
    assert!(error(&whole[..whole.len() - 1]).contains("does not end in PAR1"));
    assert!(error(&depth::tests::nested(1_000_000)).contains("nested more than 64 deep"));
    let error = reader::open(
        &Input::stdin(),
        &ReadOptions { layout: Some(crate::io::Layout::Parquet), ..ReadOptions::default() },
    );
    assert!(error.err().unwrap().to_string().contains("save it as a file"));
}

/// A dictionary of one long value that every row names.
#[test]
fn one_long_value_in_many_rows_is_one_value() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let long = "가".repeat(1 << 19);
    let keys = Int32Array::from(vec![0; 400]);
    let values = Arc::new(StringArray::from(vec![long.as_str()]));
    let text: ArrayRef = Arc::new(DictionaryArray::<Int32Type>::new(keys, values));
    write(&path, vec![("text", text)], 5000);
    assert!(fs::metadata(&path).unwrap().len() < 20 << 20);
    let mut reader = open(&path).unwrap();
    let mut rows = Vec::new();
    while let Some(raw) = reader.next_record().unwrap() {
        rows.push(raw);
    }
    // Six hundred megabytes, if each row had its own.
    assert_eq!(rows.len(), 400);
}

/// Damage in one place costs the rows from there on and no others.
#[test]
fn rows_before_the_damage_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    numbered(&path, 2000, 500);
    let whole = fs::read(&path).unwrap();
    let metadata = open(&path).map(|_| ()).and_then(|()| {
        let input = Input::file(&path).unwrap();
        ParquetRows::open(&input, &ReadOptions::default())
    });
    let metadata = metadata.unwrap().metadata;
    let chunk = metadata.metadata().row_group(2).column(0);
    let (start, bytes) = chunk.byte_range();
    let mut bad = whole;
    let at = (start + bytes / 2) as usize;
    bad[at..at + 200].fill(0xff);
    fs::write(&path, bad).unwrap();
    let (rows, error) = read(open(&path).unwrap());
    let error = error.unwrap();
    assert!(rows.iter().all(Result::is_ok));
    assert!(rows.len() >= 1000 && rows.len() < 1500, "{}", rows.len());
    assert!(error.to_string().contains(&format!("beyond row {}", rows.len())), "{error}");
}

fn small() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut lists = ListBuilder::new(Int64Builder::new());
    for i in 0..40 {
        lists.append_value([Some(i), None]);
    }
    let texts = strings((0..40).map(|i| format!("글 {i}")));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..40));
    write(&path, vec![("text", texts), ("n", numbers), ("l", Arc::new(lists.finish()))], 15);
    fs::read(path).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn no_damage_makes_it_panic_or_hang(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        end in prop::option::of(any::<prop::sample::Index>()),
        skip in 0u64..50,
    ) {
        static WHOLE: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(small);
        let mut file = WHOLE.clone();
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(end) = end {
            // A footer is kept, so that damage before it is looked at.
            let (end, last) = (end.index(file.len()), file.len() - 8);
            let tail = file[last..].to_vec();
            file.truncate(end);
            file.extend(tail);
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        fs::write(&path, file).unwrap();
        if let Ok(mut reader) = open(&path) {
            reader.skip_to(skip).unwrap();
            read(reader);
        }
    }
}
