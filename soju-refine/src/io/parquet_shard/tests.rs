use std::fs;
use std::path::Path;

use arrow_json::ArrayWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::io::{Format, Position};

fn record(fields: &Value) -> Record {
    Format::Auto.parse(fields.to_string().as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
}

fn parse(line: &str) -> Record {
    Format::Auto.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
}

fn note(value: Value) -> Box<RawValue> {
    serde_json::value::to_raw_value(&value).unwrap()
}

fn write(path: &Path, fields: &FieldKinds, records: &[Record]) -> Shard {
    let mut writer = Box::new(ParquetShard::create(path, 3, fields).unwrap());
    for record in records {
        writer.write(record, &record.text, &note(json!({"verdict": "keep", "edits": []}))).unwrap();
    }
    writer.finish().unwrap()
}

fn read(path: &Path) -> Vec<Value> {
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap().build().unwrap();
    let mut json = Vec::new();
    let mut writer = ArrayWriter::new(&mut json);
    for batch in reader {
        writer.write(&batch.unwrap()).unwrap();
    }
    writer.finish().unwrap();
    if json.is_empty() { Vec::new() } else { serde_json::from_slice(&json).unwrap() }
}

fn columns(path: &Path) -> Vec<String> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let column = |f: &Arc<arrow_schema::Field>| format!("{} {}", f.name(), f.data_type());
    reader.schema().fields().iter().map(column).collect()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn fields_of_one_kind_are_typed_and_others_are_json() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("part-00000.parquet");
    let records = [
        json!({"id": 1, "text": "가", "pii": [], "score": [9.5, 1], "mixed": 1, "none": null, "lang": {"ko": 1}}),
        json!({"id": 2, "text": "나", "pii": [[1, 5]], "score": [], "mixed": "둘", "url": "http://a", "lang": {"en": 2}}),
    ];
    let mut writer = Box::new(ParquetShard::create(&path, 3, &FieldKinds::default()).unwrap());
    let soju = json!({
        "version": "0.1.0", "verdict": "keep", "decided_by": "judge", "scores": {"junk": 0.25},
        "source": {"file": "f", "line": 3},
        "edits": [{"stage": "pii", "kind": "phone", "start": 1, "end": 3, "replacement": "<전화번호>", "score": 0.5}],
    });
    for fields in &records {
        writer.write(&record(fields), "글", &note(soju.clone())).unwrap();
    }
    assert_eq!(files(folder.path()), ["part-00000.parquet.partial"]);
    let shard = writer.finish().unwrap();
    assert_eq!(files(folder.path()), ["part-00000.parquet"]);
    assert_eq!((shard.records, shard.bytes), (2, fs::metadata(&path).unwrap().len()));

    let names: Vec<_> = columns(&path).iter().map(|c| c.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(names, ["id", "text", "pii", "score", "mixed", "none", "lang", "url", "soju"]);
    let expected_soju = |mut soju: Value| {
        soju["scores"] = json!(soju["scores"].to_string());
        soju
    };
    let expected = [
        json!({"id": 1, "text": "글", "pii": [], "score": [9.5, 1.0], "mixed": "1", "lang": {"ko": 1}}),
        json!({"id": 2, "text": "글", "pii": [[1, 5]], "score": [], "mixed": "\"둘\"", "lang": {"en": 2}, "url": "http://a"}),
    ];
    for (row, mut expected) in read(&path).into_iter().zip(expected) {
        expected["soju"] = expected_soju(soju.clone());
        assert_eq!(row, expected);
    }
}

#[test]
fn the_columns_of_the_first_shard_hold_for_all_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("0.parquet"), folder.path().join("1.parquet"));
    let shard = write(&first, &FieldKinds::default(), &[record(&json!({"text": "가", "id": 1, "t": ["x"]}))]);
    let strange = [
        parse(r#"{"text":"나","id":"a-1","late":{"k":[1.50]},"t":["y",null]}"#),
        parse(r#"{"id":7,"text":"다","id":8,"t":["\ud800"]}"#),
        parse(r#"{"text":"숨길 글","id":12345678901234567890,"text":"라","soju":"theirs"}"#),
    ];
    let again = write(&second, &shard.fields, &strange);
    assert_eq!(again.fields, shard.fields);
    assert_eq!(columns(&first), columns(&second));
    let rows = read(&second);
    let rest = |i: usize| rows[i]["soju"]["other_fields"].as_str().unwrap_or("none");
    assert_eq!((rows[0]["id"].as_i64(), &rows[0]["t"]), (None, &json!(["y", null])));
    assert_eq!(rest(0), r#"{"id":"a-1","late":{"k":[1.50]}}"#);
    assert_eq!(rows[1]["id"], 8);
    assert_eq!(rest(1), r#"{"id":7,"t":["\ud800"]}"#);
    assert_eq!(rest(2), r#"{"id":12345678901234567890}"#);
    assert!(!rows[2].to_string().contains("숨길") && !rows[2].to_string().contains("theirs"));
    assert_eq!(rows[2]["text"], "라");
}

#[test]
fn a_member_of_soju_that_has_no_column_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut writer = Box::new(ParquetShard::create(&path, 3, &FieldKinds::default()).unwrap());
    writer
        .write(&record(&json!({"text": "가"})), "가", &note(json!({"verdict": "keep", "new": [1]})))
        .unwrap();
    writer.finish().unwrap();
    assert_eq!(
        read(&path),
        [json!({"text": "가", "soju": {"other_fields": "{\"soju\":{\"new\":[1]}}", "verdict": "keep"}})]
    );
}

#[test]
fn a_shard_of_nothing_is_a_valid_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    write(&path, &FieldKinds::default(), &[]);
    assert!(read(&path).is_empty());
    assert_eq!(columns(&path).len(), 2);
}

#[test]
fn row_groups_are_bounded_and_many_rows_come_back_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut state = 1u32;
    let mut noise = |n: usize| -> String {
        (0..n)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(33 + (state >> 26) as u8)
            })
            .collect()
    };
    let mut writer = Box::new(ParquetShard::create(&path, 1, &FieldKinds::default()).unwrap());
    for i in 0..3000 {
        let text = noise(40_000);
        writer.write(&record(&json!({"text": "a", "n": i})), &text, &note(json!({}))).unwrap();
    }
    writer.finish().unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).unwrap()).unwrap();
    assert!(reader.metadata().num_row_groups() >= 2);
    for group in reader.metadata().row_groups() {
        assert!(group.compressed_size() < 80 << 20, "{}", group.compressed_size());
    }
    let mask = parquet::arrow::ProjectionMask::columns(reader.parquet_schema(), ["n"]);
    let mut numbers = Vec::new();
    for batch in reader.with_projection(mask).build().unwrap() {
        let batch = batch.unwrap();
        let column = batch.column(0).as_any().downcast_ref::<arrow_array::Int64Array>().unwrap().clone();
        numbers.extend(column.iter().flatten());
    }
    assert!(numbers == (0..3000).collect::<Vec<i64>>());
}

#[test]
fn dropped_unfinished_it_leaves_nothing_and_spares_what_was_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    fs::write(&path, "earlier").unwrap();
    let mut writer = ParquetShard::create(&path, 3, &FieldKinds::default()).unwrap();
    writer.write(&record(&json!({"text": "가"})), "가", &note(json!({}))).unwrap();
    drop(writer);
    assert_eq!(files(folder.path()), ["a.parquet"]);
    assert_eq!(fs::read_to_string(path).unwrap(), "earlier");
}

/// The device refuses every byte with the error of a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_reported_as_such_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    std::os::unix::fs::symlink("/dev/full", folder.path().join("a.parquet.partial")).unwrap();
    let mut writer = Box::new(ParquetShard::create(&path, 3, &FieldKinds::default()).unwrap());
    writer.write(&record(&json!({"text": "가"})), "가", &note(json!({}))).unwrap();
    let error = writer.finish().unwrap_err();
    assert!(error.is_disk_full(), "{error:?}");
    assert!(files(folder.path()).is_empty());
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9f64..1e9).prop_map(Value::from),
        "[ㄱ-ㅎa\\\\\"\n\u{0}]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|m| m.into_iter().collect::<Value>()),
        ]
    })
}

/// Takes away what Parquet does not tell apart: a member that is null from one that is not there, and
/// integers among fractions from fractions.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            members.iter().filter(|(_, v)| !v.is_null()).map(|(k, v)| (k.clone(), without_nulls(v))).collect()
        }
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        Value::Number(number) => number.as_f64().into(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    /// Each field comes back from its column, from a column of JSON, or from `other_fields`.
    #[test]
    fn every_value_can_be_had_back(
        rows in prop::collection::vec(prop::collection::btree_map("[a-d.]{0,2}", value(), 0..4), 1..6),
        sample in 0usize..6,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.parquet");
        let records: Vec<_> = rows.iter().map(|fields| {
            let mut all: Value = fields.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
            all["text"] = json!("글");
            record(&all)
        }).collect();
        let mut fields = FieldKinds::default();
        for record in records.iter().take(sample) {
            fields.observe(record, &note(json!({})));
        }
        write(&path, &fields, &records);
        let read = read(&path);
        prop_assert_eq!(read.len(), rows.len());
        for (row, wanted) in read.iter().zip(&rows) {
            let rest: Value = match row["soju"]["other_fields"].as_str() {
                Some(rest) => serde_json::from_str(rest).unwrap(),
                None => json!({}),
            };
            for (name, value) in wanted {
                let found = match (row.get(name), rest.get(name)) {
                    (_, Some(rest)) => rest.clone(),
                    (Some(typed), None) if without_nulls(typed) == without_nulls(value) => continue,
                    (Some(Value::String(json)), None) => serde_json::from_str(json).unwrap(),
                    (found, None) => found.cloned().unwrap_or_default(),
                };
                prop_assert!(found == *value, "{}: {} became {}", name, value, found);
            }
        }
    }
}
