use std::collections::HashSet;

use super::*;
use crate::io::{Input, ReadOptions, Record, reader};

#[test]
fn the_list_is_sound() {
    let mut names = HashSet::new();
    for dataset in Dataset::all() {
        let name = &dataset.name;
        assert!(names.insert(name), "{name} stands twice");
        assert!(Layout::named(name).is_err(), "{name} is a layout");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{name}");
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

/// The first record of a file that holds these bytes, read by the preset.
fn first(name: &str, bytes: &[u8]) -> Record {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let options = ReadOptions::default().format(name).unwrap();
    let mut reader = reader::open(&Input::file(&path).unwrap(), &options).unwrap();
    match reader.next_record().unwrap().unwrap() {
        reader::Raw::Rejected(rejection) => panic!("{name}: {rejection:?}"),
        reader::Raw::Record(raw) => raw.parse().unwrap_or_else(|rejection| panic!("{name}: {rejection:?}")),
    }
}

/// Records made up with the fields that the corpora have, and the text that is to be found.
const SAMPLES: &[(&str, &str, &str)] = &[
    ("3i4k", "1\t오늘 비가 온다\n", "오늘 비가 온다"),
    ("apeach", "text,user_age,user_gender,text_topic,class\n\"그, 말\",30,F,3,1\n", "그, 말"),
    ("beep", "comments\tcontain_gender_bias\tbias\thate\n좋다\tFalse\tothers\tnone\n", "좋다"),
    ("cc-100", "가\n나\n\n다\n", "가\n나"),
    ("chatbot-data", "Q,A,label\n12시 땡!,하루가 또 가네요.,0\n", "12시 땡!\n하루가 또 가네요."),
    (
        "common-crawl-warc",
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.kr/\r\n\
         Content-Type: application/http; msgtype=response\r\nContent-Length: 68\r\n\r\n\
         HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>사람이 산다.</p>\r\n\r\n",
        "사람이 산다.",
    ),
    (
        "common-crawl-wet",
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.kr/\r\n\
         WARC-Identified-Content-Language: kor\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\n\
         가\n나\r\n\r\n",
        "가\n나",
    ),
    ("curse-detection", "이건 a|b 다|0\n", "이건 a|b 다"),
    (
        "hplt",
        "{\"f\":\"a\",\"o\":1,\"s\":2,\"rs\":3,\"u\":\"http://a.kr\",\"c\":\"text/html\",\"ts\":\"t\",\"lang\":[\"kor_Hang\"],\
         \"prob\":[0.9],\"text\":\"가\\n나\",\"seg_langs\":[\"kor_Hang\",\"kor_Hang\"],\"id\":\"1\",\"filter\":\"keep\",\
         \"pii\":[[0,1]],\"doc_scores\":[8.1]}\n",
        "가\n나",
    ),
    ("k-mhas", "document\tlabel\n\"그래\"\t\"2,3\"\n", "\"그래\""),
    ("klue-dp", "## klue-dp-v1_dev_00000\t해운대 바다\n1\t해운대\t해운대\tNNP\t2\tNP\n\n", "해운대 바다"),
    (
        "klue-mrc",
        "{\"version\":\"1\",\"data\":[{\"title\":\"t\",\"paragraphs\":[{\"context\":\"글\",\"qas\":[]}]}]}",
        "글",
    ),
    (
        "klue-ner",
        "## klue-ner-v1_dev_00000\t<이순신:PS>은\n이\tB-PS\n순\tI-PS\n신\tI-PS\n은\tO\n\n",
        "이순신은",
    ),
    (
        "klue-nli",
        "[{\"guid\":\"n1\",\"premise\":\"가\",\"hypothesis\":\"나\",\"gold_label\":\"neutral\"}]",
        "가\n나",
    ),
    ("klue-sts", "[{\"guid\":\"k1\",\"sentence1\":\"가\",\"sentence2\":\"나\"}]", "가\n나"),
    ("klue-ynat", "[\n {\"guid\":\"y1\",\"title\":\"제목\"}\n]", "제목"),
    ("kocasm", ",tokens,label\n0,참 잘한다,1\n", "참 잘한다"),
    ("korean-parallel-corpora", "첫 줄\n둘째 줄\n", "첫 줄"),
    ("kornli", "sentence1\tsentence2\tgold_label\n가\t나\tneutral\n", "가\n나"),
    ("korquad-1", "{\"data\":[{\"paragraphs\":[{\"context\":\"글\",\"qas\":[]}],\"title\":\"t\"}]}", "글"),
    (
        "korsts",
        "genre\tfilename\tyear\tid\tscore\tsentence1\tsentence2\nmain\tMSR\t2012\t1\t5.0\t\"가\t나\n",
        "\"가\n나",
    ),
    ("kote", "39087\t내가 톰\t3,4\n", "내가 톰"),
    ("kowikitext", " = 수학 = \n수학은 학문이다.\n", "수학은 학문이다."),
    ("kss-spaces", "바람이▔분다\n", "바람이▔분다"),
    ("madlad-400", "{\"text\":\"가\\\\n나\"}\n", "가\n나"),
    ("malicious-comments", "\u{feff}content\tlable\n나쁜 말\t0\n", "나쁜 말"),
    ("mc4", "{\"text\":\"가\",\"timestamp\":\"2020-01-01T00:00:00Z\",\"url\":\"http://a.kr\"}\n", "가"),
    ("namuwikitext", " = 김치 = \n김치는 음식이다.\n", "김치는 음식이다."),
    ("naver-shopping", "5\t배송이 빠르다\n", "배송이 빠르다"),
    ("nsmc", "id\tdocument\tlabel\n9976970\t아 더빙.. 진짜 짜증나네요\t0\n", "아 더빙.. 진짜 짜증나네요"),
    (
        "oscar-2301",
        "{\"content\":\"가\",\"warc_headers\":{\"warc-record-id\":\"<urn:uuid:1>\"},\"metadata\":{\"tlsh\":\"\"}}\n",
        "가",
    ),
    ("petitions", "{\"category\":\"a\",\"content\":\"청원\",\"petition_idx\":21}\n", "청원"),
    (
        "sci-news-sum-kr",
        "{\"title\":\"t\",\"slug\":\"s\",\"sentences\":[\"가.\",\"나.\"],\"summaries\":[]}",
        "가.\n나.",
    ),
    ("steam", "1\t재미있다\n", "재미있다"),
    ("ud-korean", "# text = 갔다 .\n1\t갔다\n\n", "갔다 ."),
    (
        "unsmile",
        "문장\t여성/가족\t남성\t성소수자\t인종/국적\t연령\t지역\t종교\t기타 혐오\t악플/욕설\tclean\t개인지칭\n\
         그렇다\t0\t0\t0\t0\t0\t0\t0\t0\t0\t1\t0\n",
        "그렇다",
    ),
];

/// Corpora in Parquet with their columns of strings.
const PARQUET: [(&str, &[&str]); 3] = [
    ("culturax", &["text", "timestamp", "url", "source"]),
    ("fineweb2-kor", &["text", "id", "dump", "url", "date", "file_path", "language", "language_script"]),
    ("korean-webtext", &["text", "source"]),
];

/// Corpora whose files nobody has seen here: what the list says of their fields is what others say.
const UNSEEN: [&str; 5] = ["hatescore", "korquad-2", "kosbi", "question-pair", "square"];

#[test]
fn presets_read_what_their_corpora_hold() {
    for (name, bytes, expected) in SAMPLES {
        let record = first(name, bytes.as_bytes());
        assert_eq!((record.text.as_str(), record.reading.schema), (*expected, Some(*name)));
    }
    let id = |name: &str| {
        let (_, bytes, _) = SAMPLES.iter().find(|sample| sample.0 == name).unwrap();
        first(name, bytes.as_bytes()).id
    };
    for (name, expected) in [
        ("klue-ynat", "y1"),
        ("petitions", "21"),
        ("sci-news-sum-kr", "s"),
        ("nsmc", "9976970"),
        ("hplt", "1"),
    ] {
        assert_eq!(id(name).as_deref(), Some(expected), "{name}");
    }
}

#[test]
fn every_preset_has_a_sample_or_is_known_to_have_none() {
    let seen = SAMPLES.iter().map(|sample| sample.0).chain(PARQUET.iter().map(|sample| sample.0));
    let mut all: Vec<&str> = seen.chain(UNSEEN).collect();
    all.sort_unstable();
    assert_eq!(all, Dataset::all().iter().map(|dataset| dataset.name.as_str()).collect::<Vec<_>>());
}

#[cfg(feature = "parquet")]
#[test]
fn presets_read_parquet() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, RecordBatch, StringArray};
    use parquet::arrow::ArrowWriter;

    for (name, columns) in PARQUET {
        let column = |column: &&'static str| {
            let value = if *column == "text" { "글이다".to_owned() } else { format!("of {column}") };
            (*column, Arc::new(StringArray::from(vec![value])) as ArrayRef)
        };
        let batch = RecordBatch::try_from_iter(columns.iter().map(column)).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let record = first(name, &bytes);
        assert_eq!((record.text.as_str(), record.reading.schema), ("글이다", Some(name)));
        assert_eq!(record.fields.len(), columns.len());
    }
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
